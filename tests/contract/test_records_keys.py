"""The contract of the records, third part: what keys are for, and keys that sign requests."""

import asyncio
from dataclasses import replace
from datetime import date

from app.domain.access import EVERY_SCOPE, Grant, Scope, new_access_key, new_key
from app.domain.networks import network_of
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


async def test_a_key_keeps_its_limits_and_its_holders_training(records: Records) -> None:
    networks = (network_of("10.20.0.0/16"), network_of("2001:db8::/32"), network_of("192.0.2.7"))
    limited = replace(GRANT, calls_a_minute=60, networks=networks, trained_until=date(2027, 6, 30))
    _, key = new_key("front desk", NOW, limited)
    access_key = new_access_key("importer", NOW, limited)

    async with records.unit() as unit:
        await unit.keys.add(key)
        await unit.keys.add_access_key(access_key)

    async with records.view() as unit:
        assert await unit.keys.find(key.prefix) == key
        assert await unit.keys.find_access_key(access_key.access_key_id) == access_key
        assert set(await unit.keys.all()) == {key, access_key.key}


async def test_when_a_key_was_used_last_is_kept_and_never_goes_back(records: Records) -> None:
    _, key = new_key("front desk", NOW, GRANT)
    async with records.unit() as unit:
        await unit.keys.add(key)

    for at in (LATER, NOW):
        async with records.unit() as unit:
            await unit.keys.note_use(key.prefix, at)
            await unit.keys.note_use("no\0body", at)

    async with records.view() as unit:
        assert await unit.keys.find(key.prefix) == replace(key, last_used_at=LATER)


async def test_a_key_is_ended_earlier_and_never_later(records: Records) -> None:
    _, lasting = new_key("lasting", NOW, Grant(EVERY_SCOPE))
    _, ending = new_key("ending", NOW, Grant(EVERY_SCOPE, expires_at=NOW))
    async with records.unit() as unit:
        await unit.keys.add(lasting)
        await unit.keys.add(ending)

    async with records.unit() as unit:
        await unit.keys.end(lasting.prefix, LATER)
        await unit.keys.end(ending.prefix, LATER)

    async with records.view() as unit:
        found = [await unit.keys.find(key.prefix) for key in (lasting, ending)]
    assert [key and key.grant.expires_at for key in found] == [LATER, NOW]


async def test_units_that_lock_the_keys_follow_each_other(records: Records) -> None:
    order: list[str] = []
    begun = asyncio.Event()

    async def change(name: str) -> None:
        async with records.unit() as unit:
            await unit.keys.lock()
            await unit.keys.all()  # the lock is held when this is answered
            order.append(f"{name} begins")
            begun.set()
            await asyncio.sleep(0.05)
            order.append(f"{name} ends")

    first = asyncio.create_task(change("first"))
    await begun.wait()
    await change("second")
    await first

    assert order == ["first begins", "first ends", "second begins", "second ends"]


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
