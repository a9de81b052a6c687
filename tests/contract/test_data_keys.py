"""What every store of data keys promises; a new adapter is one more parameter of `opening`."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from app.domain.errors import DataKeysUnavailableError
from app.ports.data_keys import DataKeys, face_key_name, photo_key_name
from tests.fakes_data_keys import FakeDataKeys
from tests.key_stores import KINDS, Stores, stores_of

FACES = [face_key_name("bookings", f"f-{number:03}") for number in range(70)]


@pytest.fixture(params=KINDS)
async def opening(
    request: pytest.FixtureRequest, tmp_path: Path, s3_server: str
) -> AsyncIterator[Stores]:
    async with stores_of(request.param, tmp_path, s3_server) as stores:
        yield stores


@pytest.fixture
async def keys(opening: Stores) -> AsyncIterator[DataKeys]:
    async with opening() as store:
        yield store


async def listed(keys: DataKeys, start: str) -> list[str]:
    names: list[str] = []
    after: str | None = None
    while True:
        page = await keys.names(start, after)
        names += page.items
        if page.next is None:
            return names
        after = page.next


async def test_a_key_is_made_once_and_comes_back(keys: DataKeys) -> None:
    made = await keys.made(FACES[:3])

    assert [len(key) for key in made.values()] == [32, 32, 32]
    assert len(set(made.values())) == 3
    assert await keys.made(FACES[:3]) == made
    assert await keys.of(FACES[1:4]) == {name: made[name] for name in FACES[1:3]}


async def test_what_is_made_together_with_what_is_there_leaves_that_alone(keys: DataKeys) -> None:
    first = await keys.made(FACES[:40])

    made = await keys.made(FACES)

    assert sorted(made) == FACES
    assert {name: made[name] for name in first} == first


async def test_a_name_given_twice_has_one_key(keys: DataKeys) -> None:
    assert await keys.made([FACES[0], FACES[0]]) == await keys.of([FACES[0], FACES[0]])


async def test_nothing_asked_is_nothing_made(keys: DataKeys) -> None:
    assert await keys.made([]) == {}
    assert await keys.of([]) == {}
    await keys.destroy([])
    assert await listed(keys, "") == []


async def test_what_was_made_is_there_for_whoever_opens_the_store_next(opening: Stores) -> None:
    async with opening() as store:
        made = await store.made(FACES)

    async with opening() as store:
        assert await store.all_of("face/") == made


async def test_every_key_whose_name_begins_so_comes_at_once(keys: DataKeys) -> None:
    faces = await keys.made(FACES)
    photos = await keys.made([photo_key_name(f"A{number}/00ff") for number in range(20)])
    other = await keys.made([face_key_name("bookings-2", "f-1")])

    assert await keys.all_of("face/") == {**faces, **other}
    assert await keys.all_of("face/bookings/") == faces
    assert await keys.all_of("photo/A1/") == {"photo/A1/00ff": photos["photo/A1/00ff"]}
    assert await keys.all_of("") == {**faces, **photos, **other}
    assert await keys.all_of("fac") == {**faces, **other}
    assert await keys.all_of("nothing/") == {}


async def test_a_destroyed_key_is_gone_and_the_others_stay(keys: DataKeys) -> None:
    made = dict(await keys.made(FACES))

    await keys.destroy([FACES[7], FACES[66], "face/bookings/unknown"])

    gone = {FACES[7], FACES[66]}
    assert await keys.of(FACES) == {name: key for name, key in made.items() if name not in gone}
    assert await listed(keys, "face/") == [name for name in FACES if name not in gone]
    await keys.destroy(FACES)
    assert await keys.all_of("") == {}


async def test_a_key_made_again_after_it_was_destroyed_is_another(keys: DataKeys) -> None:
    before = await keys.made(FACES[:1])

    await keys.destroy(FACES[:1])

    assert await keys.made(FACES[:1]) != before


async def test_names_are_listed_in_order_and_after_any_name(keys: DataKeys) -> None:
    odd = ["face/Ä/1", "face/a/\U0001f600", "face/a:b/1", "photo/A1/00ff", "face"]
    await keys.made([*FACES, *odd])

    assert await listed(keys, "") == sorted([*FACES, *odd])
    assert await listed(keys, "face/") == sorted([*FACES, *odd[:3]])
    assert (await keys.names("face/", "face/bookings/f-067x")).items[:2] == tuple(FACES[68:])
    assert (await keys.names("photo/", "photo/A1/00ff")).items == ()


@pytest.mark.parametrize("name", ["", "face/a\0b"])
async def test_a_name_that_is_none_is_refused_or_kept(keys: DataKeys, name: str) -> None:
    try:
        made = await keys.made([name])
    except ValueError:
        made = {}

    assert await keys.all_of("") == made


async def test_twenty_who_make_the_keys_of_the_same_names_get_the_same(opening: Stores) -> None:
    answers = list[dict[str, bytes]]()

    async with opening() as one, opening() as other, anyio.create_task_group() as makers:

        async def make(store: DataKeys, start: int) -> None:
            answers.append(dict(await store.made(FACES[start : start + 8])))

        for number in range(20):
            makers.start_soon(make, one if number % 2 else other, number)

    async with opening() as store:
        kept = await store.all_of("face/")
    assert sorted(kept) == FACES[:27]
    assert all(kept[name] == key for answer in answers for name, key in answer.items())


async def test_keys_made_and_destroyed_at_once_are_whole_or_absent(opening: Stores) -> None:
    async with opening() as one, opening() as other:
        stay = await one.made(FACES[50:])
        async with anyio.create_task_group() as users:
            for number in range(10):
                users.start_soon(one.made, FACES[number : number + 5])
                users.start_soon(other.destroy, FACES[number : number + 5])

        kept = await other.all_of("face/")

        assert {name: kept[name] for name in stay} == stay
        assert await one.of(list(kept)) == kept


async def test_a_working_store_answers_ping_and_keeps_nothing_of_it(keys: DataKeys) -> None:
    await keys.ping()

    assert await listed(keys, "") == []


async def test_a_fake_that_is_down_says_so() -> None:
    with pytest.raises(DataKeysUnavailableError):
        await FakeDataKeys(down=True).ping()
