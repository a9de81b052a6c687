"""Use case: give out keys, list them, replace them, and take them back; all of it is recorded."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.access import (
    EVERY_SCOPE,
    AccessKey,
    ApiKey,
    Grant,
    Scope,
    check_held,
    check_separate,
    new_access_key,
    new_key,
)
from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import KeyEndedError, KeyNotFoundError, LastAdminKeyError
from app.ports.records import Records, Unit
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class ManageKeys:
    """Keys of every kind; their secrets are returned once and never again.

    `held` are the scopes of whoever asks; the service's own machine holds every one.
    """

    records: Records

    async def create(
        self, name: str, grant: Grant, actor: Actor, held: frozenset[Scope] = EVERY_SCOPE
    ) -> tuple[str, ApiKey]:
        """Make a key that is sent with each request; return it and what is kept of it.

        Raises ScopeNotHeldError, AuditAloneError.
        """
        presented, key = new_key(name, utc_now(), grant)
        async with self._giving(key, actor, held) as unit:
            await unit.keys.add(key)
        return presented, key

    async def create_access_key(
        self, name: str, grant: Grant, actor: Actor, held: frozenset[Scope] = EVERY_SCOPE
    ) -> AccessKey:
        """Make a key that signs requests as AWS's do; raises as `create` does."""
        made = new_access_key(name, utc_now(), grant)
        async with self._giving(made.key, actor, held) as unit:
            await unit.keys.add_access_key(made)
        return made

    async def all(self) -> Sequence[ApiKey]:
        """Return every key, oldest first."""
        async with self.records.view() as unit:
            return await unit.keys.all()

    async def page(self, actor: Actor, after: str | None, limit: int) -> Sequence[ApiKey]:
        """Return the keys that follow the one with this prefix; the look is recorded."""
        async with self.records.unit() as unit:
            known = list(await unit.keys.all())
            await unit.audit.append(_entry(AuditAction.VIEW_KEYS, actor, {}))
        places = [i for i, key in enumerate(known, 1) if key.prefix == after]
        start = 0 if after is None else next(iter(places), len(known))
        return known[start : start + limit]

    async def rotate(
        self,
        prefix: str,
        overlap: timedelta,
        actor: Actor,
        held: frozenset[Scope] = EVERY_SCOPE,
    ) -> tuple[str, ApiKey]:
        """Make a key with the same name and grant; the old one works for `overlap`, then ends.

        Whoever rotates a key has its secret afterwards, so they need its scopes. Raises
        KeyNotFoundError, ScopeNotHeldError, KeyEndedError.
        """
        said = {"replaces": prefix, "overlap_seconds": int(overlap.total_seconds())}
        async with self._refusals(AuditAction.ROTATE_KEY, actor, said):
            now = utc_now()
            async with self.records.unit() as unit:
                await unit.keys.lock()
                old = _checked(await unit.keys.find(prefix), held, now)
                secret, made = await _replacement(unit, old, now)
                await (
                    unit.keys.end(prefix, now + overlap)
                    if overlap
                    else unit.keys.revoke(prefix, now)
                )
                details = {**_details(made), **said}
                await unit.audit.append(_entry(AuditAction.ROTATE_KEY, actor, details))
        return secret, made

    async def revoke(
        self, prefix: str, actor: Actor, *, keeps_an_admin: bool = False
    ) -> ApiKey | None:
        """Take a key back at once and for good; None when there is none with this prefix.

        One that was revoked already stays as it was. `keeps_an_admin`: LastAdminKeyError where no
        other key in force could manage keys by calls.
        """
        refusals = self._refusals(AuditAction.REVOKE_KEY, actor, {"prefix": prefix})
        async with refusals, self.records.unit() as unit:
            await unit.keys.lock()
            if keeps_an_admin:
                _check_admins(await unit.keys.all(), prefix)
            revoked = await unit.keys.revoke(prefix, utc_now())
            if revoked is not None:
                await unit.audit.append(_entry(AuditAction.REVOKE_KEY, actor, _details(revoked)))
            return revoked or await unit.keys.find(prefix)

    @asynccontextmanager
    async def _giving(
        self, key: ApiKey, actor: Actor, held: frozenset[Scope]
    ) -> AsyncGenerator[Unit]:
        async with self._refusals(AuditAction.CREATE_KEY, actor, _details(key)):
            check_held(key.grant.scopes, held)
            check_separate(key.grant.scopes)
            async with self.records.unit() as unit:
                yield unit
                await unit.audit.append(_entry(AuditAction.CREATE_KEY, actor, _details(key)))

    def _refusals(
        self, action: AuditAction, actor: Actor, details: Mapping[str, object]
    ) -> AbstractAsyncContextManager[None]:
        return refusals_recorded(self.records, lambda code: _entry(action, actor, details, code))


def _check_admins(keys: Iterable[ApiKey], prefix: str) -> None:
    now = utc_now()
    admins = {
        key.prefix
        for key in keys
        if Scope.ADMIN in key.grant.scopes and key.in_force(now) and not key.signs
    }
    if admins == {prefix}:
        raise LastAdminKeyError


def _checked(old: ApiKey | None, held: frozenset[Scope], now: datetime) -> ApiKey:
    if old is None:
        raise KeyNotFoundError
    check_held(old.grant.scopes, held)
    if not old.in_force(now):
        raise KeyEndedError
    return old


async def _replacement(unit: Unit, old: ApiKey, now: datetime) -> tuple[str, ApiKey]:
    if old.signs:
        access_key = new_access_key(old.name, now, old.grant)
        await unit.keys.add_access_key(access_key)
        return access_key.secret, access_key.key
    presented, key = new_key(old.name, now, old.grant)
    await unit.keys.add(key)
    return presented, key


def _entry(
    action: AuditAction, actor: Actor, details: Mapping[str, object], outcome: str = "answered"
) -> AuditEntry:
    return AuditEntry(utc_now(), action, actor, outcome, details=details)


def _details(key: ApiKey) -> Mapping[str, object]:
    grant = key.grant
    return {
        "prefix": key.prefix,
        "name": key.name,
        "signs": key.signs,
        "scopes": sorted(grant.scopes),
        "expires_at": grant.expires_at.isoformat() if grant.expires_at else None,
        "purpose": grant.purpose.value if grant.purpose else None,
        "case_number": grant.case_number,
        "calls_a_minute": grant.calls_a_minute,
        "networks": [str(network) for network in grant.networks],
        "trained_until": grant.trained_until.isoformat() if grant.trained_until else None,
    }
