"""The demo JMS by SOAP, in both versions."""

import base64
import hashlib

import httpx
import pytest
from lxml import etree

from app.demo_jms.faults import Faults
from app.demo_jms.jail import DemoJail
from app.demo_jms.niem import NAMESPACES, booking_document
from app.demo_jms.soap_messages import SOAP_11, SOAP_12
from tests.demo_jms.demo_jails import demo_at

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SPACES = {**NAMESPACES, "soap11": SOAP_11, "soap12": SOAP_12}
NONCE, CREATED = b"0123456789abcdef", "2026-05-17T14:30:00Z"


def message(body: str, space: str = SOAP_11, header: str = "") -> bytes:
    return (
        f'<s:Envelope xmlns:s="{space}" xmlns:demo="{NAMESPACES["demo"]}">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def token(password: str, user: str = "candid") -> str:
    nonce = base64.b64encode(NONCE).decode()
    return (
        f'<w:Security xmlns:w="{WSSE}" xmlns:u="{WSU}"><w:UsernameToken>'
        f"<w:Username>{user}</w:Username><w:Password>{password}</w:Password>"
        f"<w:Nonce>{nonce}</w:Nonce><u:Created>{CREATED}</u:Created>"
        "</w:UsernameToken></w:Security>"
    )


def digest(password: str) -> str:
    told = NONCE + CREATED.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(told, usedforsecurity=False).digest()).decode()


def asked(client: httpx.Client, content: bytes) -> etree._Element:
    return etree.fromstring(client.post("/soap", content=content).raise_for_status().content)


def texts(root: etree._Element, path: str) -> list[str]:
    return [one.text or "" for one in root.iterfind(path, SPACES)]


def bookings(*ids: str) -> str:
    named = "".join(f"<demo:PhotoID>{one}</demo:PhotoID>" for one in ids)
    return f"<demo:GetBookings>{named}</demo:GetBookings>"


def fronts(after: str = "") -> str:
    asked = f"<demo:Pose>F</demo:Pose><demo:After>{after}</demo:After>"
    return f"<demo:ListPhotos>{asked}</demo:ListPhotos>"


@pytest.mark.parametrize(
    ("space", "kind"), [(SOAP_11, "text/xml"), (SOAP_12, "application/soap+xml")]
)
def test_it_answers_in_the_version_that_it_is_asked_in(space: str, kind: str) -> None:
    with demo_at(DemoJail(0, 3)) as client:
        response = client.post("/soap", content=message(bookings("DEMO-000001"), space))

    root = etree.fromstring(response.content)
    assert root.tag == f"{{{space}}}Envelope"
    assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert texts(root, ".//demo:BookingDocument/demo:PhotoID") == ["DEMO-000001"]


def test_several_bookings_come_in_one_answer_each_with_its_own_person() -> None:
    jail = DemoJail(0, 3, faults=Faults(sealed=frozenset({"DEMO-000002"})))
    with demo_at(jail) as client:
        root = asked(client, message(bookings("DEMO-000002", "nobody", "DEMO-000001")))

    assert texts(root, ".//demo:RecordStatusCode") == ["sealed", "active"]
    assert texts(root, ".//j:BookingSealedIndicator") == ["true"]
    people = [one.get(f"{{{NAMESPACES['structures']}}}id") for one in root.iter("{*}Person")]
    roles = [one.get(f"{{{NAMESPACES['structures']}}}ref") for one in root.iter("{*}RoleOfPerson")]
    assert people == roles == ["P0", "P1"]


def test_a_booking_by_soap_says_what_it_says_by_rest() -> None:
    with demo_at(DemoJail(0, 3)) as client:
        told = client.get("/bookings/DEMO-000003").json()
        root = asked(client, message(bookings("DEMO-000003")))

    assert texts(root, ".//nc:PersonSurName") == [told["last_name"]]
    assert texts(root, ".//nc:PersonBirthDate/nc:Date") == [told["date_of_birth"]]
    assert texts(root, ".//j:Booking/nc:ActivityDate/nc:DateTime") == [told["booked_at"]]
    assert texts(root, ".//j:ChargeDescriptionText") == [one["text"] for one in told["charges"]]


def test_photos_are_listed_page_by_page_and_fetched() -> None:
    with demo_at(DemoJail(0, 5, page_size=3)) as client:
        first = asked(client, message(fronts()))
        second = asked(client, message(fronts(texts(first, ".//demo:Next")[0])))
        wanted = "<demo:GetPhoto><demo:PhotoID>DEMO-000001</demo:PhotoID></demo:GetPhoto>"
        image = texts(asked(client, message(wanted)), ".//nc:BinaryBase64Object")[0]
        picture = client.get("/photos/DEMO-000001").content

    listed = [*texts(first, ".//nc:BinaryID"), *texts(second, ".//nc:BinaryID")]
    assert listed == [f"DEMO-{number:06}" for number in range(1, 6)]
    assert texts(second, ".//demo:Next") == []
    assert base64.b64decode(image) == picture


def test_only_photos_since_a_time_are_listed() -> None:
    since = "<demo:ListPhotos><demo:Since>2024-01-02T00:00:00</demo:Since></demo:ListPhotos>"
    with demo_at(DemoJail(0, 5)) as client:
        listed = texts(asked(client, message(since)), ".//nc:BinaryCaptureDate/nc:DateTime")

    assert listed
    assert min(listed) >= "2024-01-01T18:00:00-06:00"


@pytest.mark.parametrize(
    "body",
    [
        b"no xml",
        b"<a/>",
        message(""),
        message("<demo:DropBookings/>"),
        message("<demo:ListPhotos><demo:Since>soon</demo:Since></demo:ListPhotos>"),
    ],
)
def test_what_it_cannot_read_is_the_senders_fault(body: bytes) -> None:
    with demo_at(DemoJail(0, 1)) as client:
        response = client.post("/soap", content=body)

    assert response.status_code == 500
    assert texts(etree.fromstring(response.content), ".//faultcode") == ["soap:Client"]


def test_an_entity_is_not_resolved() -> None:
    bomb = b'<!DOCTYPE s [<!ENTITY id "DEMO-000001">]>' + message(bookings("&id;"))
    with demo_at(DemoJail(0, 1)) as client:
        answered = client.post("/soap", content=bomb)

    assert b"PersonSurName" not in answered.content


@pytest.mark.parametrize("password", ["sesame", digest("sesame")])
def test_the_token_is_candids_password_as_text_or_digest(password: str) -> None:
    with demo_at(DemoJail(0, 1), "sesame") as client:
        root = asked(client, message(bookings("DEMO-000001"), SOAP_11, token(password)))

    assert texts(root, ".//demo:PhotoID") == ["DEMO-000001"]


@pytest.mark.parametrize(
    "header", ["", token("other"), token(digest("other")), token("sesame", "root")]
)
def test_whoever_has_another_password_is_refused(header: str) -> None:
    with demo_at(DemoJail(0, 1), "sesame") as client:
        response = client.post("/soap", content=message(bookings("DEMO-000001"), SOAP_12, header))

    root = etree.fromstring(response.content)
    assert response.status_code == 400
    assert texts(root, ".//soap12:Subcode/soap12:Value") == ["wsse:FailedAuthentication"]


def test_what_niem_has_no_word_for_is_a_further_field() -> None:
    document = booking_document({"external_image_id": "A1", "pod": "B", "charges": "1|Theft"})

    assert texts(document, "demo:FurtherField[@name='pod']") == ["B"]
    assert texts(document, "demo:ChargesText") == ["1|Theft"]
