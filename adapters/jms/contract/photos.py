"""What every JMS that lists photos promises; its ids are its own, encoded by what stands around."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.jms.contract.stock import JailPhoto, Listing
from app.domain.errors import PhotoMissingError, PhotoTooLargeError
from app.domain.photo import View
from app.ports.jms import Jms, PhotoRef
from app.ports.photo_source import PHOTO_BYTES

_IDS = ("A1", "A1-2", "a1", "B 7", "B/7", "Müller", "::x", "50%2F", "a?b&c#", "Z" * 100, "日本")
_FRONTS = tuple(
    JailPhoto(raw_id, f"photo of {raw_id}".encode(), booking={"booking_number": f"26-{number}"})
    for number, raw_id in enumerate(_IDS)
)
_OTHERS = (JailPhoto("L1", b"left", "L"), JailPhoto("T1", b"tattoo", "smt"))


@pytest.mark.anyio
class PhotosContract:
    """Needs a fixture `listing`, which stocks a JMS with the photos that a test gives it."""

    async def test_every_photo_of_the_view_is_listed_once_with_what_is_known_of_it(
        self, listing: Listing, tmp_path: Path
    ) -> None:
        async with listing(tmp_path, [*_FRONTS, *_OTHERS], 100) as opened, opened() as jms:
            refs = await _listed(jms)

        assert Counter(ref.external_image_id for ref in refs) == Counter(_IDS)
        assert {ref.view for ref in refs} == {View.FRONT}

    async def test_a_view_of_its_own_is_listed_when_it_is_asked_for(
        self, listing: Listing, tmp_path: Path
    ) -> None:
        views = [JailPhoto("L1", b"left", "left"), JailPhoto("F1", b"front", "front")]
        async with listing(tmp_path, views, 100) as opened, opened() as jms:
            page = await jms.photos(View.LEFT, None, None)

        assert [(ref.external_image_id, ref.view) for ref in page.items] == [("L1", View.LEFT)]
        assert page.next is None

    @pytest.mark.parametrize("page_size", [1, 2, 3, 11, 12])
    async def test_whoever_goes_on_from_a_cursor_finds_every_photo_once(
        self, listing: Listing, tmp_path: Path, page_size: int
    ) -> None:
        async with listing(tmp_path, _FRONTS, page_size) as opened:
            refs, cursor, is_last = list[PhotoRef](), None, False
            while not is_last:
                async with opened() as jms:
                    page = await jms.photos(View.FRONT, None, cursor)
                refs += page.items
                cursor, is_last = page.next, page.next is None

        assert Counter(ref.external_image_id for ref in refs) == Counter(_IDS)

    async def test_the_same_cursor_gives_the_same_page(
        self, listing: Listing, tmp_path: Path
    ) -> None:
        async with listing(tmp_path, _FRONTS, 4) as opened, opened() as jms:
            first = await jms.photos(View.FRONT, None, None)
            second = await jms.photos(View.FRONT, None, first.next)

            assert await jms.photos(View.FRONT, None, first.next) == second
            assert await jms.photos(View.FRONT, None, None) == first

    async def test_the_bytes_of_a_photo_are_its_own(self, listing: Listing, tmp_path: Path) -> None:
        async with listing(tmp_path, _FRONTS, 4) as opened:
            async with opened() as jms:
                refs = await _listed(jms)
            async with opened() as another:
                found = {ref.external_image_id: await another.photo(ref) for ref in refs}

        assert found == {one.raw_id: one.photo for one in _FRONTS}

    async def test_what_is_older_than_asked_for_is_left_out(
        self, listing: Listing, tmp_path: Path
    ) -> None:
        moments = {f"M{month}": datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 8)}
        photos = [JailPhoto(key, b"photo", changed_at=moment) for key, moment in moments.items()]
        async with listing(tmp_path, photos, 2) as opened, opened() as jms:
            refs = await _listed(jms, moments["M5"])

        assert {ref.external_image_id for ref in refs} == {"M5", "M6", "M7"}

    @pytest.mark.parametrize(
        "location", ["../../etc/passwd", "/etc/passwd", "a\0b", "//x", "x" * 5000]
    )
    async def test_no_location_reads_anything_else(
        self, listing: Listing, tmp_path: Path, location: str
    ) -> None:
        async with listing(tmp_path, _FRONTS, 100) as opened, opened() as jms:
            ref = (await _listed(jms))[0]

            with pytest.raises(PhotoMissingError):
                await jms.photo(replace(ref, location=location))

    async def test_a_photo_as_large_as_the_limit_is_read(
        self, listing: Listing, tmp_path: Path
    ) -> None:
        photos = [JailPhoto("A1", bytes(PHOTO_BYTES))]
        async with listing(tmp_path, photos, 100) as opened, opened() as jms:
            (ref,) = await _listed(jms)

            assert len(await jms.photo(ref)) == PHOTO_BYTES

    async def test_a_larger_photo_is_refused(self, listing: Listing, tmp_path: Path) -> None:
        photos = [JailPhoto("A1", bytes(PHOTO_BYTES + 1))]
        async with listing(tmp_path, photos, 100) as opened, opened() as jms:
            (ref,) = await _listed(jms)

            with pytest.raises(PhotoTooLargeError):
                await jms.photo(ref)


async def _listed(jms: Jms, since: datetime | None = None) -> list[PhotoRef]:
    page = await jms.photos(View.FRONT, since, None)
    refs = [*page.items]
    while page.next is not None:
        page = await jms.photos(View.FRONT, since, page.next)
        refs += page.items
    return refs
