"""/photos and /bookings over HTTP."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from app.api.streamed import BrokenOffError
from app.domain.booking import RecordStatus
from app.domain.errors import PhotoStoreUnavailableError
from app.ports.photo_store import PhotoStream
from tests.api.applications import ANN, application, index, problem
from tests.fakes import FakePhotoStore
from tests.jails import Jail, booking
from tests.records.samples import full_booking


async def test_a_photo_is_shown_as_it_was_sent_and_never_kept_by_browsers(
    client: httpx.AsyncClient,
) -> None:
    await index(client, "A1")

    response = await client.get("/photos/A1")

    assert response.content == ANN
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_thumbnail_is_a_jpeg_of_that_width(client: httpx.AsyncClient) -> None:
    await index(client, "A1")

    response = await client.get("/photos/A1", params={"width": 160})

    assert response.headers["Content-Type"] == "image/jpeg"
    assert b"160 pixels" in response.content


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n", "image/png"),
        (b"RIFF....WEBP", "image/webp"),
        (b"II*\0", "image/tiff"),
        (b"BM....", "image/bmp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"<script>", "application/octet-stream"),
    ],
)
async def test_a_photos_type_is_told_by_its_bytes(
    client: httpx.AsyncClient, jail: Jail, start: bytes, media_type: str
) -> None:
    await index(client, "A1")
    [key] = jail.store.photos
    jail.store.photos[key] = start

    response = await client.get("/photos/A1")

    assert response.headers["Content-Type"] == media_type


@dataclass
class StreamedStore(FakePhotoStore):
    """Sends a photo in two pieces, of which the second may turn out to be wrong."""

    sound: bool = True
    open: int = 0

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        pieces = self._pieces(self.photos[key])
        return PhotoStream(len(self.photos[key]), await anext(pieces), pieces)

    async def _pieces(self, photo: bytes) -> AsyncGenerator[bytes]:
        self.open += 1
        try:
            yield photo[:10]
            if not self.sound:
                raise PhotoStoreUnavailableError
            yield photo[10:]
        finally:
            self.open -= 1


async def test_a_photo_is_sent_piece_by_piece_with_its_length(jail: Jail) -> None:
    jail.store = store = StreamedStore()
    async with application(jail) as client:
        await index(client, "A1")

        response = await client.get("/photos/A1")

    assert response.content == ANN
    assert response.headers["Content-Length"] == str(len(ANN))
    assert store.open == 0


async def test_a_photo_that_turns_out_damaged_is_broken_off(jail: Jail) -> None:
    jail.store = store = StreamedStore(sound=False)
    async with application(jail) as client:
        await index(client, "A1")

        with capture_logs() as lines, pytest.raises(BrokenOffError):
            await client.get("/photos/A1")

    assert [one["code"] for one in lines if one["event"] == "photo_not_sent_whole"] == [
        "photo_store_unavailable"
    ]
    assert store.open == 0


async def test_a_sealed_photo_and_booking_are_404(client: httpx.AsyncClient, jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.SEALED)
    await index(client, "A1")

    for path in ("/photos/A1", "/bookings/A1"):
        problem(await client.get(path), 404, "record_withheld")


async def test_a_booking_is_shown_with_the_allowed_extra_columns(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")

    body = (await client.get("/bookings/A1")).json()

    assert (body["booking_number"], body["extra"]) == ("B-A1", {"pod": "C"})


async def test_a_booking_is_shown_with_all_its_fields(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.fake_jms.known["A1"] = full_booking()

    body = (await client.get("/bookings/A1")).json()

    assert "" not in _leaves(body)
    assert None not in _leaves(body | {"person": {**body["person"], "aliases": []}})
    [feature] = body["person"]["scars_marks_tattoos"]
    assert (feature["smt"]["code"], feature["kind"]) == ("TAT L ARM", "tattoo")
    assert body["person"]["aliases"][0]["full_name"] == "Big Sample"
    assert body["person"]["merged_into_person_id"] == "P-2"
    [charge] = body["charges"]
    assert charge["bail"] == {"raw": "$5,000.50", "dollars": "5000.50"}
    assert (charge["counts"], charge["ncic_code"]["code"]) == (2, "2202")
    assert body["detainers"] == [{"agency": "Clark Co. SO", "reason": "warrant 26-1"}]
    assert body["custody_status"]["code"] == "in_custody"
    assert (body["view"], body["pose"]["code"], body["image_type"]["code"]) == (
        "front",
        "F",
        "FACE",
    )


def _leaves(value: object) -> list[object]:
    """Return the plain values in a document, and each list or object that is empty as None."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(inner, list):
        return [inner]
    return [leaf for one in inner for leaf in _leaves(one)]


async def test_a_booking_that_is_not_there_is_404_and_a_jms_that_is_down_503(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    problem(await client.get("/bookings/A1"), 404, "booking_not_found")
    jail.fake_jms.down = True

    problem(await client.get("/bookings/A1"), 503, "jms_unavailable")


async def test_what_is_not_indexed_has_no_photo(client: httpx.AsyncClient) -> None:
    problem(await client.get("/photos/A1"), 404, "not_indexed")


@pytest.mark.parametrize("params", [{}, {"width": 160}])
async def test_a_photo_on_record_that_the_store_lost_is_said_to_be_lost(
    client: httpx.AsyncClient, jail: Jail, params: dict[str, int]
) -> None:
    await index(client, "A1")
    jail.store.photos.clear()

    answer = await client.get("/photos/A1", params=params)

    problem(answer, 404, "not_indexed")
    assert "is lost" in answer.json()["detail"]
