"""The photo store against the records."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import PhotoMissingError, PhotoStoreUnavailableError
from app.domain.photo import View, photo_key, sha256_of
from app.domain.record import IndexStatus
from app.domain.verification import CheckedPhoto, Finding, Part
from app.ports.jms import PhotoRef
from app.services.sweep_intents import GRACE
from app.services.verify import Depth
from app.services.verify.streams import by_key
from tests.fakes import FakePhotoStore, drawn_photo
from tests.jails import ACTOR
from tests.records.samples import NOW
from tests.services.test_remove_photo import open_enrolment
from tests.services.verify.verifying import ListingJms, Verifying, assert_mended

NAMES = ("A", "A-1", "A-1-2", "A.b", "A0", "A:", "AA", "B", "B-")
ORPHAN = drawn_photo("Nobody")
ORPHAN_KEY = photo_key("A-1", sha256_of(ORPHAN))


async def test_nothing_is_found_in_a_healthy_jail(verify: Verifying) -> None:
    await verify.book(*NAMES)
    await verify.jail.services().remove_photo("B", ACTOR)

    seen = await verify(depth=Depth(content=True, sample=5))

    assert seen.found == []
    assert seen.lacking() == {}
    assert seen.tally.records == len(NAMES) - 1
    assert seen.tally.looked_at[Part.PHOTOS] == len(NAMES) - 1
    assert seen.tally.known_reasons == {"tombstoned": 1}


async def test_a_photo_that_the_store_lost_is_found_and_fetched_again(verify: Verifying) -> None:
    await verify.book(*NAMES)
    lost = [key for key in verify.jail.store.photos if key.startswith(("A-1/", "B/"))]
    for key in lost:
        await verify.jail.store.delete(key)

    found = await verify()
    await assert_mended(verify, Finding.MISSING_PHOTO)

    assert [one.photo_key for one in found.errors] == lost
    assert set(lost) <= verify.jail.store.photos.keys()
    repairs = [one for one in await verify.jail.audit() if one.action is AuditAction.REPAIR]
    assert {one.actor.name for one in repairs} == {"verify"}


async def test_a_lost_photo_of_which_the_jms_has_another_now_is_replaced(verify: Verifying) -> None:
    await verify.book("A1")
    verify.jail.store.photos.clear()
    verify.jms.shown["A1"] = drawn_photo("Ann", note="a newer picture")

    await assert_mended(verify, Finding.MISSING_PHOTO)

    assert list(verify.jail.store.photos.values()) == [verify.jms.shown["A1"]]


async def test_a_lost_photo_that_nobody_has_is_left_with_what_to_do(verify: Verifying) -> None:
    await verify.book("A1")
    verify.jail.store.photos.clear()
    verify.jms.shown.clear()

    [found] = (await verify(repair=True)).errors

    assert found.mend is not None
    assert not found.mend.is_done
    assert "candid import start" in found.mend.what
    async with verify.jail.records.view() as view:
        record = await view.photos.get("A1")
    assert record is not None
    assert record.status is IndexStatus.INDEXED


async def test_a_photo_that_no_record_names_is_found_and_deleted(verify: Verifying) -> None:
    await verify.book(*NAMES)
    await verify.jail.store.put(ORPHAN_KEY, ORPHAN)

    found = await verify()
    await assert_mended(verify, Finding.ORPHANED_PHOTO)

    assert [one.photo_key for one in found.errors] == [ORPHAN_KEY]
    assert len(verify.jail.store.photos) == len(NAMES)


async def test_a_photo_that_is_being_enrolled_is_no_orphan(verify: Verifying) -> None:
    await open_enrolment(verify.jail, "A1", timedelta(seconds=1))
    verify.later = timedelta(0)

    assert (await verify(repair=True)).errors == []

    assert len(verify.jail.store.photos) == 1


async def test_what_another_collection_names_is_no_orphan(verify: Verifying) -> None:
    await verify.book("A1")
    await verify.sql("UPDATE photos SET collection = 'other'")
    await verify.sql("UPDATE faces SET collection = 'other'")

    seen = await verify(repair=True)

    assert Finding.ORPHANED_PHOTO not in {one.finding for one in seen.found}
    assert len(verify.jail.store.photos) == 1


async def test_what_came_to_be_in_use_before_it_was_deleted_stays(verify: Verifying) -> None:
    class UsedMeanwhile(FakePhotoStore):
        @override
        async def exists(self, key: str) -> bool:
            there = await super().exists(key)
            await verify.sql("UPDATE photos SET photo_key = %s", [key])
            return there

    await verify.book("A1")
    verify.jail.store = UsedMeanwhile(verify.jail.store.photos)
    await verify.jail.store.put(ORPHAN_KEY, ORPHAN)

    await verify(repair=True)

    assert ORPHAN_KEY in verify.jail.store.photos


async def test_strange_names_in_the_store_are_nobodys_business(verify: Verifying) -> None:
    await verify.book("A1")
    strange = {"readme.txt": b"", "A1/": b"", "A1/photo.jpg": b"", "../x/" + "0" * 64: b""}
    verify.jail.store.photos.update(strange)

    assert (await verify(repair=True)).found == []

    assert strange.keys() <= verify.jail.store.photos.keys()


@pytest.mark.parametrize("seed", range(20))
async def test_records_in_the_order_of_ids_come_in_the_order_of_keys(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - ids
    names = {"".join(chance.choices("A-.:a0_", k=chance.randint(1, 6))) for _ in range(300)}
    sha256 = "ab" * 32

    async def photos() -> AsyncIterator[CheckedPhoto]:
        for name in sorted(names):
            yield _photo(name, sha256)

    keys = [key async for key, _ in by_key(photos())]

    assert keys == sorted(photo_key(name, sha256) for name in names)


async def test_spoilt_bytes_are_found_when_they_are_read_and_fetched_again(
    verify: Verifying,
) -> None:
    await verify.book("A1", "A2")
    [key] = [key for key in verify.jail.store.photos if key.startswith("A1/")]
    verify.jail.store.photos[key] = b"spoilt"
    depth = Depth(content=True)

    assert (await verify()).errors == []
    found = await verify(depth=depth)
    repaired = await verify(repair=True, depth=depth)

    assert [(one.finding, one.photo_key) for one in found.errors] == [(Finding.STALE_PHOTO, key)]
    assert repaired.tally.left == 0
    assert verify.jail.store.photos[key] == verify.jms.shown["A1"]
    assert (await verify(depth=depth)).errors == []


class CheckingStore(FakePhotoStore):
    """Refuses to give spoilt bytes, and to write over them, as S3 does here."""

    @override
    async def get(self, key: str) -> bytes | None:
        photo = await super().get(key)
        if photo is not None and sha256_of(photo) != key.rpartition("/")[2]:
            raise PhotoStoreUnavailableError("The object is not the photo its name says.")
        return photo

    @override
    async def put(self, key: str, photo: bytes) -> None:
        if await self.get(key) is None:
            await super().put(key, photo)


async def test_a_store_that_checks_what_it_reads_names_the_spoilt_photo(verify: Verifying) -> None:
    verify.jail.store = CheckingStore()
    await verify.book("A1", "A2")
    [key] = [key for key in verify.jail.store.photos if key.startswith("A1/")]
    verify.jail.store.photos[key] = b"spoilt"

    repaired = await verify(repair=True, depth=Depth(content=True))

    assert repaired.of(Finding.STALE_PHOTO) == ["A1"]
    assert repaired.tally.left == 0
    assert (await verify(depth=Depth(content=True))).errors == []


async def test_a_photo_that_changed_in_the_jms_is_found_by_a_sample(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    verify.jms.shown["A1"] = drawn_photo("Ann", note="a newer picture")

    seen = await verify(depth=Depth(sample=10), repair=True)

    assert seen.of(Finding.STALE_PHOTO) == ["A1"]
    assert seen.tally.looked_at[Part.SAMPLE] == 2
    [found] = seen.errors
    assert found.mend is not None
    assert "changed" in found.mend.what


async def test_a_photo_that_the_jms_lists_and_does_not_have_is_found_by_a_sample(
    verify: Verifying,
) -> None:
    class GoneAfterListing(ListingJms):
        @override
        async def photo(self, ref: PhotoRef) -> bytes:
            raise PhotoMissingError

    jms = GoneAfterListing()
    verify.jms = verify.jail.jms = jms
    await verify.book("A1")

    assert (await verify(depth=Depth(sample=1))).of(Finding.STALE_PHOTO) == ["A1"]


async def test_what_was_left_behind_is_found_and_swept(verify: Verifying) -> None:
    await open_enrolment(verify.jail, "A1", 2 * GRACE)
    await open_enrolment(verify.jail, "A2", timedelta(seconds=1))
    verify.later = timedelta(0)

    found = await verify()
    repaired = await verify(repair=True)

    assert found.of(Finding.LEFT_INTENTS) == ["A1"]
    assert repaired.tally.left == 0
    assert [key.partition("/")[0] for key in verify.jail.store.photos] == ["A2"]


async def test_repairing_twice_at_once_does_everything_once(verify: Verifying) -> None:
    await verify.book(*NAMES)
    await verify.jail.store.put(ORPHAN_KEY, ORPHAN)
    verify.jail.store.photos.pop(next(iter(verify.jail.store.photos)))

    await asyncio.gather(verify(repair=True), verify(repair=True))

    assert (await verify()).errors == []


def _photo(name: str, sha256: str) -> CheckedPhoto:
    status, view = IndexStatus.INDEXED, View.FRONT
    return CheckedPhoto(
        name,
        status,
        view,
        sha256,
        photo_key(name, sha256),
        None,
        NOW,
        None,
        RecordStatus.ACTIVE,
        (),
        (),
    )
