"""The contract of the records, third part: what keys are for, and keys that sign requests."""

from dataclasses import replace

from app.domain.access import EVERY_SCOPE, Grant, Scope, new_access_key, new_key
from app.domain.purpose import Purpose
from app.ports.records import Records
from tests.records.samples import LATER, NOW

GRANT = Grant(frozenset({Scope.SEARCH, Scope.AUDIT}), LATER, Purpose.CRIMINAL_INVESTIGATION, "26-1")


async def test_a_key_keeps_what_it_is_for(records: Records) -> None:
    _, key = new_key("front desk", NOW, GRANT)
    _, idle = new_key("nothing yet", NOW, Grant(frozenset()))

    async with records.unit() as unit:
        await unit.keys.add(key)
        await unit.keys.add(idle)

    async with records.view() as unit:
        assert await unit.keys.find(key.prefix) == key
        assert await unit.keys.find(idle.prefix) == idle


async def test_an_access_key_is_found_with_its_secret_and_listed_without(records: Records) -> None:
    access_key = new_access_key("importer", NOW, GRANT)

    async with records.unit() as unit:
        await unit.keys.add_access_key(access_key)

    async with records.view() as unit:
        assert await unit.keys.find_access_key(access_key.access_key_id) == access_key
        assert await unit.keys.find(access_key.access_key_id) == access_key.key
        assert await unit.keys.all() == [access_key.key]


async def test_a_key_that_is_sent_is_no_access_key(records: Records) -> None:
    _, key = new_key("front desk", NOW, GRANT)
    async with records.unit() as unit:
        await unit.keys.add(key)

    async with records.view() as unit:
        assert await unit.keys.find_access_key(key.prefix) is None
        assert await unit.keys.find_access_key("no\0body") is None


async def test_keys_of_every_kind_are_listed_oldest_first(records: Records) -> None:
    _, young = new_key("young", LATER, GRANT)
    old = new_access_key("old", NOW, GRANT)
    async with records.unit() as unit:
        await unit.keys.add(young)
        await unit.keys.add_access_key(old)

    async with records.view() as unit:
        assert await unit.keys.all() == [old.key, young]


async def test_a_key_is_revoked_once(records: Records) -> None:
    _, key = new_key("front desk", NOW, Grant(EVERY_SCOPE))
    async with records.unit() as unit:
        await unit.keys.add(key)

    async with records.unit() as unit:
        revoked = await unit.keys.revoke(key.prefix, NOW)
    async with records.unit() as unit:
        again = await unit.keys.revoke(key.prefix, LATER)
        unknown = await unit.keys.revoke("nobody", LATER)

    assert revoked == replace(key, revoked_at=NOW)
    assert (again, unknown) == (None, None)
    async with records.view() as unit:
        assert await unit.keys.find(key.prefix) == revoked


async def test_a_first_key_is_kept_only_where_there_is_no_key_of_any_kind(records: Records) -> None:
    async with records.unit() as unit:
        await unit.keys.add_access_key(new_access_key("importer", NOW, GRANT))

    async with records.unit() as unit:
        assert not await unit.keys.add_first(new_key("first", NOW, Grant(EVERY_SCOPE))[1])
