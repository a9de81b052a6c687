"""How records come to be chained."""

import hashlib
import json
from dataclasses import replace

import anyio
import psycopg
import pytest

from app.domain.audit_record import GENESIS, Origin, canonical, chained, numbered
from app.ports.records import Records, RecordsOfCollections
from tests.audit.tampering import write, written
from tests.records.samples import NOW, entry

ODD = {
    "float": 1e-7,
    "whole": 1.0,
    "large": 10**30,
    "text": 'ü "\\ \u2028 \U0001f600 \\u0000',
    "nested": {"b": [1, None, True], "a": {}},
}


async def test_the_text_that_is_written_is_the_text_that_is_hashed(records: Records) -> None:
    odd = replace(entry("R-1"), details=ODD)
    async with records.unit() as unit:
        await unit.audit.append(odd)
        await unit.audit.append(entry("R-2"))

    first, second = await written(records)

    sent = canonical(replace(odd, terms_reference=first.fields["terms_reference"]), Origin("jail"))
    assert first.text == numbered(1, sent)
    assert first.hash == hashlib.sha256((GENESIS + first.text).encode()).hexdigest()
    assert second.hash == chained(first.hash, second.text)
    assert first.entry().details == ODD


async def test_the_canonical_form_can_be_made_again_of_what_was_read(records: Records) -> None:
    async with records.unit() as unit:
        await unit.audit.append(replace(entry("R-1"), details=ODD))

    [record] = await written(records)

    said = dict(record.fields)
    del said["number"]
    again = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert record.text == numbered(1, again)


async def test_many_at_once_make_one_chain_without_gaps(
    of_collections: RecordsOfCollections,
) -> None:
    jail, annex = of_collections.of("jail"), of_collections.of("annex")

    async with anyio.create_task_group() as tasks:
        for first in range(4):
            tasks.start_soon(write, (jail, annex)[first % 2], 10, 100 * first)

    found = await written(jail)
    assert [one.number for one in found] == list(range(1, 41))
    previous = GENESIS
    for one in found:
        assert one.hash == chained(previous, one.text)
        previous = one.hash
    assert {one.fields["collection"] for one in found} == {"jail", "annex"}


async def test_a_unit_that_fails_leaves_no_gap(records: Records) -> None:
    async def fail() -> None:
        async with records.unit() as unit:
            await unit.audit.append(entry("R-1"))
            raise RuntimeError

    await write(records, 1)
    with pytest.raises(RuntimeError):
        await fail()
    await write(records, 1)

    assert [one.number for one in await written(records)] == [1, 2]


async def test_number_and_hash_are_the_databases_whoever_writes(
    records: Records, database: str
) -> None:
    await write(records, 1)
    with psycopg.connect(database) as connection:
        connection.execute(
            """INSERT INTO audit VALUES (77, '{"at":"2026-03-04T00:00:00.000Z"}', 'abc')"""
        )

    first, second = await written(records)

    assert second.number == 2
    assert second.hash == chained(first.hash, second.text)


async def test_a_record_says_where_it_was_written(records: Records) -> None:
    del records
    text = canonical(entry("R-1"), Origin("jail", "jail-app-1", "candid 0.1"))

    assert json.loads(text)["host"] == "jail-app-1"
    assert json.loads(text)["program"] == "candid 0.1"
    assert json.loads(text)["at"] == "2026-03-04T05:06:07.891Z"


async def test_numbers_are_found_by_time(records: Records) -> None:
    await write(records, 3)

    async with records.view() as view:
        assert await view.audit.between(NOW, NOW.replace(year=2027)) == (1, 3)
        assert await view.audit.between(NOW.replace(year=2027), NOW.replace(year=2028)) is None
        assert await view.audit.newest() == 3
