"""What every implementation of the records promises of calibrations."""

import asyncio

import psycopg
import pytest

from app.ports.records import Records
from tests.domain.calibrations import MADE_AT, NEARLY_EQUAL, calibration, curve

GROUP = curve("race B, sex M", 60, 60 * 999, 15_000, 3000, 600, 120, 0)


async def test_a_calibration_is_read_as_it_was_kept(records: Records) -> None:
    async with records.unit() as unit:
        await unit.calibrations.add(calibration(GROUP, compared=NEARLY_EQUAL))

    async with records.view() as view:
        kept = await view.calibrations.current("fake/1")
    assert kept == calibration(GROUP, compared=NEARLY_EQUAL)


async def test_none_counts_for_another_model(records: Records) -> None:
    async with records.unit() as unit:
        await unit.calibrations.add(calibration())

    async with records.view() as view:
        assert await view.calibrations.current("fake/2") is None


async def test_the_newest_counts(records: Records) -> None:
    for one in (calibration(), calibration(GROUP)):
        async with records.unit() as unit:
            await unit.calibrations.add(one)

    async with records.view() as view:
        assert await view.calibrations.current("fake/1") == calibration(GROUP)


async def test_after_a_drop_none_counts_until_the_next_one(records: Records) -> None:
    async with records.unit() as unit:
        await unit.calibrations.add(calibration(GROUP))
        assert await unit.calibrations.drop("fake/1", MADE_AT) == calibration(GROUP)
        assert await unit.calibrations.current("fake/1") is None

    async with records.unit() as unit:
        await unit.calibrations.add(calibration())
    async with records.view() as view:
        assert await view.calibrations.current("fake/1") == calibration()


async def test_what_does_not_count_is_not_dropped(records: Records) -> None:
    async with records.unit() as unit:
        assert await unit.calibrations.drop("fake/1", MADE_AT) is None


async def test_a_drop_is_of_the_calibration_that_counted_whatever_comes_meanwhile(
    records: Records,
) -> None:
    """Whoever calibrates while it is being dropped waits, and counts afterwards."""
    async with records.unit() as unit:
        await unit.calibrations.add(calibration(GROUP))

    async def add() -> None:
        async with records.unit() as other:
            await other.calibrations.add(calibration())

    async with records.unit() as unit:
        dropped = await unit.calibrations.drop("fake/1", MADE_AT)
        adding = asyncio.create_task(add())
        done, _ = await asyncio.wait([adding], timeout=0.5)
    await adding

    assert dropped == calibration(GROUP)
    assert not done
    async with records.view() as view:
        assert await view.calibrations.current("fake/1") == calibration()


async def test_one_kept_before_groups_were_compared_is_still_read(
    records: Records, database: str
) -> None:
    async with records.unit() as unit:
        await unit.calibrations.add(calibration(GROUP, compared=NEARLY_EQUAL))
    older = """
        INSERT INTO calibrations (collection, model, at, document)
        SELECT collection, model, at, document - 'compared' FROM calibrations
    """
    with psycopg.connect(database) as connection:
        connection.execute(older)

    async with records.view() as view:
        assert await view.calibrations.current("fake/1") == calibration(GROUP)


@pytest.mark.parametrize(
    "change", ["UPDATE calibrations SET document = NULL", "DELETE FROM calibrations"]
)
async def test_what_was_measured_is_never_changed(
    records: Records, database: str, change: str
) -> None:
    async with records.unit() as unit:
        await unit.calibrations.add(calibration())

    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.RaiseException):
        connection.execute(change)
