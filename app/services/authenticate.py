"""Use case: who is asking?"""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.access import EVERY_SCOPE, ApiKey, Grant, Scope, new_key, prefix_of_key
from app.domain.errors import UnauthenticatedError
from app.domain.purpose import Purpose
from app.ports.records import Records
from app.services.recorded import utc_now

ANONYMOUS = "anonymous"
"""The name of everybody where authentication is off, which only a loopback address may have."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, what they may, and what their calls are for unless they say it."""

    name: str
    scopes: frozenset[Scope]
    purpose: Purpose | None = None
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Check API keys, where they are required."""

    records: Records
    required: bool

    async def __call__(self, presented: str | None) -> Caller:
        """Return the caller; UnauthenticatedError."""
        if not self.required:
            return Caller(ANONYMOUS, EVERY_SCOPE)
        prefix = prefix_of_key(presented or "")
        if presented is None or prefix is None:
            raise UnauthenticatedError
        async with self.records.view() as unit:
            key = await unit.keys.find(prefix)
        if key is None or not key.admits(presented, utc_now()):
            raise UnauthenticatedError
        return _caller(key)

    async def secret_of(self, access_key_id: str) -> tuple[Caller, str]:
        """Return whose access key this is, and the secret that its requests are signed with.

        Raises UnauthenticatedError when it is unknown, expired, revoked, or no access key.
        """
        async with self.records.view() as unit:
            found = await unit.keys.find_access_key(access_key_id)
        if found is None or not found.key.in_force(utc_now()):
            raise UnauthenticatedError
        return _caller(found.key), found.secret

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


def _caller(key: ApiKey) -> Caller:
    grant = key.grant
    return Caller(f"{key.name} ({key.prefix})", grant.scopes, grant.purpose, grant.case_number)
