"""What changes how data keys are wrapped, while they are used; on every store of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.key_wrapping import EncryptionKeys
from app.domain.errors import DataKeysMisconfiguredError
from app.ports.data_keys import face_key_name
from app.ports.key_wrapping import KeyWrapping
from tests.key_stores import KINDS, Stores, encryption_keys, stores_of

FACES = [face_key_name("bookings", f"f-{number:03}") for number in range(70)]


@pytest.fixture(params=KINDS)
async def opening(
    request: pytest.FixtureRequest, tmp_path: Path, s3_server: str
) -> AsyncIterator[Stores]:
    async with stores_of(request.param, tmp_path, s3_server) as stores:
        yield stores


async def rewrap(wrapping: KeyWrapping) -> int:
    return sum([done async for done in wrapping.rewrap()])


async def test_the_status_counts_and_tells_no_secret(opening: Stores) -> None:
    async with opening() as store:
        await store.made([*FACES, "photo/A1/00ff"])

        status = await store.wrapping.status()

    (only,) = status.generations
    assert status.kinds == {"face": 70, "photo": 1}
    assert (only.generation, only.keys) == (1, 71)
    assert only.wrapped_by == status.encryption_key == await opening.keys.current.name()


async def test_rotated_keys_are_the_same_for_whoever_uses_them_meanwhile(opening: Stores) -> None:
    async with opening() as service, opening() as command:
        made = dict(await service.made(FACES))

        assert await command.wrapping.add_generation() == 2
        made |= await service.made([face_key_name("bookings", "between")])
        await rewrap(command.wrapping)

        assert await service.all_of("face/") == made
        assert await service.made([face_key_name("bookings", "after")])
        assert await command.of(list(made)) == made
        status = await command.wrapping.status()
        assert {one.generation: one.keys for one in status.generations}[2] == 72
        assert await rewrap(command.wrapping) == 0
    async with opening() as again:
        assert {name: (await again.all_of("face/"))[name] for name in made} == made


async def test_a_rotation_given_up_in_the_middle_is_finished_by_another(opening: Stores) -> None:
    async with opening() as store:
        made = await store.made(FACES)
        await store.wrapping.add_generation()
        steps = store.wrapping.rewrap()
        await anext(steps)
        await steps.aclose()

    async with opening() as store:
        await rewrap(store.wrapping)
        assert (await store.wrapping.status()).generations[-1].keys == 70
        assert await store.all_of("face/") == made


async def test_another_key_encryption_key_opens_nothing_and_changes_nothing(
    opening: Stores,
) -> None:
    async with opening() as store:
        made = await store.made(FACES[:2])

    with pytest.raises(DataKeysMisconfiguredError):
        async with opening(encryption_keys()):
            pytest.fail("a wrong key opened the store")

    async with opening() as store:
        assert await store.all_of("face/") == made


async def test_the_key_encryption_key_is_changed_under_a_running_service(opening: Stores) -> None:
    after = EncryptionKeys(encryption_keys().current, opening.keys.current)
    async with opening() as service:
        made = dict(await service.made(FACES))
        async with opening(after) as command:
            assert await command.all_of("face/") == made
            assert await command.wrapping.rewrap_wrapping_keys() == 1
            assert await command.wrapping.rewrap_wrapping_keys() == 0
        made |= await service.made([face_key_name("bookings", "after")])

    async with opening(EncryptionKeys(after.current)) as service:
        assert await service.all_of("face/") == made
        assert (await service.wrapping.status()).generations[0].wrapped_by == (
            await after.current.name()
        )
    with pytest.raises(DataKeysMisconfiguredError):
        async with opening():
            pytest.fail("the key before opened the store")
