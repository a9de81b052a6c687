"""Use case: a reviewer decides on the probe, answers, or releases a lead."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.blinding import Blinding
from app.domain.errors import IdempotencyKeyReusedError, ReviewAnswerError
from app.domain.policy_in_force import Policy
from app.domain.review import (
    Corroboration,
    Finding,
    LeadClose,
    LeadRelease,
    ProbeDecision,
    Review,
    ReviewAnswer,
    ReviewEntry,
    ReviewState,
)
from app.domain.review_standing import Standing
from app.domain.review_steps import Step, answered, closed, probed, released
from app.domain.review_told import sha256_of_entry
from app.ports.records import Records, Unit
from app.ports.search_records import StoredAnswer
from app.services.recorded import refusals_recorded, utc_now
from app.services.reviews.known import Known, known, reviewer_of
from app.services.reviews.view import ReviewView, view_of

Steps = Callable[[Known, Step], Review]
"""Makes of what is known the review with one entry more."""


@dataclass(frozen=True, slots=True)
class ReviewCall:
    """Who records something of which search; `corrects` is the entry it takes the place of."""

    search_id: str
    actor: Actor
    corrects: int | None = None
    idempotency_key: str | None = None

    def fingerprint(self, said: object) -> str:
        """Return what two calls with one Idempotency-Key must have in common."""
        person = reviewer_of(self.actor).identity
        parts = ("review", self.search_id, person, self.corrects, said)
        return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class RecordReview:
    """Record one entry, with its audit record, or none; then show the review as it stands."""

    records: Records
    policy: Policy
    blinding: Blinding

    async def probe(self, call: ReviewCall, decision: ProbeDecision) -> ReviewView:
        """Decide whether the probe is suitable; raises as `probed`, and SearchNotFoundError."""
        action = AuditAction.REVIEW_PROBE
        return await self._record(
            call, action, decision, lambda found, step: probed(found.review, step, decision)
        )

    async def answer(
        self, call: ReviewCall, findings: Sequence[Finding], notes: str | None
    ) -> ReviewView:
        """Record what a reviewer makes of the candidates; no findings: none of these.

        The findings name candidates by their opaque ids. Raises as `answered`, and
        SearchNotFoundError.
        """

        def made(found: Known, step: Step) -> Review:
            ids = self._ids(found)
            meant = tuple(
                replace(one, external_image_id=_meant(one.external_image_id, ids))
                for one in findings
            )
            earlier = Standing.of(found.review).answer_of(step.reviewer)
            blind = earlier is None and not found.has_seen(step.reviewer)
            return answered(found.review, step, ReviewAnswer(meant, notes, blind), found.gone)

        said = (tuple(findings), notes)
        return await self._record(call, AuditAction.REVIEW_ANSWER, said, made)

    async def release(
        self, call: ReviewCall, candidate_id: str, corroboration: Corroboration | None
    ) -> ReviewView:
        """Give a lead to the case; raises as `released`, and SearchNotFoundError."""

        def made(found: Known, step: Step) -> Review:
            meant = _meant(candidate_id, self._ids(found))
            if meant in found.gone:
                told = "the person's record was sealed or removed since; nothing is released"
                raise ReviewAnswerError([("candidate", told)])
            return released(found.review, step, LeadRelease(meant, corroboration))

        said = (candidate_id, corroboration)
        return await self._record(call, AuditAction.REVIEW_RELEASE, said, made)

    async def close(self, call: ReviewCall, reason: str) -> ReviewView:
        """End a review whose leads are given to nobody; raises as `closed`."""
        action, close = AuditAction.REVIEW_CLOSE, LeadClose(reason)
        return await self._record(
            call, action, close, lambda found, step: closed(found.review, step, close)
        )

    async def _record(
        self, call: ReviewCall, action: AuditAction, said: object, made: Steps
    ) -> ReviewView:
        def refused(code: str) -> AuditEntry:
            return _entry(call, action, code)

        fingerprint = call.fingerprint((action, said))
        async with refusals_recorded(self.records, refused), self.records.unit() as unit:
            first = await self._first(unit, call, fingerprint)
            found = await known(unit, self.policy, call.search_id, locked=True)
            reviewer = reviewer_of(call.actor)
            if first is not None:
                view = view_of(found, reviewer, self.blinding, first.number)
                replayed = {"entry": first.number, "replayed": True, "blind": view.is_blind}
                await unit.audit.append(_entry(call, action, "answered", replayed))
                return view
            review = made(found, Step(utc_now(), reviewer, call.corrects))
            await self._keep(unit, found.review, review)
            entry = review.entries[-1]
            if key := call.idempotency_key:
                stored = StoredAnswer(fingerprint, entry)
                await unit.answers.add(call.actor.name, key, stored)
            view = view_of(found.with_review(review), reviewer, self.blinding, entry.number)
            details = _recorded(entry, found, view)
            await unit.audit.append(_about(_entry(call, action, "answered", details), found, entry))
            return view

    async def _first(self, unit: Unit, call: ReviewCall, fingerprint: str) -> ReviewEntry | None:
        if call.idempotency_key is None:
            return None
        stored = await unit.answers.get_locked(call.actor.name, call.idempotency_key)
        if stored is None:
            return None
        if stored.request_sha256 != fingerprint or not isinstance(stored.answer, ReviewEntry):
            raise IdempotencyKeyReusedError
        return stored.answer

    async def _keep(self, unit: Unit, before: Review, after: Review) -> None:
        entry, standing = after.entries[-1], Standing.of(after)
        if not before.entries:
            await unit.reviews.open(before, ReviewState.AWAITING_PROBE)
        closed_at = entry.at if standing.is_closed else None
        await unit.reviews.append(after.search_id, entry, standing.state, closed_at)
        was_open = bool(before.entries) and not Standing.of(before).is_closed
        if not was_open and not standing.is_closed:
            await unit.probes.review_opened(after.search_id)
        if standing.is_closed:
            await unit.probes.review_closed(after.search_id, entry.at)

    def _ids(self, found: Known) -> Mapping[str, str]:
        search_id = found.answer.search_id
        return {self.blinding.picture_id(search_id, one): one for one in found.review.candidates}


def _meant(candidate_id: str, ids: Mapping[str, str]) -> str:
    """Return whom an opaque id means; one that means nobody is answered as such by the domain."""
    return ids.get(candidate_id, "")


def _recorded(entry: ReviewEntry, found: Known, view: ReviewView) -> dict[str, object]:
    """Return what the audit says of an entry: ids, hashes and codes, no text.

    `blind` is of what was shown when it was recorded, as with looks.
    """
    sha256 = sha256_of_entry(entry, found.ranks)
    said: dict[str, object] = {"entry": entry.number, "entry_sha256": sha256}
    said |= {"state": str(view.state), "blind": view.is_blind}
    if entry.corrects is not None:
        said["corrects"] = entry.corrects
    if entry.probe is not None:
        said["suitability"] = str(entry.probe.suitability)
    if entry.answer is not None:
        said |= {"leads": len(entry.answer.leads), "answered_blind": entry.answer.is_blind}
    if entry.release is not None and entry.release.corroboration is not None:
        said["corroboration"] = str(entry.release.corroboration.kind)
    return said


def _about(audited: AuditEntry, found: Known, entry: ReviewEntry) -> AuditEntry:
    released_id = entry.release.external_image_id if entry.release else None
    context = found.answer.context
    return replace(
        audited,
        external_image_id=released_id,
        case_number=context.case_number,
        purpose=context.purpose,
        requested_by=context.requested_by,
    )


def _entry(
    call: ReviewCall,
    action: AuditAction,
    outcome: str,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    search_id = call.search_id[:100]  # a refused call may name anything
    return AuditEntry(
        utc_now(), action, call.actor, outcome, search_id=search_id, details=details or {}
    )
