"""Keys given out and taken back, each act recorded."""

import asyncio

import pytest

from app.domain.access import Grant, Scope
from app.domain.audit import Actor, AuditAction
from app.domain.errors import LastAdminKeyError, UnauthenticatedError
from app.domain.purpose import Purpose
from app.ports.records import Records
from app.services.authenticate import Authenticate
from app.services.manage_keys import ManageKeys
from tests.jails import VISITOR, Jail

CLERK = Actor("command line (clerk)", None, "request-1")
GRANT = Grant(frozenset({Scope.SEARCH}), None, Purpose.TRAINING_TEST)


async def test_a_key_works_until_it_is_revoked_and_never_again(records: Records) -> None:
    manage, authenticate = ManageKeys(records), Authenticate(records, required=True)

    presented, key = await manage.create("desk", GRANT, CLERK)
    caller = await authenticate(presented, VISITOR)
    revoked = await manage.revoke(key.prefix, CLERK)

    assert caller.scopes == GRANT.scopes
    assert revoked is not None
    assert revoked.revoked_at is not None
    with pytest.raises(UnauthenticatedError):
        await authenticate(presented, VISITOR)


async def test_an_access_key_works_until_it_is_revoked(records: Records) -> None:
    manage, authenticate = ManageKeys(records), Authenticate(records, required=True)

    made = await manage.create_access_key("importer", GRANT, CLERK)
    _, secret = await authenticate.secret_of(made.access_key_id, VISITOR)
    await manage.revoke(made.access_key_id, CLERK)

    assert secret == made.secret
    with pytest.raises(UnauthenticatedError):
        await authenticate.secret_of(made.access_key_id, VISITOR)


async def test_keys_of_both_kinds_are_listed(records: Records) -> None:
    manage = ManageKeys(records)
    made = {
        (await manage.create("desk", GRANT, CLERK))[1],
        (await manage.create_access_key("importer", GRANT, CLERK)).key,
    }

    assert set(await manage.all()) == made


async def test_creating_and_revoking_are_recorded_without_the_secret(jail: Jail) -> None:
    manage = ManageKeys(jail.records)

    presented, key = await manage.create("desk", GRANT, CLERK)
    await manage.revoke(key.prefix, CLERK)

    created, revoked = await jail.audit()
    assert (created.action, revoked.action) == (AuditAction.CREATE_KEY, AuditAction.REVOKE_KEY)
    assert {created.actor, revoked.actor} == {CLERK}
    assert created.details["prefix"] == revoked.details["prefix"] == key.prefix
    assert created.details["scopes"] == ["search"]
    assert presented not in repr(created)


async def test_two_who_revoke_each_other_at_once_leave_one(records: Records) -> None:
    manage, admin = ManageKeys(records), Grant(frozenset({Scope.ADMIN}))
    prefixes = [(await manage.create(name, admin, CLERK))[1].prefix for name in ("one", "two")]

    ends = await asyncio.gather(
        *(manage.revoke(one, CLERK, keeps_an_admin=True) for one in prefixes),
        return_exceptions=True,
    )

    assert sum(isinstance(end, LastAdminKeyError) for end in ends) == 1
    assert sum(key.revoked_at is None for key in await manage.all()) == 1


async def test_the_command_line_may_revoke_the_last_of_all(records: Records) -> None:
    manage = ManageKeys(records)
    _, key = await manage.create("one", Grant(frozenset({Scope.ADMIN})), CLERK)

    revoked = await manage.revoke(key.prefix, CLERK)

    assert revoked is not None
    assert revoked.revoked_at is not None


async def test_a_second_revocation_changes_and_records_nothing(jail: Jail) -> None:
    manage = ManageKeys(jail.records)
    _, key = await manage.create("desk", GRANT, CLERK)

    first = await manage.revoke(key.prefix, CLERK)
    second = await manage.revoke(key.prefix, CLERK)
    unknown = await manage.revoke("nobody", CLERK)

    assert (second, unknown) == (first, None)
    assert len(await jail.audit()) == 2
