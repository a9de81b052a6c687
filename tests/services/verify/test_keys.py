"""The data keys against the records."""

from datetime import timedelta

import pytest

from adapters.photo_store.encrypted import EncryptedPhotoStore
from adapters.records.postgres import PostgresRecordsOfCollections
from app.domain.errors import DataKeysUnavailableError
from app.domain.kept_probe import DestroyedFor, KeptProbe
from app.domain.photo import photo_key, sha256_of
from app.domain.record import IndexOutcome
from app.domain.search_id import new_search_id
from app.domain.verification import Finding, Part
from app.ports.data_keys import face_key_name, photo_key_name, probe_key_name
from app.services.recorded import utc_now
from app.services.verify.repairs import Repairs
from tests.databases import COLLECTION, DATA_KEYS
from tests.jails import Jail
from tests.records.samples import NOW, face_id, photo
from tests.services.verify.verifying import (
    LATER,
    REPAIRER,
    KeyedFakeEngine,
    Verifying,
    assert_mended,
)

NAMES = ("A", "A-1", "B")


@pytest.fixture
async def sealed(verify: Verifying) -> Verifying:
    jail = verify.jail
    jail.engine = KeyedFakeEngine(holds_faces=False)
    kept = jail.store
    jail.store = EncryptedPhotoStore(kept, DATA_KEYS, photo_key_name)  # type: ignore[assignment]  # as wired
    await verify.book(*NAMES)
    return verify


async def names_of(jail: Jail, name: str) -> tuple[str, str]:
    """Return the names of a photo's key and of its face's."""
    async with jail.records.view() as view:
        record = await view.photos.get(name)
    assert record is not None
    face = face_key_name(COLLECTION, record.faces[0].face_id)
    return photo_key_name(record.photo_key or ""), face


async def test_with_every_key_in_its_place_nothing_is_found(sealed: Verifying) -> None:
    seen = await sealed()

    assert seen.errors == []
    assert seen.tally.looked_at[Part.KEYS] == 2 * len(NAMES)


async def test_keys_that_nothing_needs_are_found_and_destroyed(sealed: Verifying) -> None:
    needed = set(DATA_KEYS.keys)
    left = photo_key("A-2", sha256_of(b"gone"))
    await DATA_KEYS.made(
        [photo_key_name(left), face_key_name(COLLECTION, face_id()), photo_key_name("odd")]
    )

    await assert_mended(sealed, Finding.ORPHANED_KEY)

    assert DATA_KEYS.keys.keys() == needed | {photo_key_name("odd")}


async def test_keys_of_probes_that_are_not_kept_are_found_and_destroyed(
    sealed: Verifying,
) -> None:
    old, young = new_search_id(utc_now() - timedelta(hours=1)), new_search_id(utc_now() + LATER)
    kept, gone = (photo_key(new_search_id(NOW), sha256_of(one)) for one in (b"1", b"2"))
    keys = [photo_key(one, sha256_of(b"a probe")) for one in (old, young)] + [kept, gone]
    await DATA_KEYS.made(map(probe_key_name, keys))
    async with sealed.jail.records.unit() as unit:
        for key in (kept, gone):
            await unit.probes.add(KeptProbe(key.partition("/")[0], key, NOW))
        await unit.probes.destroyed(gone.partition("/")[0], NOW, DestroyedFor.DUE)

    await assert_mended(sealed, Finding.ORPHANED_KEY)

    left = {name for name in DATA_KEYS.keys if name.startswith("probe/")}
    assert left == {probe_key_name(kept), probe_key_name(keys[1])}


async def test_a_lost_key_of_a_photo_is_told_and_the_photo_fetched_again(
    sealed: Verifying,
) -> None:
    photo, _ = await names_of(sealed.jail, "A-1")
    await DATA_KEYS.destroy([photo])

    await assert_mended(sealed, Finding.MISSING_KEY)

    assert photo in DATA_KEYS.keys


async def test_a_lost_key_of_a_template_is_told_and_the_photo_indexed_again(
    sealed: Verifying,
) -> None:
    _, face = await names_of(sealed.jail, "A-1")
    await DATA_KEYS.destroy([face])

    found = await sealed()
    await assert_mended(sealed, Finding.MISSING_KEY)

    assert [one.external_image_id for one in found.errors] == ["A-1"]
    assert face in DATA_KEYS.keys


async def test_a_photo_whose_keys_are_gone_is_indexed_as_repairing_says(
    sealed: Verifying,
) -> None:
    await DATA_KEYS.destroy(await names_of(sealed.jail, "A-1"))
    photo = sealed.jms.shown.pop("A-1")

    left = await sealed(repair=True)
    again = await sealed.jail.index("A-1", photo)
    await sealed.jail.sweep()

    said = [one.mend.what for one in left.errors if one.mend]
    assert len(said) == 2
    assert all("`candid import start --mode force`" in one for one in said)
    assert again.outcome is IndexOutcome.REPLACED
    assert (await sealed()).errors == []


async def test_a_template_that_does_not_open_is_told_and_its_photo_indexed_again(
    sealed: Verifying,
) -> None:
    await sealed.sql(
        "UPDATE faces SET template = set_byte(template, 20, get_byte(template, 20) # 1) "
        "WHERE external_image_id = 'A-1'"
    )
    await sealed.sql(
        "UPDATE faces SET template = substr(template, 1, 9) WHERE external_image_id = 'B'"
    )

    found = await sealed()

    assert sorted(found.of(Finding.MISSING_KEY), key=str) == ["A-1", "B"]
    await assert_mended(sealed, Finding.MISSING_KEY)


async def test_keys_of_other_collections_faces_stay_unless_the_face_is_gone(
    sealed: Verifying, of_collections: PostgresRecordsOfCollections
) -> None:
    other, gone = face_id(), face_id()
    async with of_collections.of("annex").unit() as unit:
        await unit.photos.put(photo("X", other), {other: b"template"})
    needed = set(DATA_KEYS.keys)
    await DATA_KEYS.made([face_key_name("annex", gone), face_key_name("deleted", gone)])

    await assert_mended(sealed, Finding.ORPHANED_KEY)

    assert DATA_KEYS.keys.keys() == needed


async def test_a_spoilt_photo_in_the_clear_keeps_no_key_from_being_compared(
    sealed: Verifying,
) -> None:
    name, _ = await names_of(sealed.jail, "A-1")
    lost, _ = await names_of(sealed.jail, "B")
    await DATA_KEYS.destroy([name, lost])
    store = sealed.jail.store
    assert isinstance(store, EncryptedPhotoStore)
    await store._store.put_instead(name.removeprefix("photo/"), b"spoilt")  # noqa: SLF001 - by hand

    found = await sealed()

    assert found.of(Finding.MISSING_KEY) == ["B"]
    assert Part.KEYS not in found.lacking()


async def test_suspiciously_many_orphans_are_left_alone(sealed: Verifying) -> None:
    faces = [face_key_name(COLLECTION, face_id()) for _ in range(101)]
    before = set(await DATA_KEYS.made([*DATA_KEYS.keys, *faces]))

    left = await sealed.with_repairs(Repairs(REPAIRER))

    assert DATA_KEYS.keys.keys() == before
    assert {one.mend.what for one in left.errors if one.mend} == {
        "left alone: so many may mean a wrong or older database; look, then use --all-orphans"
    }
    await sealed.with_repairs(Repairs(REPAIRER, all_orphans=True))
    assert DATA_KEYS.keys.keys() == before - set(faces)


async def test_an_empty_database_destroys_neither_photos_nor_keys(sealed: Verifying) -> None:
    await sealed.book(*(f"C-{number}" for number in range(101)))
    before, stored = dict(DATA_KEYS.keys), await sealed.jail.store.list(None)
    await sealed.sql("DELETE FROM faces")
    await sealed.sql("DELETE FROM photos")

    await sealed.with_repairs(Repairs(REPAIRER))

    assert DATA_KEYS.keys == before
    assert await sealed.jail.store.list(None) == stored


async def test_whoever_was_removed_since_the_backup_is_not_brought_back(sealed: Verifying) -> None:
    photo, face = await names_of(sealed.jail, "A-1")
    stored = photo.removeprefix("photo/")
    await DATA_KEYS.destroy([photo, face])
    for is_stored in (True, False):
        if not is_stored:
            await sealed.jail.store.delete(stored)

        left = await sealed.with_repairs(Repairs(REPAIRER))

        assert all("removals again" in one.mend.what for one in left.errors if one.mend)
        assert left.tally.left == len(left.errors) == 2
        assert not {photo, face} & DATA_KEYS.keys.keys()


async def test_a_key_store_that_is_down_leaves_its_part_uncompared(sealed: Verifying) -> None:
    DATA_KEYS.down = True
    try:
        seen = await sealed()
    finally:
        DATA_KEYS.down = False

    (uncompared,) = [one for one in seen.tally.not_compared if one.part is Part.KEYS]
    assert uncompared.why == str(DataKeysUnavailableError())
