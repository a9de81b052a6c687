"""Who is asking."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.access import (
    EVERY_SCOPE,
    AccessKey,
    Grant,
    Scope,
    new_access_key,
    new_key,
)
from app.domain.errors import UnauthenticatedError
from app.domain.purpose import Purpose
from app.ports.records import Records
from app.services.authenticate import ANONYMOUS, Authenticate, Caller
from app.services.recorded import utc_now

GRANT = Grant(frozenset({Scope.SEARCH}), None, Purpose.MISSING_PERSON, "26-1")
EXPIRED = replace(GRANT, expires_at=utc_now() - timedelta(seconds=1))


async def _kept(records: Records, grant: Grant = GRANT, revoked_at: datetime | None = None) -> str:
    presented, key = new_key("dispatch", utc_now(), grant)
    async with records.unit() as unit:
        await unit.keys.add(replace(key, revoked_at=revoked_at))
    return presented


async def _signing(
    records: Records, grant: Grant = GRANT, revoked_at: datetime | None = None
) -> AccessKey:
    made = new_access_key("importer", utc_now(), grant)
    async with records.unit() as unit:
        await unit.keys.add_access_key(replace(made, key=replace(made.key, revoked_at=revoked_at)))
    return made


async def test_without_authentication_everybody_is_anonymous_and_may_everything(
    records: Records,
) -> None:
    caller = await Authenticate(records, required=False)(None)

    assert caller == Caller(ANONYMOUS, EVERY_SCOPE)


async def test_a_key_says_its_name_and_prefix_and_what_it_is_for(records: Records) -> None:
    presented = await _kept(records)

    caller = await Authenticate(records, required=True)(presented)

    name = f"dispatch ({presented.split('_')[1]})"
    assert caller == Caller(name, GRANT.scopes, Purpose.MISSING_PERSON, "26-1")


async def test_no_key_a_wrong_one_and_a_foreign_one_are_refused(records: Records) -> None:
    presented = await _kept(records)
    authenticate = Authenticate(records, required=True)

    for wrong in (None, "", "Bearer", presented[:-1], presented + "x", "candid_00000000_x"):
        with pytest.raises(UnauthenticatedError):
            await authenticate(wrong)


async def test_revoked_and_expired_keys_are_refused(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    revoked = await _kept(records, revoked_at=utc_now())
    expired = await _kept(records, EXPIRED)

    for old in (revoked, expired):
        with pytest.raises(UnauthenticatedError):
            await authenticate(old)


async def test_an_access_key_says_whose_it_is_and_its_secret(records: Records) -> None:
    made = await _signing(records)

    caller, secret = await Authenticate(records, required=True).secret_of(made.access_key_id)

    name = f"importer ({made.access_key_id})"
    assert caller == Caller(name, GRANT.scopes, Purpose.MISSING_PERSON, "26-1")
    assert secret == made.secret


async def test_unknown_revoked_and_expired_access_keys_are_refused(records: Records) -> None:
    revoked = await _signing(records, revoked_at=utc_now())
    expired = await _signing(records, EXPIRED)
    authenticate = Authenticate(records, required=True)

    for refused in (revoked.access_key_id, expired.access_key_id, "CANDIDNOBODY", "", "a\0b"):
        with pytest.raises(UnauthenticatedError):
            await authenticate.secret_of(refused)


async def test_a_key_of_one_kind_is_none_of_the_other(records: Records) -> None:
    sent, signing = await _kept(records), await _signing(records)
    authenticate = Authenticate(records, required=True)

    with pytest.raises(UnauthenticatedError):
        await authenticate.secret_of(sent.split("_")[1])
    for presented in (signing.secret, f"candid_{signing.access_key_id}_{signing.secret}"):
        with pytest.raises(UnauthenticatedError):
            await authenticate(presented)


async def test_the_first_key_is_made_once_and_only_where_keys_are(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    kept: list[str] = []

    assert await Authenticate(records, required=False).first_key(kept.append) is None
    first = await authenticate.first_key(kept.append)

    assert await authenticate.first_key(kept.append) is None
    caller = await authenticate(first)
    assert (caller.name.startswith("first ("), caller.scopes) == (True, EVERY_SCOPE)
    assert kept == [first]


async def test_a_first_key_that_cannot_be_kept_is_none(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    lost: list[str] = []

    def full(key: str) -> None:
        lost.append(key)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await authenticate.first_key(full)

    with pytest.raises(UnauthenticatedError):
        await authenticate(lost[0])
    assert await authenticate.first_key(lost.append) == lost[1]
