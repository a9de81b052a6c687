"""Who is asking."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.domain.access import (
    EVERY_SCOPE,
    AccessKey,
    Grant,
    Scope,
    new_access_key,
    new_key,
)
from app.domain.errors import (
    CandidError,
    IdentityProviderUnavailableError,
    UnauthenticatedError,
)
from app.domain.networks import network_of
from app.domain.purpose import Purpose
from app.domain.sign_in import BlockedPerson, TokenFault
from app.ports.records import Records
from app.services.authenticate import USE_IS_NOTED, Authenticate
from app.services.callers import ANONYMOUS, Caller
from app.services.lockout import Lockout
from app.services.recorded import utc_now
from tests.fakes_sign_in import ISSUER, SUBJECT, FakeTokenVerifier, holder, signing_in
from tests.jails import VISITOR

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
    caller = await Authenticate(records, required=False)(None, VISITOR)

    assert caller == Caller(ANONYMOUS, EVERY_SCOPE)


async def test_a_key_says_its_name_and_prefix_and_what_it_is_for(records: Records) -> None:
    presented = await _kept(records)

    caller = await Authenticate(records, required=True)(presented, VISITOR)

    name = f"dispatch ({presented.split('_')[1]})"
    assert caller == Caller(name, GRANT.scopes, Purpose.MISSING_PERSON, "26-1")


async def test_until_when_its_holder_is_trained_is_known_of_a_caller(records: Records) -> None:
    presented = await _kept(records, replace(GRANT, trained_until=date(2027, 6, 30)))

    caller = await Authenticate(records, required=True)(presented, VISITOR)

    assert caller.trained_until == date(2027, 6, 30)


async def test_a_keys_use_is_noted_at_most_every_ten_minutes(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    presented = await _kept(records)
    prefix = presented.split("_")[1]
    await authenticate(presented, VISITOR)
    first = await _last_use(records, prefix)
    await authenticate(presented, VISITOR)
    second = await _last_use(records, prefix)

    old = new_key("old", utc_now(), GRANT)
    before = utc_now() - USE_IS_NOTED
    async with records.unit() as unit:
        await unit.keys.add(replace(old[1], last_used_at=before))
    await authenticate(old[0], VISITOR)

    assert first is not None
    assert second == first
    assert await _last_use(records, old[1].prefix) != before


async def _last_use(records: Records, prefix: str) -> datetime | None:
    async with records.view() as unit:
        key = await unit.keys.find(prefix)
    assert key is not None
    return key.last_used_at


async def test_an_answer_that_lasts_ends_when_its_token_does_or_its_person_is_blocked(
    records: Records,
) -> None:
    sign_in = signing_in(det=holder("investigator"))
    assert isinstance(sign_in.verifier, FakeTokenVerifier)
    authenticate = Authenticate(records, required=True, sign_in=sign_in)
    await authenticate.still_valid("a.b.det", VISITOR)

    async with records.unit() as unit:
        await unit.blocks.add(BlockedPerson(ISSUER, SUBJECT, utc_now(), "office"))
    with pytest.raises(UnauthenticatedError):
        await authenticate.still_valid("a.b.det", VISITOR)
    async with records.unit() as unit:
        await unit.blocks.remove(ISSUER, SUBJECT)
    sign_in.verifier.known["a.b.det"] = TokenFault.EXPIRED
    with pytest.raises(UnauthenticatedError):
        await authenticate.still_valid("a.b.det", VISITOR)
    sign_in.verifier.error = IdentityProviderUnavailableError()
    with pytest.raises(UnauthenticatedError):
        await authenticate.still_valid("a.b.det", VISITOR)


async def test_who_has_no_key_has_no_limits(records: Records) -> None:
    authenticate = Authenticate(records, required=True)

    await authenticate.admit(Caller(ANONYMOUS, EVERY_SCOPE), VISITOR, "token")

    async with records.unit() as unit:
        assert await unit.audit.page(0, 10) == []


async def test_an_answer_that_lasts_goes_on_while_its_key_is_valid_and_counts_nothing(
    records: Records,
) -> None:
    authenticate = Authenticate(records, required=True)
    presented = await _kept(records, replace(GRANT, calls_a_minute=1))
    elsewhere = await _kept(records, replace(GRANT, networks=(network_of("10.0.0.0/8"),)))

    for _ in range(3):
        await authenticate.still_valid(presented, VISITOR)
    await authenticate(presented, VISITOR)
    for refused in (None, elsewhere):
        with pytest.raises(UnauthenticatedError):
            await authenticate.still_valid(refused, VISITOR)
    await Authenticate(records, required=False).still_valid(None, VISITOR)
    async with records.unit() as unit:
        assert await unit.audit.page(0, 10) == []


async def test_many_failures_at_once_leave_as_many_entries_as_lock_the_address(
    records: Records,
) -> None:
    authenticate = Authenticate(records, required=True, lockout=Lockout(3, 60.0))

    async def fail() -> str:
        try:
            await authenticate("candid_00000000_x", VISITOR)
        except CandidError as error:
            return error.code
        return "served"

    codes = await asyncio.gather(*(fail() for _ in range(30)))

    assert sorted(codes) == ["locked_out"] * 27 + ["unauthenticated"] * 3
    async with records.unit() as unit:
        entries = [record.entry() for record in await unit.audit.page(0, 100)]
    assert len(entries) == 4
    assert [entry.outcome for entry in entries].count("locked_out") == 1


async def test_no_key_a_wrong_one_and_a_foreign_one_are_refused(records: Records) -> None:
    presented = await _kept(records)
    authenticate = Authenticate(records, required=True)

    for wrong in (None, "", "Bearer", presented[:-1], presented + "x", "candid_00000000_x"):
        with pytest.raises(UnauthenticatedError):
            await authenticate(wrong, VISITOR)


async def test_revoked_and_expired_keys_are_refused(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    revoked = await _kept(records, revoked_at=utc_now())
    expired = await _kept(records, EXPIRED)

    for old in (revoked, expired):
        with pytest.raises(UnauthenticatedError):
            await authenticate(old, VISITOR)


async def test_an_access_key_says_whose_it_is_and_its_secret(records: Records) -> None:
    made = await _signing(records)

    caller, secret = await Authenticate(records, required=True).secret_of(
        made.access_key_id, VISITOR
    )

    name = f"importer ({made.access_key_id})"
    assert caller == Caller(name, GRANT.scopes, Purpose.MISSING_PERSON, "26-1")
    assert secret == made.secret


async def test_unknown_revoked_and_expired_access_keys_are_refused(records: Records) -> None:
    revoked = await _signing(records, revoked_at=utc_now())
    expired = await _signing(records, EXPIRED)
    authenticate = Authenticate(records, required=True)

    for refused in (revoked.access_key_id, expired.access_key_id, "CANDIDNOBODY", "", "a\0b"):
        with pytest.raises(UnauthenticatedError):
            await authenticate.secret_of(refused, VISITOR)


async def test_a_key_of_one_kind_is_none_of_the_other(records: Records) -> None:
    sent, signing = await _kept(records), await _signing(records)
    authenticate = Authenticate(records, required=True)

    with pytest.raises(UnauthenticatedError):
        await authenticate.secret_of(sent.split("_")[1], VISITOR)
    for presented in (signing.secret, f"candid_{signing.access_key_id}_{signing.secret}"):
        with pytest.raises(UnauthenticatedError):
            await authenticate(presented, VISITOR)


async def test_the_first_key_is_made_once_and_only_where_keys_are(records: Records) -> None:
    authenticate = Authenticate(records, required=True)
    kept: list[str] = []

    assert await Authenticate(records, required=False).first_key(kept.append) is None
    first = await authenticate.first_key(kept.append)

    assert await authenticate.first_key(kept.append) is None
    caller = await authenticate(first, VISITOR)
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
        await authenticate(lost[0], VISITOR)
    assert await authenticate.first_key(lost.append) == lost[1]
