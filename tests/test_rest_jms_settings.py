"""A JMS on the web as the settings connect it: each way to be known, on real sockets."""

import base64
import re
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from adapters.jms.contract.stock import JailPhoto
from app.domain.booking import Charge, Coded, RecordStatus
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from app.domain.photo import View
from app.ports.jms import Jms, PhotoRef
from app.settings import RestJmsSettings, Settings, SettingsError
from app.wiring.jms import open_jms
from tests.camel_jail import CamelJail, camel_server
from tests.certificates import Authority
from tests.servers import served

DOCUMENT = (Path(__file__).parents[1] / "docs" / "connect-a-jms.md").read_text("utf-8")


@asynccontextmanager
async def connected(url: str, **given: Any) -> AsyncGenerator[Jms]:  # noqa: ANN401 - any setting
    settings = RestJmsSettings.model_validate({"kind": "rest", "base_url": url, **given})
    async with AsyncExitStack() as stack:
        jms = await open_jms(Settings(jms=settings), stack, CollectorRegistry())
        assert jms is not None
        yield jms


def asking_for(wanted: Mapping[str, str]) -> FastAPI:
    app = FastAPI()

    @app.get("/bookings/{_}")
    async def booking(_: str, request: Request) -> Response:
        given = {name: request.headers.get(name) for name in wanted}
        return JSONResponse({}, 404 if given == wanted else 403)

    return app


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"token": "t"}, {"authorization": "Bearer t"}),
        ({"auth": {"api_key": "k"}}, {"x-api-key": "k"}),
        (
            {"token": "t", "auth": {"api_key": "k", "api_key_header": "Ocp-Key"}},
            {"authorization": "Bearer t", "ocp-key": "k"},
        ),
        (
            {"auth": {"username": "candid", "password": "pä:ss"}},
            {"authorization": "Basic " + base64.b64encode("candid:pä:ss".encode()).decode()},
        ),
    ],
)
async def test_the_jms_knows_us(given: dict[str, Any], wanted: dict[str, str]) -> None:
    with served(asking_for(wanted)) as url:
        async with connected(url, **given) as jms:
            await jms.ping()
        async with connected(url) as stranger:
            with pytest.raises(JmsMisconfiguredError, match="status 403"):
                await stranger.ping()


async def test_a_jms_may_ask_for_our_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own, theirs = authority.issue("candid", "hunter2"), authority.issue("jms")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(theirs.cert_file, theirs.key_file)
    tls.load_verify_locations(authority.ca_file)
    tls.verify_mode = ssl.CERT_REQUIRED
    files = {"cert_file": own.cert_file, "key_file": own.key_file, "key_password": "hunter2"}
    with served(asking_for({}), tls=tls) as url:
        async with connected(url, tls={"ca_file": authority.ca_file, **files}) as jms:
            await jms.ping()
        async with connected(url, tls={"ca_file": authority.ca_file}) as stranger:
            with pytest.raises(JmsUnavailableError):
                await stranger.ping()
        async with connected(url, tls=files) as distrustful:
            with pytest.raises(JmsMisconfiguredError, match="certificate"):
                await distrustful.ping()


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_photos_may_be_on_another_host(tmp_path: Path, *, is_trusted: bool) -> None:
    authority = Authority(tmp_path)
    issued = authority.issue("photos")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(issued.cert_file, issued.key_file)
    app = FastAPI()

    @app.get("/1.jpg")
    async def photo() -> Response:
        return Response(b"photo", media_type="image/jpeg")

    with served(app, tls=tls) as url:
        host = f"localhost:{url.rpartition(':')[2]}"
        ref = PhotoRef("A1", None, View.FRONT, None, f"https://{host}/1.jpg")
        trust = {"tls": {"ca_file": authority.ca_file}} if is_trusted else {}
        given = {"photos": {"private_hosts": [host]}, **trust}
        async with connected("http://jail.test", **given) as jms:
            if is_trusted:
                assert await jms.photo(ref) == b"photo"
            else:
                with pytest.raises(JmsMisconfiguredError, match="certificate"):
                    await jms.photo(ref)


def test_lists_are_read_from_json_too() -> None:
    given = {"kind": "rest", "base_url": "http://jail.test"}
    settings = RestJmsSettings.model_validate({**given, "photos": {"hosts": '["Photos.test"]'}})

    assert settings.photos.hosts == {"photos.test"}
    with pytest.raises(ValidationError, match="is no JSON"):
        RestJmsSettings.model_validate({**given, "photos": {"hosts": "photos.test"}})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"mapping": "none.yaml"}, "none.yaml cannot be read"),
        ({"bookings": {"record": "a["}}, "CANDID_JMS__BOOKINGS__RECORD cannot be read"),
        ({"photos": {"items": "a["}}, "CANDID_JMS__PHOTOS__ITEMS cannot be read"),
        ({"photos": {"next": "a["}}, "CANDID_JMS__PHOTOS__NEXT cannot be read"),
        ({"tls": {"ca_file": "none.pem"}}, "CANDID_JMS__TLS__CA_FILE"),
        ({"tls": {"cert_file": "none.pem"}}, "CANDID_JMS__TLS__CERT_FILE"),
    ],
)
async def test_what_cannot_be_used_stops_the_start(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        async with connected("http://jail.test", **given):
            pass


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"TOKEN": "t", "AUTH__USERNAME": "u", "AUTH__PASSWORD": "p"}, "choose one"),
        ({"AUTH__USERNAME": "u"}, "username and password belong together"),
        ({"AUTH__CLIENT_ID": "c"}, "token_url, client_id and client_secret belong together"),
        ({"AUTH__API_KEY": "k", "AUTH__API_KEY_HEADER": "a b"}, "API_KEY_HEADER"),
        ({"TLS__KEY_FILE": "k"}, "belong to cert_file"),
        ({"BOOKINGS__PATH": "bookings"}, r"has no \{id\}"),
        ({"BOOKINGS__PATH": "/bookings/{id}"}, "no path below the base URL"),
        ({"BOOKINGS__PATH": "http://evil.test/{id}"}, "no path below the base URL"),
        ({"PHOTOS__LISTING_PATH": "../photos"}, "no path below the base URL"),
        ({"BOOKINGS__BATCH": "query", "BOOKINGS__IDS": ""}, "batch query needs ids"),
        ({"PHOTOS__PAGING": "page", "PHOTOS__PAGE": ""}, "paging page needs page"),
        ({"PHOTOS__AFTER": ""}, "paging cursor needs after"),
        ({"PHOTOS__SIZE": "n"}, "set that too"),
        ({"PHOTOS__SINCE_FORM": "tomorrow"}, "tomorrow"),
        ({"PHOTOS__HOSTS": '["http://x/"]'}, "no host or host:port"),
        ({"PHOTOS__HOSTS": "photos.test"}, "no JSON"),
    ],
)
def test_mistakes_are_told(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: str
) -> None:
    monkeypatch.setenv("CANDID_JMS__BASE_URL", "http://jail.test")
    for name, value in given.items():
        monkeypatch.setenv(f"CANDID_JMS__{name}", value)

    with pytest.raises(SettingsError, match=told) as caught:
        Settings.read()

    assert "CANDID_JMS" in str(caught.value)


PERSON = {
    "external_image_id": "A1",
    "booking_number": "26-000123",
    "last_name": "Sample",
    "birth": 327369600000,
    "sex_code": 1,
    "height": "5'11\"",
    "booked_on": 1779053400000,
    "charges": "164.225|Burglary I|F|",
    "pod": "B",
}


def block(language: str, containing: str) -> str:
    """Return the block of the document that contains this."""
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    (found,) = [one for one in blocks if containing in one]
    return str(found)


MOMENT = datetime(2026, 5, 17, 21, 30, tzinfo=UTC)
PHOTOS = [
    JailPhoto(f"A {n}", b"photo", changed_at=MOMENT, booking={"booking_number": f"26-{n}"})
    for n in range(5)
]


@pytest.fixture
def documented() -> CamelJail:
    return CamelJail({"A1": PERSON}, PHOTOS, page_size=2, client=("candid", "..."))


@pytest.fixture
async def jms_of_the_docs(
    documented: CamelJail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Jms]:
    """Connect the JMS of the document by the settings that stand in it, at another address."""
    mapping = tmp_path / "jms.yaml"
    mapping.write_text(block("yaml", "bookingRef.number"), "utf-8")
    for name, value in re.findall(r"^(\S+)=(.*)$", block("sh", "data.bookings"), re.MULTILINE):
        monkeypatch.setenv(name, value.strip("'"))
    monkeypatch.setenv("CANDID_JMS__MAPPING", str(mapping))
    with served(camel_server(documented)) as url:
        monkeypatch.setenv("CANDID_JMS__BASE_URL", f"{url}/v2")
        monkeypatch.setenv("CANDID_JMS__AUTH__TOKEN_URL", f"{url}/token")
        async with AsyncExitStack() as stack:
            jms = await open_jms(Settings.read(), stack, CollectorRegistry())
            assert jms is not None
            yield jms


async def test_bookings_of_the_jms_of_the_docs_are_read_as_the_docs_say(
    documented: CamelJail, jms_of_the_docs: Jms
) -> None:
    answers = await jms_of_the_docs.bookings(["A1", "A2"])

    booking = answers.found["A1"]
    assert booking.booking_number == "26-000123"
    assert booking.person.date_of_birth == date(1980, 5, 17)
    assert booking.person.sex == Coded("1", "M", "NCIC")
    assert booking.person.height_inches == 71
    assert booking.booked_at == MOMENT
    assert booking.charges == (Charge("164.225", "Burglary I", "F"),)
    assert booking.status is RecordStatus.ACTIVE
    assert booking.extra == {"pod": "B"}
    assert documented.asked == ["POST /token", "POST /v2/bookings/lookup"]


async def test_photos_of_the_jms_of_the_docs_are_listed_and_fetched(jms_of_the_docs: Jms) -> None:
    pages = [await jms_of_the_docs.photos(View.FRONT, None, None)]
    while pages[-1].next is not None:
        pages.append(await jms_of_the_docs.photos(View.FRONT, None, pages[-1].next))
    later = await jms_of_the_docs.photos(View.FRONT, datetime(2026, 5, 18, tzinfo=UTC), None)
    (first, *_), *_ = (page.items for page in pages)

    assert [ref.external_image_id for page in pages for ref in page.items] == [
        f"::A:20{n}" for n in range(5)
    ]
    assert (first.booking_number, first.taken_at) == ("26-0", MOMENT)
    assert later.items == ()
    assert await jms_of_the_docs.photo(first) == b"photo"


def test_the_mapping_of_the_docs_is_yaml_like_any_other() -> None:
    assert set(yaml.safe_load(block("yaml", "bookingRef.number"))) == {
        *("fields", "codes", "times", "extra", "photos")
    }
