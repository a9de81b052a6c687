"""Use case: which people booked here does this probe resemble?"""

import time
from dataclasses import dataclass, field, replace
from functools import partial

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import IdempotencyKeyReusedError, PurposeRequiredError
from app.domain.photo import sha256_of
from app.domain.policy_in_force import Granted, Policy, Wanted
from app.domain.provider_terms import ProviderTerms
from app.domain.search import (
    EngineFacts,
    GalleryFacts,
    SearchAnswer,
    Timings,
)
from app.domain.search_id import new_search_id
from app.ports.face_engine import EngineDescription, FaceEngine, Matches
from app.ports.records import Records, Unit
from app.ports.search_records import StoredAnswer
from app.services.calibration.calibrated import ReadCalibration
from app.services.candidates import Candidates, returned
from app.services.enrichment import Enrichment
from app.services.forgetting.keep_probe import Keeping, KeepProbe
from app.services.read_searches import redacted
from app.services.recorded import refusals_recorded, utc_now
from app.services.reviews.known import people_of
from app.services.reviews.open_review import open_review
from app.services.search_request import SearchRequest
from app.services.searched_probe import probe_of
from app.services.steadily import attempts_on, steadily


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a search before anything is found."""

    search_id: str
    sha256: str  # of the probe
    keeping: Keeping


class _AnsweredElsewhere(Exception):  # noqa: N818 - not an error: it only rolls a unit back
    """Another process answered the same request first."""


@dataclass(frozen=True, slots=True)
class SearchFaces:
    """Rank, group by person, withhold, enrich, record, and only then answer."""

    engine: FaceEngine
    records: Records
    enrichment: Enrichment
    policy: Policy
    calibrated: ReadCalibration
    terms: ProviderTerms = field(default_factory=ProviderTerms)
    keep_probe: KeepProbe = field(default_factory=KeepProbe)

    async def __call__(self, request: SearchRequest, actor: Actor) -> SearchAnswer:
        """Return the candidates; raises what the engine and the records raise.

        Also what `Policy.granted` and `Granted.floor` raise, ProviderTermsError, DerivationError,
        HighConfidenceRefusedError and IdempotencyKeyReusedError. A JMS that does not answer costs
        bookings, not candidates, unless the policy wants every candidate confirmed.
        """
        sha256 = sha256_of(request.probe)

        def refused(code: str) -> AuditEntry:
            return self._entry(request, actor, sha256, code)

        async with refusals_recorded(self.records, refused):
            wanted, most = request.said(actor), request.options.max_candidates
            training = self.policy.training(request.trained_until, utc_now())
            granted = self.policy.granted(Wanted(request.purpose, wanted, most, training=training))
            self.terms.check(granted.purpose)
            if answered := await self._replay(request, actor, sha256):
                return answered
            if told := self.policy.training_warning(granted.purpose, training):
                request = replace(request, warnings=(*request.warnings, told))
            try:
                return await self._search(request, granted, actor, sha256)
            except _AnsweredElsewhere:
                return await self._replay(request, actor, sha256) or await self(request, actor)

    async def _replay(
        self, request: SearchRequest, actor: Actor, sha256: str
    ) -> SearchAnswer | None:
        if request.idempotency_key is None:
            return None
        async with self.records.unit() as unit:
            stored = await unit.answers.get(actor.name, request.idempotency_key)
            if stored is None:
                return None
            same = stored.request_sha256 == request.fingerprint()
            if not same or not isinstance(stored.answer, SearchAnswer):
                raise IdempotencyKeyReusedError
            [shown] = await redacted(unit, [stored.answer])
            entry = self._entry(request, actor, sha256, "answered")
            details = {**entry.details, "replayed": True}
            await unit.audit.append(replace(entry, search_id=shown.search_id, details=details))
        return shown

    async def _search(
        self, request: SearchRequest, granted: Granted, actor: Actor, sha256: str
    ) -> SearchAnswer:
        search_id = new_search_id(utc_now())
        async with self.keep_probe.beside(search_id, sha256, request.probe) as keeping:
            return await self._answered(request, granted, actor, Asked(search_id, sha256, keeping))

    async def _answered(
        self, request: SearchRequest, granted: Granted, actor: Actor, asked: Asked
    ) -> SearchAnswer:
        started = time.perf_counter()
        engine, found = await steadily(self.engine, partial(self._found, request, granted))
        if (made := request.options.derivation) is not None:
            made.check(found[0].size)
        await asked.keeping.stored()
        facts = EngineFacts(engine.name, engine.model, engine.score_scale)
        matches, candidates, ranked = found
        looked_up = time.perf_counter()
        async with self.records.unit() as unit:
            listed = await candidates.listed(unit)
            warnings = (*request.warnings, *candidates.warnings())
            answer = SearchAnswer(
                search_id=asked.search_id,
                searched_at=utc_now(),
                context=request.context,
                probe=probe_of(warnings, request.options, matches, asked.sha256, engine),
                candidates=listed,
                withheld=candidates.withheld(),
                gallery=GalleryFacts(matches.gallery_faces, matches.gallery_as_of),
                engine=facts,
                timings=Timings(
                    decode=matches.decode_ms,
                    encode=matches.encode_ms,
                    match=1e3 * (looked_up - ranked - candidates.enrich_seconds),
                    enrich=1e3 * candidates.enrich_seconds,
                    total=1e3 * (time.perf_counter() - started),
                ),
                policy=self.policy.facts,
                review_required=granted.review_required,
                mode=request.options.mode,
            )
            await asked.keeping.count(unit, answer)
            await self._record(unit, request, actor, answer)
            if granted.review_required:
                people = people_of(actor, request.context.requested_by)
                await open_review(unit, answer, granted.terms.review, people)
        return answer

    async def _found(
        self, request: SearchRequest, granted: Granted, engine: EngineDescription
    ) -> tuple[Matches, Candidates, float]:
        """Rank and look up; the third of the answer is when ranking began."""
        matches, candidates, ranked = await self._ranked(request, granted, engine)
        await candidates.look_up()
        return matches, candidates, ranked

    async def _ranked(
        self, request: SearchRequest, granted: Granted, engine: EngineDescription
    ) -> tuple[Matches, Candidates, float]:
        """Rank, and anew while photos are replaced under the ranking: nobody is ever absent.

        The third of the answer is when ranking began.
        """
        options, wanted, attempt = request.options, granted.max_candidates, 1
        floor = granted.floor(engine.score_scale, options.min_similarity)
        calibrated = await self.calibrated(engine, options.mode)
        while True:
            matches = await self.engine.search(
                request.probe, people=wanted, floor=floor, face=options.face
            )
            calibrated.check_current(matches.gallery_faces)
            ranked = time.perf_counter()
            found = Candidates(
                *(self.records, self.enrichment, matches, wanted, engine.score_scale),
                calibrated=calibrated,
                confirmed_only=granted.confirmed_only,
            )
            if attempt == attempts_on(engine) or not await found.are_outdated():
                return matches, found, ranked
            attempt += 1

    async def _record(
        self, unit: Unit, request: SearchRequest, actor: Actor, answer: SearchAnswer
    ) -> None:
        await unit.searches.add(answer)
        entry = self._entry(request, actor, answer.probe.sha256, "answered")
        await unit.audit.append(
            replace(
                entry,
                search_id=answer.search_id,
                engine=answer.engine.name,
                model=answer.engine.model,
                gallery_faces=answer.gallery.faces,
                details={**entry.details, **returned(answer.candidates)},
            )
        )
        if key := request.idempotency_key:
            stored = StoredAnswer(request.fingerprint(), answer)
            if not await unit.answers.add(actor.name, key, stored):
                raise _AnsweredElsewhere

    def _entry(self, request: SearchRequest, actor: Actor, sha256: str, outcome: str) -> AuditEntry:
        is_unsaid = outcome == PurposeRequiredError.code
        return AuditEntry(
            at=utc_now(),
            action=AuditAction.SEARCH,
            actor=actor,
            outcome=outcome,
            case_number=request.context.case_number,
            purpose=None if is_unsaid else request.context.purpose,
            requested_by=request.context.requested_by,
            photo_sha256=sha256,
            details=self.policy.recorded(request.said(actor), request.purpose),
        )
