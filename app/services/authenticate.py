"""Use case: who is asking?"""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.access import new_key, prefix_of_key
from app.domain.errors import UnauthenticatedError
from app.ports.records import Records
from app.services.recorded import utc_now

ANONYMOUS = "anonymous"
"""The name of everybody where authentication is off, which only a loopback address may have."""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Check API keys, where they are required."""

    records: Records
    required: bool

    async def __call__(self, presented: str | None) -> str:
        """Return the caller's name; UnauthenticatedError."""
        if not self.required:
            return ANONYMOUS
        prefix = prefix_of_key(presented or "")
        if presented is None or prefix is None:
            raise UnauthenticatedError
        async with self.records.view() as unit:
            key = await unit.keys.find(prefix)
        if key is None or not key.admits(presented, utc_now()):
            raise UnauthenticatedError
        return f"{key.name} ({key.prefix})"

    async def first_key(self, keep: Callable[[str], None]) -> str | None:
        """Make the first key where one is required and there is none; it is shown only here.

        `keep` has it before the records do: what it raises leaves no key, so that none is lost.
        """
        if not self.required:
            return None
        presented, key = new_key("first", utc_now())
        async with self.records.unit() as unit:
            made = await unit.keys.add_first(key)
            if made:
                keep(presented)
        return presented if made else None
