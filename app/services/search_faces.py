"""Use case: which people booked here does this probe resemble?"""

import hashlib
import time
from dataclasses import dataclass, field, replace
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import IdempotencyKeyReusedError
from app.domain.photo import sha256_of
from app.domain.provider_terms import ProviderTerms
from app.domain.search import (
    EngineFacts,
    GalleryFacts,
    Probe,
    SearchAnswer,
    SearchContext,
    SearchOptions,
    Timings,
)
from app.ports.face_engine import EngineDescription, FaceEngine, Matches
from app.ports.records import Records, StoredAnswer, Unit
from app.services.candidates import Candidates, returned
from app.services.enrichment import Enrichment
from app.services.read_searches import redacted
from app.services.recorded import refusals_recorded, utc_now

_ATTEMPTS = 8
"""Rankings before one that is outdated again is answered without whom was just replaced."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A probe, why it is searched, and how."""

    probe: bytes
    context: SearchContext
    options: SearchOptions = field(default_factory=SearchOptions)
    warnings: tuple[str, ...] = ()
    idempotency_key: str | None = None

    def fingerprint(self) -> str:
        """Return what two requests with one Idempotency-Key must have in common."""
        parts = ("search", sha256_of(self.probe), self.context, self.options)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


class _AnsweredElsewhere(Exception):  # noqa: N818 - not an error: it only rolls a unit back
    """Another process answered the same request first."""


@dataclass(frozen=True, slots=True)
class SearchFaces:
    """Rank, group by person, withhold, enrich, record, and only then answer."""

    engine: FaceEngine
    records: Records
    enrichment: Enrichment
    terms: ProviderTerms = field(default_factory=ProviderTerms)

    async def __call__(self, request: SearchRequest, actor: Actor) -> SearchAnswer:
        """Return the candidates; raises what the engine and the records raise.

        Also ProviderTermsError and IdempotencyKeyReusedError. A JMS that does not answer costs
        bookings, not candidates.
        """
        sha256 = sha256_of(request.probe)

        def refused(code: str) -> AuditEntry:
            return _entry(request, actor, sha256, code)

        async with refusals_recorded(self.records, refused):
            self.terms.check(request.context.purpose)
            if answered := await self._replay(request, actor, sha256):
                return answered
            try:
                return await self._search(request, actor, sha256)
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
            entry = _entry(request, actor, sha256, "answered")
            details = {"replayed": True}
            await unit.audit.append(replace(entry, search_id=shown.search_id, details=details))
        return shown

    async def _search(self, request: SearchRequest, actor: Actor, sha256: str) -> SearchAnswer:
        started = time.perf_counter()
        engine = await self.engine.describe()
        facts = EngineFacts(engine.name, engine.model, engine.score_scale)
        matches, candidates, ranked = await self._ranked(request, engine)
        await candidates.look_up()
        looked_up = time.perf_counter()
        async with self.records.unit() as unit:
            answer = SearchAnswer(
                search_id=str(uuid4()),
                searched_at=utc_now(),
                context=request.context,
                probe=_probe(request, matches, sha256, engine),
                candidates=await candidates.listed(unit),
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
            )
            await self._record(unit, request, actor, answer)
        return answer

    async def _ranked(
        self, request: SearchRequest, engine: EngineDescription
    ) -> tuple[Matches, Candidates, float]:
        """Rank, and anew while photos are replaced under the ranking: nobody is ever absent.

        The third of the answer is when ranking began.
        """
        options, attempt = request.options, 1
        while True:
            matches = await self.engine.search(
                request.probe,
                people=options.max_candidates,
                floor=options.min_similarity,
                face=options.face,
            )
            ranked = time.perf_counter()
            wanted = options.max_candidates
            found = Candidates(self.records, self.enrichment, matches, wanted, engine.score_scale)
            if attempt == attempts_on(engine) or not await found.are_outdated():
                return matches, found, ranked
            attempt += 1

    async def _record(
        self, unit: Unit, request: SearchRequest, actor: Actor, answer: SearchAnswer
    ) -> None:
        await unit.searches.add(answer)
        await unit.audit.append(
            replace(
                _entry(request, actor, answer.probe.sha256, "answered"),
                search_id=answer.search_id,
                engine=answer.engine.name,
                model=answer.engine.model,
                gallery_faces=answer.gallery.faces,
                details=returned(answer.candidates),
            )
        )
        if key := request.idempotency_key:
            stored = StoredAnswer(request.fingerprint(), answer)
            if not await unit.answers.add(actor.name, key, stored):
                raise _AnsweredElsewhere


def attempts_on(engine: EngineDescription) -> int:
    """Return how often to rank while photos are replaced under the ranking.

    Faces that an engine holds beside the records may be left of a dead process for minutes.
    """
    return 2 if engine.holds_faces else _ATTEMPTS


def _probe(
    request: SearchRequest, matches: Matches, sha256: str, engine: EngineDescription
) -> Probe:
    warnings = request.warnings
    if (floor := request.options.min_similarity) > (top := engine.scale_top):
        scale = engine.score_scale
        warnings += (f"No candidate can reach min_similarity={floor:g}: {scale} ends at {top:g}.",)
    if len(matches.faces) > 1 and request.options.face is None:
        others = [f"face={i}" for i in range(len(matches.faces)) if i != matches.searched]
        told = f"{len(matches.faces)} faces were found and only the largest (0) was searched; "
        warnings += (f"{told}to search another, send {' or '.join(others)}.",)
    return Probe(matches.size, sha256, matches.faces, matches.searched, warnings)


def _entry(request: SearchRequest, actor: Actor, sha256: str, outcome: str) -> AuditEntry:
    return AuditEntry(
        at=utc_now(),
        action=AuditAction.SEARCH,
        actor=actor,
        outcome=outcome,
        case_number=request.context.case_number,
        purpose=request.context.purpose,
        photo_sha256=sha256,
    )
