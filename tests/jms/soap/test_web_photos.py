"""Photos that a SOAP service has at addresses, or as too much base64."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from fastapi import Response

from adapters.jms.soap.photo_answers import decoded_photo
from app.domain.errors import (
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from app.domain.photo import View
from app.ports.jms import PhotoRef
from app.ports.photo_source import PHOTO_BYTES
from tests.jms.soap.connected import connected
from tests.soap_files import PHOTOS, requests_text
from tests.soap_jail import SoapJail, enveloped, streamed

REF = PhotoRef("A1", None, View.FRONT, None, "")
ASKED = requests_text(more=PHOTOS)


@pytest.mark.parametrize(
    ("status", "kind", "encoding", "error"),
    [
        (404, "text/plain", "identity", PhotoMissingError),
        (418, "text/plain", "identity", PhotoMissingError),
        (401, "text/plain", "identity", JmsUnavailableError),
        (503, "text/plain", "identity", JmsUnavailableError),
        (302, "text/plain", "identity", JmsUnavailableError),
        (200, "text/html", "identity", UnsupportedPhotoError),
        (200, "text/xml; charset=utf-8", "identity", UnsupportedPhotoError),
        (200, "image/jpeg", "gzip", PhotoUnreadableError),
    ],
)
async def test_what_is_at_an_address_and_no_photo_is_told(
    tmp_path: Path, status: int, kind: str, encoding: str, error: type[Exception]
) -> None:
    def picture() -> Response:
        headers = {"Content-Type": kind, "Content-Encoding": encoding, "Location": "/login"}
        return Response(b"x", status, headers=headers)

    async with connected(SoapJail(picture=picture), tmp_path, ASKED) as jms:
        with pytest.raises(error):
            await jms.photo(PhotoRef("A1", None, View.FRONT, None, "/pictures/0.jpg"))


async def test_a_photo_of_an_answer_may_lie_at_an_address(tmp_path: Path) -> None:
    told = "<nc:BinaryURI>/pictures/0.jpg</nc:BinaryURI>"
    content = f"<biom:FaceImage>{told}</biom:FaceImage>"
    jail = SoapJail(answer=lambda: enveloped("1.1", content))
    jail.picture = lambda: Response(b"there", media_type="image/jpeg")
    async with connected(jail, tmp_path, ASKED) as jms:
        assert await jms.photo(REF) == b"there"


@pytest.mark.parametrize("location", ["pictures/0.jpg", "/é", "//[", "/" + "x" * 70_000])
async def test_a_location_that_no_entry_can_have_had_is_missing(
    tmp_path: Path, location: str
) -> None:
    async with connected(SoapJail(), tmp_path, ASKED) as jms:
        with pytest.raises(PhotoMissingError):
            await jms.photo(PhotoRef("A1", None, View.FRONT, None, location))


def test_base64_of_more_than_a_photo_is_not_decoded() -> None:
    with pytest.raises(PhotoTooLargeError):
        decoded_photo("A" * (PHOTO_BYTES + 10) * 2)


async def test_a_moment_is_asked_for_in_utc(tmp_path: Path) -> None:
    jail = SoapJail()
    since = datetime(2026, 5, 17, 14, 30, tzinfo=timezone(-timedelta(hours=7)))
    async with connected(jail, tmp_path, ASKED) as jms:
        await jms.photos(View.FRONT, since, None)

    assert b"<jail:Since>2026-05-17T21:30:00Z</jail:Since>" in jail.headers[0]


async def test_a_photo_at_an_address_may_be_too_large(tmp_path: Path) -> None:
    jail = SoapJail(picture=lambda: streamed(b"", bytes(1_000_000), 25, "image/jpeg"))
    async with connected(jail, tmp_path, ASKED) as jms:
        with pytest.raises(PhotoTooLargeError):
            await jms.photo(PhotoRef("A1", None, View.FRONT, None, "/pictures/0.jpg"))
