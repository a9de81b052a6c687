"""Use case: does an import stand still, and somebody had better look?"""

from dataclasses import dataclass

from app.domain.errors import ImportInTroubleError
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class CheckImports:
    """An import that paused by itself keeps all later ones from beginning, the schedule's too."""

    records: Records

    async def __call__(self) -> None:
        """Return when none is in trouble; ImportInTroubleError, RecordsUnavailableError."""
        async with self.records.view() as view:
            open_one = await view.imports.open_one()
        if open_one is not None and open_one.is_in_trouble:
            raise ImportInTroubleError(f"{open_one.import_id}: {open_one.trouble}")
