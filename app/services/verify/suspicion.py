"""Whether orphans are so many that the records are rather those of a wrong database."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from app.domain.verification import Finding, Found, Mend, Part, Tally
from app.services.verify.compare_engine import CompareEngine
from app.services.verify.compare_keys import CompareKeys
from app.services.verify.compare_other_keys import CompareOtherKeys
from app.services.verify.compare_photos import ComparePhotos
from app.services.verify.mend import Mending

_MANY, _SHARE = 100, 0.1
"""More orphans than both are no accident, as with a purge's."""

_ORPHANS = {Finding.ORPHANED_KEY, Finding.ORPHANED_PHOTO, Finding.ORPHANED_FACE}

_SUSPECT = Mend(
    is_done=False,
    what="left alone: so many may mean a wrong or older database; look, then use --all-orphans",
)

Comparison = Callable[[], AsyncGenerator[Found]]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Counts a part's orphans before the first of them is destroyed, for that cannot be undone."""

    mender: Mending
    however_many: bool = False

    async def mender_of(self, part: Part, comparison: Comparison) -> Mending:
        """Return who mends what this comparison finds; raises what the comparison does."""
        if self.however_many or not isinstance(
            comparison, CompareKeys | CompareOtherKeys | ComparePhotos | CompareEngine
        ):
            return self.mender
        tally, orphans = Tally(comparison.tally.began_at), 0
        async with aclosing(replace(comparison, tally=tally)()) as findings:
            async for found in findings:
                orphans += found.finding in _ORPHANS
        if orphans > max(_MANY, _SHARE * tally.looked_at[part]):
            return self._leave_orphans
        return self.mender

    async def _leave_orphans(self, found: Found) -> Found:
        if found.finding in _ORPHANS:
            return replace(found, mend=_SUSPECT)
        return await self.mender(found)
