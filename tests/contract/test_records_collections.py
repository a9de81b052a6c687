"""The contract of the records, fifth part: the collections."""

from dataclasses import replace

import anyio

from app.domain.collection import CollectionFace
from app.domain.record import IntentKind
from app.ports.records import Records, RecordsOfCollections
from tests.records.samples import (
    LATER,
    collection,
    collection_face,
    entry,
    face_id,
    intent,
    photo,
    search,
    standing,
    tombstone,
)


async def add(records: Records, *faces: CollectionFace) -> None:
    async with records.unit() as unit:
        await unit.faces.add(faces, {face.face_id: b"1111" for face in faces})


async def test_a_collection_is_read_as_it_was_kept_whichever_the_unit_is_about(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    kept = collection("other", team="day\tshift", note="\N{SNOWMAN}")

    async with records.unit() as unit:
        assert await unit.collections.add(kept)
        assert not await unit.collections.add(replace(kept, model="another"))

    async with of_collections.of("third").view() as view:
        assert await view.collections.get("other") == kept
        assert await view.collections.get("Other") is None
        assert await view.collections.get("no\0id") is None


async def test_collections_are_listed_bytewise(records: Records) -> None:
    async with records.unit() as unit:
        for collection_id in ("b", "A.1", "a", "B", "A-1"):
            await unit.collections.add(collection(collection_id))

    async with records.view() as view:
        first = await view.collections.page(None, 3)
        rest = await view.collections.page(first[-1].collection_id, 3)

    assert [found.collection_id for found in (*first, *rest)] == ["A-1", "A.1", "B", "a", "b"]


async def test_the_second_who_makes_a_collection_waits_and_is_told_that_it_is_there(
    records: Records,
) -> None:
    added: list[bool] = []

    async def other() -> None:
        async with records.unit() as unit:
            added.append(await unit.collections.add(collection()))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.collections.add(collection())
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not added

    assert waited
    assert added == [False]


async def test_a_removed_collection_leaves_searches_audit_and_intents_only(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    face, opened = collection_face(), intent(IntentKind.DISCARD, "A0")
    async with records.unit() as unit:
        await unit.collections.add(collection())
        await unit.faces.add([face], {})
        await unit.photos.put(photo("A1", face_id()), {})
        await unit.users.add("U-1")
        await unit.searches.add(search("S-1"))
        await unit.audit.append(entry("R-1"))
        await unit.intents.open(opened)
    await add(of_collections.of("other"), face)

    async with records.unit() as unit:
        await unit.faces.add([collection_face()], {})  # said before, so it goes too
        assert await unit.collections.remove()

    async with records.view() as view:
        assert await view.collections.get("jail") is None
        assert await view.faces.page(None, 10) == []
        assert await view.faces.count() == 0
        assert await view.photos.get("A1") is None
        assert await view.users.count() == 0
        assert await view.searches.get("S-1") is not None
        assert len(await view.audit.page(0, 10)) == 1
        assert await view.intents.of("A0") == [opened]
    async with of_collections.of("other").view() as view:
        assert await view.faces.count() == 1


async def test_each_photo_kept_of_a_removed_collection_leaves_an_intent_to_delete_it(
    records: Records,
) -> None:
    kept = photo("A1", face_id())
    async with records.unit() as unit:
        await unit.collections.add(collection())
        await unit.photos.put(kept, {})
        await unit.photos.put(tombstone("A2"), {})

    async with records.unit() as unit:
        assert await unit.collections.remove()

    async with records.view() as view:
        [deletion] = await view.intents.of("A1")
        assert (deletion.kind, deletion.photo_key) == (IntentKind.DISCARD, kept.photo_key)
        assert await view.intents.of("A2") == []


async def test_a_collection_that_is_not_there_cannot_be_removed(records: Records) -> None:
    async with records.unit() as unit:
        assert not await unit.collections.remove()


async def test_a_collection_of_a_removed_ones_id_starts_empty(records: Records) -> None:
    old, new = collection_face("A1"), collection_face("A1")
    async with records.unit() as unit:
        await unit.collections.add(collection())
        await unit.faces.add([old], {})
        await unit.users.add("U-1")
        await unit.users.associate("U-1", [old.face_id])
    async with records.unit() as unit:
        await unit.collections.remove()

    async with records.unit() as unit:
        assert await unit.collections.add(collection())
        await unit.faces.add([new], {})

    async with records.view() as view:
        assert await view.faces.page(None, 10) == [new]
        assert await view.users.page(None, 10) == []


async def test_a_collection_that_a_unit_got_is_not_removed_before_the_unit_ends(
    records: Records,
) -> None:
    removed: list[bool] = []

    async def remove() -> None:
        async with records.unit() as unit:
            removed.append(await unit.collections.remove())

    async with records.unit() as unit:
        await unit.collections.add(collection())
    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.collections.get("jail")
        tasks.start_soon(remove)
        await anyio.sleep(0.2)
        waited = not removed
        await unit.faces.add([collection_face()], {})
        await unit.users.add("U-1")

    async with records.view() as view:
        assert await view.faces.count() == 0
        assert await view.users.count() == 0
    assert waited
    assert removed == [True]


async def test_the_collections_with_intents_are_told_deleted_ones_included(
    records: Records, of_collections: RecordsOfCollections
) -> None:
    for collection_id in ("b", "a", "a"):
        async with of_collections.of(collection_id).unit() as unit:
            await unit.intents.open(intent(IntentKind.ENROL, "A1", LATER))

    async with records.view() as view:
        assert await view.collections.with_intents() == ["a", "b"]


async def write_into_it(records: Records, writer: int) -> None:
    for turn in range(6):
        face = collection_face("A1")
        async with records.unit() as unit:
            await unit.users.get_locked("U-1")
            if await unit.collections.get("jail") is None:
                continue
            await unit.faces.add([face], {})
            await unit.photos.put(photo(f"A{turn}", face_id()), {})
            await unit.standings.remember({f"A{n}": standing("P-1") for n in range(6)})
            await unit.users.add("U-1")
            await unit.users.associate("U-1", [face.face_id])
            await unit.audit.append(entry(f"{writer}-{turn}"))


async def remove_and_make_it(records: Records, removed: list[bool]) -> None:
    for turn in range(6):
        async with records.unit() as unit:
            await unit.audit.append(entry(f"remove-{turn}"))
            removed.append(await unit.collections.remove())
        async with records.unit() as unit:
            await unit.collections.add(collection())


async def test_removing_a_collection_and_writing_into_it_never_block_each_other(
    records: Records,
) -> None:
    removed: list[bool] = []

    async with anyio.create_task_group() as tasks:
        for writer in range(3):
            tasks.start_soon(write_into_it, records, writer)
        for _ in range(2):
            tasks.start_soon(remove_and_make_it, records, removed)
    async with records.unit() as unit:
        await unit.collections.remove()

    async with records.view() as view:
        assert True in removed
        assert await view.faces.page(None, 10) == []
        assert await view.photos.page(None, 10) == []
        assert await view.users.page(None, 10) == []
