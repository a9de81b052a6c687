"""Use case: make a booking photo's face findable, once, whatever happens on the way."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.audit import Actor, AuditEntry
from app.domain.errors import CandidError, ModelSwitchedError, TombstonedError
from app.domain.face import Enrolled
from app.domain.photo import View, checked_external_image_id, sha256_of
from app.domain.record import (
    IndexAnswer,
    IndexOutcome,
    IndexStatus,
    Intent,
    PhotoRecord,
    Standing,
)
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.services.enrichment import Enrichment
from app.services.enrolment import Enrolment
from app.services.index_call import AnsweredElsewhereError, IndexCall, IndexRequest
from app.services.indexing import IndexRules, check_still_open
from app.services.recorded import refusals_recorded
from app.services.sweep_intents import SweepIntents
from app.services.turns import Turns
from app.services.waiting_room import standing_aside


@dataclass(frozen=True, slots=True)
class IndexPhoto:
    """Index one photo: intent, effects outside, then one commit that makes it all visible."""

    engine: FaceEngine
    records: Records
    store: PhotoStore
    enrichment: Enrichment
    sweep: SweepIntents
    views: frozenset[View] = frozenset({View.FRONT})
    turns: Turns = field(default_factory=Turns)

    async def __call__(self, request: IndexRequest, actor: Actor) -> IndexAnswer:
        """Return what changed; raises what the engine, the store and the records raise.

        Also InvalidExternalImageIdError, TombstonedError and IdempotencyKeyReusedError.
        """
        checked_external_image_id(request.external_image_id)
        sha256 = sha256_of(request.photo)

        def refused(code: str) -> AuditEntry:
            return request.entry(actor, sha256, code)

        turn = self.turns.of(request.external_image_id)
        async with turn, refusals_recorded(self.records, refused):
            try:
                return await self._index(request, actor, sha256)
            except (AnsweredElsewhereError, ModelSwitchedError):
                return await self._index(request, actor, sha256)

    @property
    def _rules(self) -> IndexRules:
        return IndexRules(self.views)

    async def _index(self, request: IndexRequest, actor: Actor, sha256: str) -> IndexAnswer:
        engine = await self.engine.describe()
        enrolment = Enrolment.begin(request.external_image_id, sha256)
        begun = IndexCall(request, actor, sha256, enrolment, engine)
        async with self.records.unit() as unit:
            if answered := await begun.first_answer(unit):
                return answered
            known = await unit.photos.get_locked(request.external_image_id)
            is_done = (
                known is not None
                and not request.again
                and await self._rules.is_done(unit, known, begun)
            )
            if known and known.status is IndexStatus.REMOVED:
                if not request.restore:
                    raise TombstonedError
                begun = replace(begun, restoring=known.changed_at)
            if not is_done:
                await unit.intents.open(enrolment.intent)
        if known and is_done:
            return await self._unchanged(known, begun)
        async with enrolment.settled_on_failure(self.records, self.sweep):
            return await self._carry_out(begun)

    async def _unchanged(self, known: PhotoRecord, begun: IndexCall) -> IndexAnswer:
        """Answer that all is as the call would leave it, unless nobody can read what is stored."""
        request = begun.request
        if await self._is_lost(known):
            return await self._index(replace(request, again=True), begun.actor, begun.sha256)
        async with self.records.unit() as unit:
            if await unit.photos.get_locked(request.external_image_id) == known:
                return await begun.answer(unit, IndexAnswer(IndexOutcome.UNCHANGED, known))
        return await self._index(request, begun.actor, begun.sha256)

    async def _is_lost(self, known: PhotoRecord) -> bool:
        """Say whether the stored photo or its data key is gone; a store that is down lost none."""
        try:
            stream = await self.store.stream(known.photo_key or "")
        except CandidError:
            return False
        if stream is not None:
            await stream.rest.aclose()
        return stream is None

    async def _carry_out(self, begun: IndexCall) -> IndexAnswer:
        asking = asyncio.create_task(self._standing(begun))
        try:
            enrolled = await self._enrolled(begun)
            async with standing_aside():
                standing = await asking
        finally:
            asking.cancel()
        begun.enrolment.stored = True
        await self.store.put(begun.enrolment.intent.photo_key or "", begun.request.photo)
        answer, left = await self._committed(begun, *begun.record(enrolled, standing))
        if left:
            self.sweep.soon()
        return answer

    async def _committed(
        self, begun: IndexCall, record: PhotoRecord, templates: Mapping[str, bytes]
    ) -> tuple[IndexAnswer, Sequence[Intent]]:
        """Make it visible, with what is then left to do outside the database."""
        async with self.records.unit() as unit:
            before = await unit.photos.get_locked(record.external_image_id)
            await check_still_open(unit, begun)
            answer, left = await self._rules.put(unit, begun, before, record, templates)
            await begun.answer(unit, answer)
        return answer, left

    async def _enrolled(self, begun: IndexCall) -> Enrolled | None:
        request = begun.request
        if request.view not in self.views:
            await self.engine.detect(request.photo)  # refuses what is no photo at all
            return None
        begun.enrolment.asked = begun.engine.holds_faces
        enrolled = await self.engine.enrol(request.photo, request.external_image_id, request.face)
        begun.enrolment.face_ids = (enrolled.kept.face_id,)
        begun.enrolment.submitted = enrolled.submitted
        if not begun.engine.holds_faces and enrolled.model != begun.engine.model:
            raise ModelSwitchedError
        return enrolled

    async def _standing(self, begun: IndexCall) -> Standing:
        external_image_id = begun.request.external_image_id
        enriched = await self.enrichment([external_image_id])
        return enriched.standings().get(external_image_id, Standing())
