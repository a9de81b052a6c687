"""Photos of an import, made findable: begun and committed in groups, each whole or not at all."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import DataKeysUnavailableError, RecordsUnavailableError, ServiceBusyError
from app.domain.face import Enrolled
from app.domain.imports import (
    FacesRule,
    ImportItem,
    ImportMode,
    ItemOutcome,
    ItemReason,
    ItemStatus,
)
from app.domain.photo import sha256_of
from app.domain.record import IndexStatus, PhotoRecord, Standing
from app.ports.records import Unit
from app.services.enrolment import Enrolment
from app.services.gathered import Gathered
from app.services.imports.job import Indexing, Job
from app.services.index_call import IndexCall, IndexRequest
from app.services.indexing import GIVEN_UP, NOT_PUT, IndexRules, is_whole

_GROUP, _MOMENT = 32, 0.1
"""Photos that are put on record together: so many at most, ready within so many seconds.

What was read and is not on record yet is read again when its worker dies.
"""

_FETCHED, _FETCHING = 32, 0.15
"""Photos that are begun together: so many at most, fetched within so many seconds."""

_SAID, _SAYING = 64, 0.25
"""Outcomes that are written together, without a photo.

Fewer than a process has in hand: where nothing is indexed they need not wait for the clock.
"""

_PATIENCE = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the attempts of a commit that database or data keys are not there for."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A photo that was read, as it goes on record."""

    item: ImportItem
    begun: IndexCall
    enrolled: Enrolled
    standing: Standing

    @property
    def intent_id(self) -> str:
        """What is settled with it."""
        return self.begun.enrolment.intent.intent_id

    @property
    def photo_key(self) -> str:
        """Where the photo is kept."""
        return self.begun.enrolment.intent.photo_key or ""


class EnrolItems:
    """Enrols fetched photos of one import.

    An item is settled in the transaction that puts its photo on record, so that what a dead worker
    leaves is either done or not begun. Leave with `close`.
    """

    def __init__(self, indexing: Indexing, job: Job, reading: asyncio.Semaphore) -> None:
        self._indexing = indexing
        self._job = job
        self._reading = reading
        self._begin = Gathered(self._begun, _FETCHED, _FETCHING)
        self._commit = Gathered(self._kept, _GROUP, _MOMENT)
        self._settle = Gathered(self._said, _SAID, _SAYING)

    async def __call__(self, item: ImportItem, photo: bytes, standing: Standing) -> bool:
        """Index one photo and settle its item; say whether the store had to take it.

        Raises what engine, store and records raise.
        """
        begun = self._call_of(item, photo)
        indexing, enrolment = self._indexing, begun.enrolment
        async with enrolment.settled_on_failure(indexing.records, indexing.sweep):
            if not await self._begin((item, begun)):
                return False
            async with self._reading:
                enrolled = await self._enrolled(begun)
            enrolment.stored = True
            await self._commit(_Ready(item, begun, enrolled, standing))
        return True

    async def settle(self, outcome: ItemOutcome) -> None:
        """Say of an item that was not enrolled what came of it; RecordsUnavailableError."""
        await self._settle(outcome)

    async def close(self) -> None:
        """Wait for what is under way."""
        await self._begin.close()
        await self._commit.close()
        await self._settle.close()

    def _call_of(self, item: ImportItem, photo: bytes) -> IndexCall:
        options = self._job.options
        request = IndexRequest(
            photo,
            item.external_image_id,
            item.view,
            face=0 if options.faces is FacesRule.LARGEST else None,
            again=options.mode is ImportMode.FORCE,
        )
        sha256 = sha256_of(photo)
        enrolment = Enrolment.begin(item.external_image_id, sha256)
        return IndexCall(request, self._job.actor, sha256, enrolment, self._job.engine)

    async def _enrolled(self, begun: IndexCall) -> Enrolled:
        request, enrolment = begun.request, begun.enrolment
        enrolment.asked = begun.engine.holds_faces
        enrolled = await self._indexing.engine.enrol(
            request.photo, request.external_image_id, request.face
        )
        enrolment.face_ids = (enrolled.kept.face_id,)
        enrolment.submitted = enrolled.submitted
        return enrolled

    async def _begun(self, calls: Sequence[tuple[ImportItem, IndexCall]]) -> Sequence[bool]:
        """Open the intents of those that are to be indexed; settle the others."""
        outcomes: list[ItemOutcome] = []
        goes_on: list[bool] = []
        async with self._indexing.records.unit() as unit:
            known = await _locked(unit, [item.external_image_id for item, _ in calls])
            for item, begun in calls:
                outcome = await self._settled(unit, item, known.get(item.external_image_id), begun)
                goes_on.append(outcome is None)
                if outcome is None:
                    await unit.intents.open(begun.enrolment.intent)
                else:
                    outcomes.append(outcome)
            if outcomes:
                await unit.imports.settle(self._job.import_id, self._job.worker_id, outcomes)
        self._count(outcomes)
        return goes_on

    async def _settled(
        self, unit: Unit, item: ImportItem, known: PhotoRecord | None, begun: IndexCall
    ) -> ItemOutcome | None:
        """Return what is to be said of an item that need not be indexed; None of any other."""
        if known is None:
            return None
        if known.status is IndexStatus.REMOVED:
            return _skipped(item, ItemReason.TOMBSTONED)
        mode, since = self._job.options.mode, self._job.started_at
        if await self._indexing.rules.is_done(unit, known, begun):
            if known.changed_at >= since:  # by a worker that lost its lease, or by a call
                return ItemOutcome(item.position, ItemStatus.INDEXED)
            if mode is not ImportMode.FORCE:
                is_missing = mode is ImportMode.MISSING
                same = ItemReason.ALREADY_INDEXED if is_missing else ItemReason.UNCHANGED
                return _skipped(item, same)
        if mode is ImportMode.MISSING and await self._is_searchable(unit, known):
            return _skipped(item, ItemReason.ALREADY_INDEXED)
        return None

    async def _is_searchable(self, unit: Unit, known: PhotoRecord) -> bool:
        """Say whether the id has a photo in the gallery already, whichever it is."""
        if known.status is not IndexStatus.INDEXED or known.photo_key is None:
            return False
        return known.model == self._job.engine.model and await is_whole(unit, known)

    async def _kept(self, group: Sequence[_Ready]) -> Sequence[Exception | None]:
        """Store photos and put them on record; those that cannot be stored are left out."""
        photos = {one.photo_key: one.begun.request.photo for one in group}
        errors = await self._indexing.store.put_all(photos)
        stored = [one for one in group if one.photo_key not in errors]
        committed = iter(await self._persistently_committed(stored) if stored else ())
        return [
            errors[one.photo_key] if one.photo_key in errors else next(committed) for one in group
        ]

    async def _persistently_committed(self, group: Sequence[_Ready]) -> Sequence[Exception | None]:
        """Commit what was read at some cost, also when the database is back only after a while."""
        for pause in _PATIENCE:
            try:
                return await self._committed(group)
            except (RecordsUnavailableError, DataKeysUnavailableError):
                await asyncio.sleep(pause)
        return await self._committed(group)

    async def _committed(self, group: Sequence[_Ready]) -> Sequence[Exception | None]:
        """Put photos on record and settle their items, all in one transaction."""
        answers: list[Exception | None] = []
        outcomes: list[ItemOutcome] = []
        left_over = False
        ids = [one.item.external_image_id for one in group]
        rules = self._indexing.rules.together(ids)
        async with self._indexing.records.unit() as unit:
            known = await _locked(unit, ids)
            still_open = await unit.intents.still_open([one.intent_id for one in group])
            for one in group:
                before = known.get(one.item.external_image_id)
                if one.intent_id not in still_open:
                    answers.append(await self._of_settled(unit, one, before))
                    continue
                try:
                    left_over |= await self._put(unit, rules, one, before)
                except NOT_PUT as error:
                    answers.append(error)
                    continue
                answers.append(None)
                outcomes.append(ItemOutcome(one.item.position, ItemStatus.INDEXED))
            await unit.imports.settle(self._job.import_id, self._job.worker_id, outcomes)
        self._count(outcomes)
        if left_over:
            self._indexing.sweep.soon()
        return answers

    async def _said(self, outcomes: Sequence[ItemOutcome]) -> Sequence[None]:
        async with self._indexing.records.unit() as unit:
            await unit.imports.settle(self._job.import_id, self._job.worker_id, outcomes)
        return [None] * len(outcomes)

    def _count(self, outcomes: Sequence[ItemOutcome]) -> None:
        for outcome in outcomes:
            self._indexing.meter.settled(outcome)

    async def _of_settled(
        self, unit: Unit, one: _Ready, before: PhotoRecord | None
    ) -> Exception | None:
        """Say what became of a photo whose intent is settled: committed, or undone by a sweeper."""
        if before and await self._indexing.rules.is_done(unit, before, one.begun):
            return None  # the answer to an earlier commit was lost
        return ServiceBusyError(GIVEN_UP)

    async def _put(
        self, unit: Unit, rules: IndexRules, one: _Ready, before: PhotoRecord | None
    ) -> bool:
        record, templates = one.begun.record(one.enrolled, one.standing)
        answer, left = await rules.put(unit, one.begun, before, record, templates)
        await one.begun.answer(unit, answer)
        return bool(left)


def _skipped(item: ImportItem, reason: ItemReason) -> ItemOutcome:
    return ItemOutcome(item.position, ItemStatus.SKIPPED, reason)


async def _locked(unit: Unit, external_image_ids: Sequence[str]) -> dict[str, PhotoRecord]:
    known = await unit.photos.all_locked(external_image_ids)
    return {record.external_image_id: record for record in known}
