"""The contract of the records: who is kept out."""

from app.domain.sign_in import BlockedPerson
from app.ports.records import Records
from tests.records.samples import LATER, NOW

ANN = BlockedPerson("https://id.county.test", "a-1", NOW, "office (0a1b2c3d)")
BOB = BlockedPerson("https://id.county.test", "b-1", LATER, "office (0a1b2c3d)")


async def test_a_block_is_kept_and_the_first_stays(records: Records) -> None:
    async with records.unit() as unit:
        assert await unit.blocks.add(BOB) == BOB
        assert await unit.blocks.add(ANN) == ANN
    async with records.unit() as unit:
        again = BlockedPerson(ANN.issuer, ANN.subject, LATER, "somebody else")
        assert await unit.blocks.add(again) == ANN

    async with records.view() as unit:
        assert await unit.blocks.find(ANN.issuer, ANN.subject) == ANN
        assert await unit.blocks.all() == [ANN, BOB]


async def test_the_same_subject_of_another_issuer_is_somebody_else(records: Records) -> None:
    async with records.unit() as unit:
        await unit.blocks.add(ANN)

    async with records.view() as unit:
        assert await unit.blocks.find("https://other.test", ANN.subject) is None
        assert await unit.blocks.find(ANN.issuer, "no\0body") is None


async def test_a_block_is_lifted_once(records: Records) -> None:
    async with records.unit() as unit:
        await unit.blocks.add(ANN)
    async with records.unit() as unit:
        assert await unit.blocks.remove(ANN.issuer, ANN.subject) == ANN
        assert await unit.blocks.remove(ANN.issuer, ANN.subject) is None

    async with records.view() as unit:
        assert await unit.blocks.all() == []
