"""Use case: make a booking photo's face findable, once, whatever happens on the way."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import IdempotencyKeyReusedError, TombstonedError
from app.domain.face import Enrolled
from app.domain.photo import View, checked_external_image_id, sha256_of
from app.domain.record import (
    FaceRecord,
    IndexAnswer,
    IndexOutcome,
    IndexStatus,
    Intent,
    PhotoRecord,
    Standing,
)
from app.ports.face_engine import EngineDescription, FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, StoredAnswer, Unit
from app.services.enrichment import Enrichment
from app.services.enrolment import Enrolment
from app.services.recorded import refusals_recorded, utc_now
from app.services.sweep_intents import SweepIntents
from app.services.turns import Turns
from app.services.unite_person import union_of


@dataclass(frozen=True, slots=True)
class IndexRequest:
    """A photo to index; `face` chooses among several, `restore` overrides a tombstone."""

    photo: bytes
    external_image_id: str
    view: View = View.FRONT
    face: int | None = None
    restore: bool = False
    idempotency_key: str | None = None

    def fingerprint(self) -> str:
        """Return what two requests with one Idempotency-Key must have in common."""
        parts = (sha256_of(self.photo), self.external_image_id, self.view, self.face, self.restore)
        return hashlib.sha256(repr(("index", *map(str, parts))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Begun:
    """Where an index call stands once its intent is on record."""

    request: IndexRequest
    actor: Actor
    sha256: str
    enrolment: Enrolment
    engine: EngineDescription
    restoring: datetime | None = None  # the tombstone of this time, and no later one


class _AnsweredElsewhere(Exception):  # noqa: N818 - not an error: it only rolls a unit back
    """Another process answered the same request first."""


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
            return _entry(request, actor, sha256, code)

        turn = self.turns.of(request.external_image_id)
        async with turn, refusals_recorded(self.records, refused):
            try:
                return await self._index(request, actor, sha256)
            except _AnsweredElsewhere:
                return await self._index(request, actor, sha256)

    async def _index(self, request: IndexRequest, actor: Actor, sha256: str) -> IndexAnswer:
        engine = await self.engine.describe()
        enrolment = Enrolment.begin(request.external_image_id, sha256)
        begun = _Begun(request, actor, sha256, enrolment, engine)
        async with self.records.unit() as unit:
            if answered := await _replay(unit, begun):
                return answered
            known = await unit.photos.get_locked(request.external_image_id)
            if known and self._is_same(known, begun):
                return await _answer(unit, begun, IndexAnswer(IndexOutcome.UNCHANGED, known))
            if known and known.status is IndexStatus.REMOVED:
                if not request.restore:
                    raise TombstonedError
                begun = replace(begun, restoring=known.changed_at)
            await unit.intents.open(enrolment.intent)
        async with enrolment.settled_on_failure(self.records, self.sweep):
            return await self._carry_out(begun)

    def _is_same(self, known: PhotoRecord, begun: _Begun) -> bool:
        if (known.sha256, known.view) != (begun.sha256, begun.request.view):
            return False
        if known.photo_key is None:  # its face came without the photo being kept
            return False
        if known.view in self.views:
            return known.status is IndexStatus.INDEXED and known.model == begun.engine.model
        return known.status is IndexStatus.SKIPPED

    async def _carry_out(self, begun: _Begun) -> IndexAnswer:
        asking = asyncio.create_task(self._standing(begun))
        try:
            enrolled = await self._enrolled(begun)
            standing = await asking
        finally:
            asking.cancel()
        begun.enrolment.stored = True
        await self.store.put(begun.enrolment.intent.photo_key or "", begun.request.photo)
        answer, left = await self._committed(begun, *_record(begun, enrolled, standing))
        if left:
            self.sweep.soon()
        return answer

    async def _committed(
        self, begun: _Begun, record: PhotoRecord, templates: Mapping[str, bytes]
    ) -> tuple[IndexAnswer, Sequence[Intent]]:
        """Make it visible, with what is then left to do outside the database."""
        async with self.records.unit() as unit:
            before = await unit.photos.get_locked(record.external_image_id)
            _check_not_removed_meanwhile(before, begun)
            held = await unit.faces.of_photos([record.external_image_id]) if before else ()
            if before and self._is_same(before, begun):
                answer = IndexAnswer(IndexOutcome.UNCHANGED, before)
            else:
                await unit.photos.put(record, templates)
                answer = IndexAnswer(_outcome(before, record), record)
            await unit.intents.close([begun.enrolment.intent.intent_id])
            left = [begun.enrolment.replacing(before, held)] if before else []
            if begun.engine.unites_people and (union := union_of(answer.record)):
                left.append(union)
            for intent in left:
                await unit.intents.open(intent)
            await _answer(unit, begun, answer)
        return answer, left

    async def _enrolled(self, begun: _Begun) -> Enrolled | None:
        request = begun.request
        if request.view not in self.views:
            await self.engine.detect(request.photo)  # refuses what is no photo at all
            return None
        begun.enrolment.asked = begun.engine.holds_faces
        enrolled = await self.engine.enrol(request.photo, request.external_image_id, request.face)
        begun.enrolment.face_ids = (enrolled.kept.face_id,)
        begun.enrolment.submitted = enrolled.submitted
        return enrolled

    async def _standing(self, begun: _Begun) -> Standing:
        external_image_id = begun.request.external_image_id
        enriched = await self.enrichment([external_image_id])
        return enriched.standings().get(external_image_id, Standing())


def _check_not_removed_meanwhile(before: PhotoRecord | None, begun: _Begun) -> None:
    """Let a removal that was answered stand, whatever was under way when it was asked for."""
    if before is None or before.status is not IndexStatus.REMOVED:
        return
    if before.changed_at != begun.restoring:
        raise TombstonedError


async def _replay(unit: Unit, begun: _Begun) -> IndexAnswer | None:
    request, actor = begun.request, begun.actor
    if request.idempotency_key is None:
        return None
    stored = await unit.answers.get(actor.name, request.idempotency_key)
    if stored is None:
        return None
    if stored.request_sha256 != request.fingerprint() or not isinstance(stored.answer, IndexAnswer):
        raise IdempotencyKeyReusedError
    entry = _entry(request, actor, begun.sha256, "answered")
    await unit.audit.append(replace(entry, details={"replayed": True}))
    return stored.answer


async def _answer(unit: Unit, begun: _Begun, answer: IndexAnswer) -> IndexAnswer:
    """Write the audit entry and the first answer into the unit."""
    request, actor = begun.request, begun.actor
    entry = _entry(request, actor, begun.sha256, "answered")
    face_ids = [face.face_id for face in answer.record.faces]
    details: dict[str, object] = {
        "outcome": answer.outcome,
        "view": request.view,
        "face_ids": face_ids,
    }
    if begun.enrolment.submitted is not None:
        details["submitted"] = begun.enrolment.submitted
    await unit.audit.append(
        replace(entry, engine=begun.engine.name, model=begun.engine.model, details=details)
    )
    if key := request.idempotency_key:
        stored = StoredAnswer(request.fingerprint(), answer)
        if not await unit.answers.add(actor.name, key, stored):
            raise _AnsweredElsewhere
    return answer


def _record(
    begun: _Begun, enrolled: Enrolled | None, standing: Standing
) -> tuple[PhotoRecord, dict[str, bytes]]:
    record = PhotoRecord(
        external_image_id=begun.request.external_image_id,
        status=IndexStatus.INDEXED if enrolled else IndexStatus.SKIPPED,
        view=begun.request.view,
        sha256=begun.sha256,
        photo_key=begun.enrolment.intent.photo_key,
        size=enrolled.size if enrolled else None,
        faces=(FaceRecord(enrolled.kept.face_id, enrolled.kept.face),) if enrolled else (),
        engine=begun.engine.name,
        model=enrolled.model if enrolled else None,
        changed_at=utc_now(),
        reason=None if enrolled else f"view_{begun.request.view}",
        standing=standing,
    )
    if enrolled is None or enrolled.kept.template is None:
        return record, {}
    return record, {enrolled.kept.face_id: enrolled.kept.template}


def _outcome(before: PhotoRecord | None, record: PhotoRecord) -> IndexOutcome:
    if record.status is IndexStatus.SKIPPED:
        return IndexOutcome.SKIPPED
    if before is None or before.status is IndexStatus.REMOVED:
        return IndexOutcome.CREATED
    return IndexOutcome.REPLACED


def _entry(request: IndexRequest, actor: Actor, sha256: str, outcome: str) -> AuditEntry:
    return AuditEntry(
        at=utc_now(),
        action=AuditAction.INDEX,
        actor=actor,
        outcome=outcome,
        external_image_id=request.external_image_id,
        photo_sha256=sha256,
    )
