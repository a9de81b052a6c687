"""Repairing what can be repaired; never a record is deleted, nor a photo that one names."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from app.domain.errors import CandidError, RecordsUnavailableError
from app.domain.verification import Finding, Found, Mend
from app.ports.data_keys import DataKeys, photo_key_name
from app.services.turns import Turns
from app.services.verify.mend_missing import MendMissing
from app.services.verify.mend_orphans import MendOrphans

Mending = Callable[[Found], Awaitable[Found]]
"""Takes a finding and returns it with what was done."""


def unable(why: str) -> Mending:
    """Return who repairs nothing, and says why."""
    mend = Mend(is_done=False, what=f"nothing can be repaired now: {why}")

    async def leave(found: Found) -> Found:
        return found if found.finding.is_information else replace(found, mend=mend)

    return leave


_IMPORT = Mend(is_done=False, what="import it: `candid import start`")

_LEFT_LOST = Mend(
    is_done=False,
    what="left alone: it may have been removed on purpose, after the database was backed up; run "
    "such removals again, then use --lost-keys",
)


@dataclass(frozen=True, slots=True)
class Mender:
    """Mends one finding at a time of each photo; what cannot be mended now is said.

    A key that is gone may have been destroyed with a removal that the records, of an older backup,
    know nothing of: only by word does what needs it come back.
    """

    orphans: MendOrphans
    missing: MendMissing
    keys: DataKeys
    lost_keys: bool
    turns: Turns = field(default_factory=Turns)

    async def __call__(self, found: Found) -> Found:
        """Return the finding with what was done; raises only RecordsUnavailableError."""
        if found.finding.is_information:
            return found
        async with self.turns.of(found.external_image_id or ""):
            try:
                mend = await self._mended(found)
            except RecordsUnavailableError:
                raise
            except CandidError as error:
                mend = Mend(is_done=False, what=f"{error} ({error.code})")
        return replace(found, mend=mend)

    async def _mended(self, found: Found) -> Mend:
        mends = {
            Finding.ORPHANED_PHOTO: self.orphans.photo,
            Finding.ORPHANED_FACE: self.orphans.face,
            Finding.DOUBLE_FACE: self.orphans.double,
            Finding.ORPHANED_KEY: self.orphans.key,
            Finding.LEFT_INTENTS: self.orphans.intent,
            Finding.MISSING_FACE: self.missing.face,
            Finding.WRONG_MODEL: self.missing.face,
            Finding.MISSING_PHOTO: self.missing.photo,
            Finding.STALE_PHOTO: self.missing.photo,
        }
        if not self.lost_keys and await self._is_lost(found):
            return _LEFT_LOST
        if found.finding is Finding.MISSING_KEY:
            return await (self.missing.face if found.face_id else self.missing.photo)(found)
        mend = mends.get(found.finding)
        return await mend(found) if mend else _IMPORT

    async def _is_lost(self, found: Found) -> bool:
        if found.finding is Finding.MISSING_PHOTO:
            name = photo_key_name(found.photo_key or "")
            return name not in await self.keys.of([name])
        return found.finding is Finding.MISSING_KEY
