"""What a failure costs its photo, and whether the import had better pause for it."""

from dataclasses import dataclass, field
from typing import Final

from app.domain.errors import CandidError
from app.domain.imports import Import, ImportItem, ItemOutcome, ItemReason, ItemStatus
from app.ports.photo_source import PhotoSource
from app.ports.photo_store import PhotoStore
from app.services.imports.in_hand import Place
from app.services.imports.outages import Outages
from app.services.imports.outcome_of import held_back, outcome_of, stops_import
from app.services.imports.witness import OF_THE_ENGINE, OF_THE_SOURCE, Witness

MOST_UNSTORED: Final = 5
"""Photos in a row that the store may refuse, none of them the same; each has cost a reading."""


@dataclass(frozen=True, slots=True)
class JudgeFailures:
    """Counts what fails in one process; each worker finds out by itself."""

    witness: Witness
    store: PhotoStore
    outages: Outages = field(default_factory=Outages)
    unstored: set[Place] = field(default_factory=set)  # since the store took or gave a photo

    def came_through(self, *, store_serves: bool) -> None:
        """Note a photo that did not fail, and whether the store took or gave it."""
        self.outages.note(None)
        if store_serves:
            self.unstored.clear()

    async def __call__(
        self, running: Import, source: PhotoSource, item: ImportItem, error: Exception
    ) -> tuple[ItemOutcome, bool]:
        """Return what becomes of the item, and whether the import had better pause."""
        outcome = outcome_of(item, error)
        if outcome.reason is ItemReason.STORE_UNAVAILABLE:
            return await self._not_stored(running, item, outcome)
        is_outage = await self._is_outage(running, source, outcome.reason)
        if self.outages.is_suspected:
            outcome = held_back(outcome, item)
        return outcome, is_outage or stops_import(error)

    async def _not_stored(
        self, running: Import, item: ImportItem, outcome: ItemOutcome
    ) -> tuple[ItemOutcome, bool]:
        """Charge a photo that the store does not take, unless the store takes nothing at all.

        Where it does not answer either, no photo is at fault. Where it answers and refuses many
        in a row, the import pauses, and those it was tried with come closer to being given up.
        """
        self.unstored.add((running.import_id, item.position))
        are_many = len(self.unstored) >= MOST_UNSTORED
        if not are_many and outcome.status is not ItemStatus.FAILED:
            return outcome, False
        if are_many:
            self.unstored.clear()
        if await self._store_answers():
            return outcome, are_many and outcome.status is ItemStatus.WAITING
        return held_back(outcome, item), True

    async def _store_answers(self) -> bool:
        try:
            await self.store.ping()
        except CandidError:
            return False
        return True

    async def _is_outage(
        self, running: Import, source: PhotoSource, reason: ItemReason | None
    ) -> bool:
        if not self.outages.note(reason):
            return False
        answers = reason in OF_THE_SOURCE and await self.witness.answers(running, source)
        reads = reason in OF_THE_ENGINE and await self.witness.is_read(running, source)
        if answers or reads:
            self.outages.clear()
        return not (answers or reads)
