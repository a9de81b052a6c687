"""Use case: who is asking? Who cannot say it is refused, recorded, and in time not listened to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.access import (
    EVERY_SCOPE,
    ApiKey,
    Grant,
    hash_of_key,
    new_key,
    prefix_of_key,
)
from app.domain.audit import AuditAction, AuditEntry, Visitor
from app.domain.errors import (
    CandidError,
    LockedOutError,
    RateLimitedError,
    RolesConflictError,
    SecondFactorMissingError,
    TooManyCallsError,
    UnauthenticatedError,
)
from app.domain.networks import household_of
from app.domain.sign_in import TokenFault, TokenHolder
from app.ports.records import Records
from app.services.call_limits import CallLimits
from app.services.callers import ANONYMOUS, UNKNOWN, Caller, Reason, caller_with, name_of
from app.services.lockout import Lockout
from app.services.recorded import utc_now
from app.services.sign_in import SignIn, is_blocked, looks_like_token

USE_IS_NOTED = timedelta(minutes=10)
"""A key's last use is kept to so much: more often would cost a write a call."""

_PREFIX = re.compile("[0-9a-f]{8}|CANDID[A-Z2-7]{14}")


_OF_THE_CALLER = {Reason.EXPIRED, Reason.REVOKED, Reason.OTHER_NETWORK, Reason.BLOCKED}
"""What speaks against the caller; a wrong signature may be anybody's who knows a key's id."""

_NO_GUESS = {TokenFault.EXPIRED, TokenFault.UNKNOWN_KEY}
"""Rightly signed and too late, or signed with a key that may be newer than what is known here.

Both happen to good people, many behind one address: counted, they would lock out a building.
"""

_RECORDS_A_MINUTE = 30
"""Of what is not counted, for one address: else somebody fills the audit with it."""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Check API keys, where they are required, and the tokens of people who sign in."""

    records: Records
    required: bool
    lockout: Lockout = field(default_factory=Lockout)
    limits: CallLimits = field(default_factory=CallLimits)
    sign_in: SignIn | None = None
    told: CallLimits = field(default_factory=CallLimits)  # what would be recorded again and again

    async def __call__(self, presented: str | None, visitor: Visitor) -> Caller:
        """Return the caller; UnauthenticatedError, RateLimitedError, LockedOutError.

        Of people also SecondFactorMissingError, RolesConflictError, and
        IdentityProviderUnavailableError or IdentityProviderMisconfiguredError where nobody can say
        whether a token is good.
        """
        if not self.required:
            return Caller(ANONYMOUS, EVERY_SCOPE)
        if self.sign_in is not None and presented and looks_like_token(presented):
            return await self._person(self.sign_in, presented, visitor)
        token = hash_of_key(presented or "")
        self.lockout.check(visitor.address, token)
        key, reason = await self._known(presented, visitor)
        if key is None or reason is not None:
            prefix = prefix_of_key(presented or "")
            name = name_of(key) if key else UNKNOWN
            await self.turn_away(visitor, token, reason or Reason.UNKNOWN, prefix, name)
            raise UnauthenticatedError
        caller = caller_with(key)
        await self.admit(caller, visitor, token)
        return caller

    async def still_valid(self, presented: str | None, visitor: Visitor) -> None:
        """Raise UnauthenticatedError unless an answer that lasts may go on; nothing is counted.

        Raises RecordsUnavailableError where nobody can say.
        """
        if not self.required:
            return
        if self.sign_in is not None and presented and looks_like_token(presented):
            objection = await self.sign_in.objection(presented, self.records)
        else:
            objection = (await self._known(presented, visitor))[1]
        if objection is not None:
            raise UnauthenticatedError

    async def secret_of(self, access_key_id: str, visitor: Visitor) -> tuple[Caller, str]:
        """Return whose access key this is, and the secret that its requests are signed with.

        Whoever asks then checks the signature and calls `admit` or `turn_away`. Raises
        UnauthenticatedError when it is unknown, expired, revoked, not to be used from here, or no
        access key; LockedOutError.
        """
        self.lockout.check(visitor.address, access_key_id)
        async with self.records.view() as unit:
            found = await unit.keys.find_access_key(access_key_id)
        reason = _objection(found.key, visitor, utc_now()) if found else Reason.UNKNOWN
        if found is None or reason is not None:
            reason = reason or Reason.UNKNOWN
            await self.turn_away(visitor, access_key_id, reason, access_key_id)
            raise UnauthenticatedError
        return caller_with(found.key), found.secret

    async def admit(self, caller: Caller, visitor: Visitor, token: str) -> None:
        """Count a call of one who showed who they are; RateLimitedError."""
        key = caller.key
        if key is None:
            return
        self.lockout.succeeded(visitor.address, token)
        if key.grant.calls_a_minute is not None:
            await self._take(key, key.grant.calls_a_minute, visitor)
        now = utc_now()
        if key.last_used_at is None or now - key.last_used_at >= USE_IS_NOTED:
            async with self.records.unit() as unit:
                await unit.keys.note_use(key.prefix, now)

    async def note_crowding(self, caller: Caller, visitor: Visitor) -> None:
        """Record that a caller's call was one too many at once."""
        async with self.records.unit() as unit:
            details = {"call": visitor.call}
            await unit.audit.append(_entry(visitor, caller.name, TooManyCallsError.code, details))

    async def turn_away(
        self,
        visitor: Visitor,
        token: str,
        reason: Reason | TokenFault,
        prefix: str | None = None,
        name: str = UNKNOWN,
    ) -> None:
        """Count and record a call without a valid key; LockedOutError: one too many, unrecorded.

        `name` is the caller's own, who showed who they are and may not ask now or from here.
        """
        if reason in _OF_THE_CALLER:
            self.lockout.forget(visitor.address, token)
        locks = self.lockout.failed(visitor.address)
        shown = prefix if prefix and _PREFIX.fullmatch(prefix) else None
        details = {"call": visitor.call, "reason": reason.value, "prefix": shown}
        codes = [UnauthenticatedError.code, *([LockedOutError.code] if locks else [])]
        async with self.records.unit() as unit:
            for code in codes:
                await unit.audit.append(_entry(visitor, name, code, details))

    async def first_key(self, keep: Callable[[str], None]) -> str | None:
        """Make the first key, with every scope, where one is required and there is none.

        It is shown only here. `keep` has it before the records do: what it raises leaves no key,
        so that none is lost.
        """
        if not self.required:
            return None
        presented, key = new_key("first", utc_now(), Grant(EVERY_SCOPE))
        async with self.records.unit() as unit:
            made = await unit.keys.add_first(key)
            if made:
                keep(presented)
        return presented if made else None

    async def _person(self, sign_in: SignIn, token: str, visitor: Visitor) -> Caller:
        """Check a token first and the lockout then: a renewed token is still the same person's."""
        found = await sign_in.verifier.verified(token)
        if isinstance(found, TokenFault):
            if found in _NO_GUESS:
                await self._note_fault(visitor, found)
                raise UnauthenticatedError
            sent = hash_of_key(token)
            self.lockout.check(visitor.address, sent)
            await self.turn_away(visitor, sent, found)
            raise UnauthenticatedError
        same = hash_of_key(f"{found.issuer} {found.subject}")
        self.lockout.check(visitor.address, same)
        if await is_blocked(found, self.records):
            await self.turn_away(visitor, same, Reason.BLOCKED, name=found.name)
            raise UnauthenticatedError
        self.lockout.succeeded(visitor.address, same)
        return await self._admitted(sign_in, found, visitor)

    async def _note_fault(self, visitor: Visitor, fault: TokenFault) -> None:
        if self.told.has_room(household_of(visitor.address), _RECORDS_A_MINUTE):
            details = {"call": visitor.call, "reason": fault.value, "prefix": None}
            await self._record(visitor, UNKNOWN, UnauthenticatedError(), details)

    async def _admitted(self, sign_in: SignIn, holder: TokenHolder, visitor: Visitor) -> Caller:
        try:
            return sign_in.caller(holder)
        except (SecondFactorMissingError, RolesConflictError) as error:
            if self.told.has_room(f"{holder.issuer} {holder.subject} {error.code}", 1):
                await self._record(visitor, holder.name, error, {"call": visitor.call})
            raise

    async def _known(
        self, presented: str | None, visitor: Visitor
    ) -> tuple[ApiKey | None, Reason | None]:
        """Return the key that was presented, if its secret is right, and what speaks against it."""
        prefix = prefix_of_key(presented or "")
        if presented is None or prefix is None:
            return None, Reason.NO_KEY if presented else Reason.MISSING
        async with self.records.view() as unit:
            key = await unit.keys.find(prefix)
        if key is None or not key.is_presented(presented):
            return None, Reason.WRONG_SECRET if key else Reason.UNKNOWN
        return key, _objection(key, visitor, utc_now())

    async def _take(self, key: ApiKey, calls_a_minute: int, visitor: Visitor) -> None:
        try:
            self.limits.take(key.prefix, calls_a_minute)
        except RateLimitedError as error:
            if self.limits.is_news(key.prefix):
                details = {"call": visitor.call, "calls_a_minute": calls_a_minute}
                await self._record(visitor, name_of(key), error, details)
            raise

    async def _record(
        self, visitor: Visitor, name: str, error: CandidError, details: Mapping[str, object]
    ) -> None:
        async with self.records.unit() as unit:
            await unit.audit.append(_entry(visitor, name, error.code, details))


def _objection(key: ApiKey, visitor: Visitor, now: datetime) -> Reason | None:
    if key.revoked_at is not None:
        return Reason.REVOKED
    if not key.in_force(now):
        return Reason.EXPIRED
    return None if key.grant.admits_from(visitor.address) else Reason.OTHER_NETWORK


def _entry(visitor: Visitor, name: str, code: str, details: Mapping[str, object]) -> AuditEntry:
    actor = visitor.named(name)
    return AuditEntry(utc_now(), AuditAction.AUTHENTICATE, actor, code, details=details)
