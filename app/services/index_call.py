"""One call that indexes a photo: what was asked, what is on record of it, what it answers."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import RecordStatus
from app.domain.errors import IdempotencyKeyReusedError
from app.domain.face import Enrolled
from app.domain.photo import View, sha256_of
from app.domain.record import FaceRecord, IndexAnswer, IndexStatus, PhotoRecord, Standing
from app.ports.face_engine import EngineDescription
from app.ports.records import Unit
from app.ports.search_records import StoredAnswer
from app.services.enrolment import Enrolment
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class IndexRequest:
    """A photo to index; `face` chooses among several, `restore` overrides a tombstone.

    With `again` it is read anew although the same bytes are on record.
    """

    photo: bytes
    external_image_id: str
    view: View = View.FRONT
    face: int | None = None
    restore: bool = False
    idempotency_key: str | None = None
    again: bool = False

    def fingerprint(self) -> str:
        """Return what two requests with one Idempotency-Key must have in common."""
        parts = (sha256_of(self.photo), self.external_image_id, self.view, self.face, self.restore)
        return hashlib.sha256(repr(("index", *map(str, parts))).encode()).hexdigest()

    def entry(self, actor: Actor, sha256: str, outcome: str = "answered") -> AuditEntry:
        """Begin the audit entry of this request."""
        return AuditEntry(
            at=utc_now(),
            action=AuditAction.INDEX,
            actor=actor,
            outcome=outcome,
            external_image_id=self.external_image_id,
            photo_sha256=sha256,
        )


class AnsweredElsewhereError(Exception):
    """Another process answered the same request first; it only rolls a unit back."""


@dataclass(frozen=True, slots=True)
class IndexCall:
    """Where a call stands once its intent is on record."""

    request: IndexRequest
    actor: Actor
    sha256: str
    enrolment: Enrolment
    engine: EngineDescription
    restoring: datetime | None = None  # the tombstone of this time, and no later one

    async def first_answer(self, unit: Unit) -> IndexAnswer | None:
        """Return what the same request was answered before; IdempotencyKeyReusedError."""
        request = self.request
        if request.idempotency_key is None:
            return None
        stored = await unit.answers.get(self.actor.name, request.idempotency_key)
        if stored is None:
            return None
        same = stored.request_sha256 == request.fingerprint()
        if not same or not isinstance(stored.answer, IndexAnswer):
            raise IdempotencyKeyReusedError
        entry = request.entry(self.actor, self.sha256)
        await unit.audit.append(replace(entry, details={"replayed": True}))
        return await _as_shown(unit, stored.answer)

    async def answer(self, unit: Unit, answer: IndexAnswer) -> IndexAnswer:
        """Write the audit entry and the first answer into the unit; AnsweredElsewhereError."""
        entry = self.request.entry(self.actor, self.sha256)
        details = self.details(answer)
        await unit.audit.append(
            replace(
                entry,
                engine=self.engine.name,
                model=answer.record.model or self.engine.model,  # switched since it was described
                details=details,
            )
        )
        if key := self.request.idempotency_key:
            stored = StoredAnswer(self.request.fingerprint(), answer)
            if not await unit.answers.add(self.actor.name, key, stored):
                raise AnsweredElsewhereError
        return answer

    def record(
        self, enrolled: Enrolled | None, standing: Standing
    ) -> tuple[PhotoRecord, dict[str, bytes]]:
        """Return what to put on record, and the templates of its faces."""
        record = PhotoRecord(
            external_image_id=self.request.external_image_id,
            status=IndexStatus.INDEXED if enrolled else IndexStatus.SKIPPED,
            view=self.request.view,
            sha256=self.sha256,
            photo_key=self.enrolment.intent.photo_key,
            size=enrolled.size if enrolled else None,
            faces=(FaceRecord(enrolled.kept.face_id, enrolled.kept.face),) if enrolled else (),
            engine=self.engine.name,
            model=enrolled.model if enrolled else None,
            changed_at=utc_now(),
            reason=None if enrolled else f"view_{self.request.view}",
            standing=standing,
        )
        if enrolled is None or enrolled.kept.template is None:
            return record, {}
        return record, {enrolled.kept.face_id: enrolled.kept.template}

    def details(self, answer: IndexAnswer) -> dict[str, object]:
        """Return what the audit keeps of the answer besides its columns."""
        details: dict[str, object] = {
            "outcome": answer.outcome,
            "view": self.request.view,
            "face_ids": [face.face_id for face in answer.record.faces],
        }
        if self.enrolment.submitted is not None:
            details["submitted"] = self.enrolment.submitted
        return details


async def _as_shown(unit: Unit, answer: IndexAnswer) -> IndexAnswer:
    """Return an answer as it was, less the person of a record that is hidden by now."""
    name = answer.record.external_image_id
    now = (await unit.standings.of([name])).get(name)
    if now is None or now.status is RecordStatus.ACTIVE:
        return answer
    return replace(answer, record=replace(answer.record, standing=now))
