"""Who is asking."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.access import ApiKey, new_key
from app.domain.errors import UnauthenticatedError
from app.ports.records import Records
from app.services.authenticate import ANONYMOUS, Authenticate
from app.services.recorded import utc_now


async def _kept(records: Records, **changes: object) -> str:
    presented, key = new_key("dispatch", utc_now())
    changed: ApiKey = replace(key, **changes)  # type: ignore[arg-type]  # fields by name
    async with records.unit() as unit:
        await unit.keys.add(changed)
    return presented


async def test_without_authentication_everybody_is_anonymous(records: Records) -> None:
    assert await Authenticate(records, required=False)(None) == ANONYMOUS


async def test_a_key_says_its_name_and_prefix(records: Records) -> None:
    presented = await _kept(records)

    name = await Authenticate(records, required=True)(presented)

    assert name == f"dispatch ({presented.split('_')[1]})"


async def test_no_key_a_wrong_one_and_a_foreign_one_are_refused(records: Records) -> None:
    presented = await _kept(records)
    authenticate = Authenticate(records, required=True)

    for wrong in (None, "", "Bearer", presented[:-1], presented + "x", "candid_00000000_x"):
        with pytest.raises(UnauthenticatedError):
            await authenticate(wrong)


async def test_revoked_and_expired_keys_are_refused(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    revoked = await _kept(records, revoked_at=utc_now())
    expired = await _kept(records, expires_at=utc_now() - timedelta(seconds=1))

    for old in (revoked, expired):
        with pytest.raises(UnauthenticatedError):
            await authenticate(old)


async def test_the_first_key_is_made_once_and_only_where_keys_are(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    kept: list[str] = []

    assert await Authenticate(records, required=False).first_key(kept.append) is None
    first = await authenticate.first_key(kept.append)

    assert await authenticate.first_key(kept.append) is None
    assert (await authenticate(first)).startswith("first (")
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
