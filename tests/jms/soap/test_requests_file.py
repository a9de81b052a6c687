"""Requests files: what is read, and what is refused with its place."""

from datetime import UTC
from pathlib import Path

import httpx
import pytest

from adapters.jms.soap import RequestsFile, SoapJms
from adapters.jms.soap.envelope import SoapVersion
from app.domain.errors import JmsMisconfiguredError
from tests.soap_files import MAPPING, PHOTOS, requests_text, service

WHOLE = 'bookings: {body: "<a>{id}</a>"'


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "requests.yaml"
    path.write_text(WHOLE + "}", "utf-8")

    requests = RequestsFile.load(path)

    assert (requests.version, requests.header) == (SoapVersion.V11, None)
    assert (requests.bookings.action, requests.bookings.at_once) == ("", 1)
    assert (requests.photos, requests.photo, requests.ping) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"line 1, column 1: it is empty"),
        ("soap: 1.2", r"line 1, column 1: there is no  bookings:"),
        ("wsdl: a", r"column 1: wsdl is no section"),
        (WHOLE + "}\nsoap: 1.3", r"line 2, column 7: 1.3 is no version of SOAP"),
        ("bookings: {action: a}", r"column 11: bookings has no  body:"),
        ("bookings: {body: <a/>}", r"column 18: the body of bookings has no \{id\}"),
        ("bookings: {body: '<a>{id}'}", r"column 18: it is no XML that can be read"),
        ("bookings: {body: '<x:a>{id}</x:a>'}", r"or has a prefix that is under no namespaces"),
        ("bookings: {body: '<a>{id}{nmae}</a>'}", r"\{nmae\} is no placeholder; known are"),
        ("bookings: {body: '<!DOCTYPE a []><a>{id}</a>'}", r"it is no XML"),
        (WHOLE + ", repeat: b}", r"no element b is in it"),
        (WHOLE + ", repeat: 'x:b'}", r"the prefix of x:b is under no namespaces"),
        (WHOLE + ", at_once: 0}", r"at_once is no number from 1 to 100"),
        (WHOLE + ", at_once: 101}", r"at_once is no number"),
        (WHOLE + ", at_once: ²}", r"at_once is no number"),
        (WHOLE + ", not_found: []}", r"not_found names no fault"),
        (WHOLE + ", each: }", r"each has no expression"),
        (WHOLE + ', action: "a\\nb"}', r"action is no address"),
        (WHOLE + ", action: 'a\"b'}", r"action is no address"),
        (WHOLE + ", next_: a}", r"next_ is no section"),
        (WHOLE + "}\nphoto: {body: <a/>}", r"line 2, column 15: the body of photo has no"),
        (WHOLE + "}\nphotos: {body: <a/>, at_once: 2}", r"at_once is no section"),
        (WHOLE + "}\nheader: [a]", r"line 2, column 9: what is sent is a list"),
        (WHOLE + "}\nnamespaces: {1: a}", r"line 2, column 14: 1 is no prefix"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "requests.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(JmsMisconfiguredError, match=told) as raised:
        RequestsFile.load(path)

    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(JmsMisconfiguredError, match="cannot be read: No such file"):
        RequestsFile.load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("requests", "mapping", "told"),
    [
        (requests_text(), MAPPING, r"there is no  each:"),
        (requests_text(of_bookings="each: count(//a)"), None, r"it has to give elements"),
        (requests_text(of_bookings="each: //x:a"), None, r"Undefined namespace prefix"),
        (requests_text(of_bookings="each: //a["), None, r"line 7, column 9: the expression"),
        (requests_text(of_bookings="within: //x:a"), None, r"line 7, column 11: the expression"),
        (requests_text(of_bookings="address: http://203.0.113.7/"), None, r"on another host"),
        (
            requests_text(of_bookings="address: 'http://jail.test:b/'"),
            None,
            r"the address cannot be read",
        ),
        (
            requests_text(of_bookings="each: //j:Booking", more=PHOTOS),
            MAPPING,
            r"the mapping file has no  photos:",
        ),
        (
            requests_text(of_bookings="each: //j:Booking"),
            MAPPING.replace("jail:Pod", "jail:Pod["),
            r"mapping.yaml: .*pod cannot be read",
        ),
        (
            requests_text(of_bookings="each: //j:Booking"),
            MAPPING.replace("../j:Charge", "\"'x'\""),
            r"charges cannot be read: it has to give elements",
        ),
    ],
)
async def test_what_cannot_be_used_is_told_at_the_start(
    tmp_path: Path, requests: str, mapping: str | None, told: str
) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(JmsMisconfiguredError, match=told):
            SoapJms(client, service(tmp_path, "http://jail.test", requests, mapping), UTC)
