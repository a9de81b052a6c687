"""Photos by SOAP: what a listing and an answer with a photo may hold."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import Response

from app.domain.errors import (
    JmsMisconfiguredError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
    UnsupportedPhotoError,
)
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import PhotoRef
from tests.jms.soap.connected import connected
from tests.soap_files import PHOTOS, requests_text
from tests.soap_jail import SoapJail, enveloped, streamed

REF = PhotoRef("A1", None, View.FRONT, None, "")
ASKED = requests_text(more=PHOTOS)


def answering(content: str) -> SoapJail:
    return SoapJail(answer=lambda: enveloped("1.1", content))


def image(content: str, identifier: str = "A1", pose: str = "F") -> str:
    return (
        f"<biom:FaceImage><nc:BinaryID>{identifier}</nc:BinaryID>{content}"
        f"<biom:FaceImageSubjectPoseCode>{pose}</biom:FaceImageSubjectPoseCode></biom:FaceImage>"
    )


def packed(photo: bytes) -> str:
    return f"<nc:Base64BinaryObject>{base64.b64encode(photo).decode()}</nc:Base64BinaryObject>"


@pytest.mark.parametrize(
    ("pose", "view"),
    [
        ("F", View.FRONT),
        ("L", View.LEFT),
        ("R", View.RIGHT),
        ("A", View.OTHER),
        ("D", View.OTHER),
        ("", View.FRONT),  # nothing is said: what was asked for
    ],
)
async def test_pose_codes_are_views(tmp_path: Path, pose: str, view: View) -> None:
    async with connected(answering(image("", pose=pose)), tmp_path, ASKED) as jms:
        page = await jms.photos(View.FRONT, None, None)

    assert [ref.view for ref in page.items] == [view]


async def test_what_is_known_of_a_photo_is_listed(tmp_path: Path) -> None:
    content = f"""
      <jail:Custody>
        <j:Booking><j:BookingAgencyRecordIdentification>
          <nc:IdentificationID>26-1</nc:IdentificationID>
        </j:BookingAgencyRecordIdentification></j:Booking>
        <nc:Person><nc:PersonDigitalImage>
          <nc:BinaryID>IMG-7</nc:BinaryID>
          <biom:ImageAugmentation>
            <biom:ImageCaptureDetail>
              <biom:CaptureUTCDateTime>2026-05-17T21:30:00Z</biom:CaptureUTCDateTime>
            </biom:ImageCaptureDetail>
            <biom:ImageCategoryCode>TATTOO</biom:ImageCategoryCode>
          </biom:ImageAugmentation>
        </nc:PersonDigitalImage></nc:Person>
      </jail:Custody>{image("<nc:BinaryURI>/p/1.jpg?size=full</nc:BinaryURI>")}
      <jail:Next> 2 &amp; more </jail:Next>"""
    async with connected(answering(content), tmp_path, ASKED) as jms:
        page = await jms.photos(View.FRONT, None, None)

    taken_at = datetime(2026, 5, 17, 21, 30, tzinfo=UTC)
    assert page.items == (
        PhotoRef("IMG-7", "26-1", View.SCAR_MARK_TATTOO, taken_at, ""),
        PhotoRef("A1", None, View.FRONT, None, "/p/1.jpg?size=full"),
    )
    assert page.next == "2 & more"


@pytest.mark.parametrize(
    ("entry", "name", "told"),
    [
        ("<biom:FaceImage/>", "entry 1 of the first page", "no external_image_id"),
        (image("", pose="from behind"), "A1", "view is not known"),
        (image("<nc:BinaryURI>http://203.0.113.7/a</nc:BinaryURI>"), "A1", "another host"),
        (image("<nc:BinaryURI>file:///etc/passwd</nc:BinaryURI>"), "A1", "another host"),
        (image("<nc:BinaryURI>http://jail.test:b/</nc:BinaryURI>"), "A1", "another host"),
    ],
)
async def test_an_entry_that_cannot_be_used_is_told(
    tmp_path: Path, entry: str, name: str, told: str
) -> None:
    async with connected(answering(entry + image("", "B1")), tmp_path, ASKED) as jms:
        page = await jms.photos(View.FRONT, None, None)

    (problem,) = page.problems
    assert (problem.name, problem.reason) == (name, ItemReason.ENTRY_UNUSABLE)
    assert told in problem.detail
    assert [ref.external_image_id for ref in page.items] == ["B1"]


async def test_a_cursor_that_is_too_long_is_refused(tmp_path: Path) -> None:
    async with connected(answering(f"<jail:Next>{'x' * 2001}</jail:Next>"), tmp_path, ASKED) as jms:
        with pytest.raises(JmsMisconfiguredError, match="2000 characters"):
            await jms.photos(View.FRONT, None, None)


async def test_a_listing_fault_may_say_that_there_are_none(tmp_path: Path) -> None:
    jail = SoapJail(fault=("Client.NoPhotos", "none"))
    asked = requests_text(more=PHOTOS.replace("next:", "not_found: NoPhotos\n  next:"))
    async with connected(jail, tmp_path, asked) as jms:
        page = await jms.photos(View.FRONT, None, None)
        jail.fault = ("Server", "down")
        with pytest.raises(JmsUnavailableError):
            await jms.photos(View.FRONT, None, None)

    assert (page.items, page.next) == ((), None)


@pytest.mark.parametrize(
    ("content", "photo"),
    [
        (image(packed(b"one")), b"one"),
        (image(packed(b"left"), pose="L") + image(packed(b"front")), b"front"),
        (image(packed(b"of another"), "B1") + image(packed(b"one")), b"one"),
        (f"<biom:FaceImage>{packed(b'alone')}</biom:FaceImage>", b"alone"),
        (image("<nc:BinaryBase64Object>\n b25l\r\n IQ== </nc:BinaryBase64Object>"), b"one!"),
    ],
)
async def test_a_photo_in_an_answer_is_the_one_that_was_asked_for(
    tmp_path: Path, content: str, photo: bytes
) -> None:
    async with connected(answering(content), tmp_path, ASKED) as jms:
        assert await jms.photo(REF) == photo


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", PhotoMissingError),
        (image(""), PhotoMissingError),
        (image(packed(b"")), PhotoMissingError),
        (image(packed(b"of another"), "B1"), PhotoMissingError),
        (image("<nc:BinaryURI>http://203.0.113.7/a</nc:BinaryURI>"), PhotoMissingError),
        (image("<nc:BinaryURI>/pictures/7.jpg</nc:BinaryURI>"), PhotoMissingError),
        (image("<nc:Base64BinaryObject>?</nc:Base64BinaryObject>"), UnsupportedPhotoError),
    ],
)
async def test_what_is_no_photo_is_told(
    tmp_path: Path, content: str, error: type[Exception]
) -> None:
    async with connected(answering(content), tmp_path, ASKED) as jms:
        with pytest.raises(error):
            await jms.photo(REF)


async def test_an_answer_larger_than_any_photo_is_too_large(tmp_path: Path) -> None:
    def endless() -> Response:
        return streamed(b"<a>", b"A" * 1_000_000, 40)

    async with connected(SoapJail(answer=endless), tmp_path, ASKED) as jms:
        with pytest.raises(PhotoTooLargeError):
            await jms.photo(REF)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (("Client.NoSuchPhoto", ""), PhotoMissingError),
        (("Client", ""), JmsUnavailableError),
        (("Server", ""), JmsUnavailableError),
    ],
)
async def test_a_fault_about_one_photo_does_not_end_an_import(
    tmp_path: Path, fault: tuple[str, str], error: type[Exception]
) -> None:
    async with connected(SoapJail(fault=fault), tmp_path, ASKED) as jms:
        with pytest.raises(error):
            await jms.photo(REF)


async def test_an_id_that_no_xml_can_hold_has_no_photo(tmp_path: Path) -> None:
    async with connected(SoapJail(), tmp_path, ASKED) as jms:
        with pytest.raises(PhotoMissingError):
            await jms.photo(PhotoRef("a\0b", None, View.FRONT, None, ""))


async def test_a_picture_without_an_id_has_its_bookings_number(tmp_path: Path) -> None:
    number = "<nc:IdentificationID>26-1</nc:IdentificationID>"
    booking = (
        "<j:Booking><j:BookingAgencyRecordIdentification>"
        f"{number}</j:BookingAgencyRecordIdentification></j:Booking>"
    )
    picture = (
        f"<nc:Person><nc:PersonDigitalImage>{packed(b'one')}</nc:PersonDigitalImage></nc:Person>"
    )
    content = f"<jail:Custody>{booking}{picture}</jail:Custody>"
    async with connected(answering(content), tmp_path, ASKED) as jms:
        page = await jms.photos(View.FRONT, None, None)
        photo = await jms.photo(page.items[0])

    assert page.items == (PhotoRef("26-1", "26-1", View.FRONT, None, ""),)
    assert photo == b"one"


async def test_a_page_with_too_many_photos_is_refused(tmp_path: Path) -> None:
    async with connected(answering("<biom:FaceImage/>" * 5001), tmp_path, ASKED) as jms:
        with pytest.raises(JmsMisconfiguredError, match="more than 5,000 records"):
            await jms.photos(View.FRONT, None, None)


async def test_codes_of_the_mapping_are_views(tmp_path: Path) -> None:
    mapping = """
fields: {external_image_id: nc:BinaryID}
photos:
  fields: {external_image_id: nc:BinaryID, view: biom:FaceImageSubjectPoseCode}
  codes: {view: {Z9: front}}
"""
    each = "//biom:FaceImage"
    asked = requests_text(
        of_bookings=f"each: {each}", more=PHOTOS.replace("  action", f"  each: {each}\n  action")
    )
    listed = answering(image("", "A1", "Z9") + image("", "B1", "F"))
    async with connected(listed, tmp_path, asked, mapping) as jms:
        page = await jms.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == ["A1"]
    assert [problem.name for problem in page.problems] == ["B1"]
