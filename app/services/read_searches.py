"""Use case: past searches as they were answered, less what was sealed or removed since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import RecordStatus
from app.domain.errors import SearchNotFoundError
from app.domain.search import BookingStatus, Candidate, SearchAnswer
from app.ports.records import Records, Unit
from app.services.booking_numbers import without_hidden_numbers
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class ReadSearches:
    """Look at past searches; each look is recorded."""

    records: Records

    async def one(self, search_id: str, actor: Actor) -> SearchAnswer:
        """Return one search; SearchNotFoundError."""
        async with self.records.unit() as unit:
            answer = await unit.searches.get(search_id)
            if answer is None:
                raise SearchNotFoundError
            [shown] = await redacted(unit, [answer])
            await unit.audit.append(
                AuditEntry(
                    utc_now(), AuditAction.VIEW_SEARCH, actor, "answered", search_id=search_id
                )
            )
        return shown

    async def page(
        self, actor: Actor, case_number: str | None, after: str | None, limit: int
    ) -> Sequence[SearchAnswer]:
        """Return searches, newest first; SearchNotFoundError when `after` is no search."""
        async with self.records.unit() as unit:
            if after is not None and await unit.searches.get(after) is None:
                raise SearchNotFoundError
            answers = await unit.searches.page(case_number, after, limit)
            details = {"search_ids": [answer.search_id for answer in answers]}
            entry = AuditEntry(
                utc_now(), AuditAction.VIEW_SEARCH, actor, "answered", case_number=case_number
            )
            await unit.audit.append(replace(entry, details=details))
            return await redacted(unit, answers)


async def redacted(unit: Unit, answers: Sequence[SearchAnswer]) -> list[SearchAnswer]:
    """Return answers without what must not be shown any more, whoever was answered it before."""
    ids = {photo_id for answer in answers for photo_id in answer.photo_ids()}
    standings = await unit.standings.of(sorted(ids))
    shown = {one for one, known in standings.items() if known.status is RecordStatus.ACTIVE}
    candidates = [[_as_shown(one, shown) for one in answer.candidates] for answer in answers]
    told = await without_hidden_numbers(unit, candidates)
    return [replace(one, candidates=those) for one, those in zip(answers, told, strict=True)]


def _as_shown(candidate: Candidate, shown: set[str]) -> Candidate:
    others = tuple(o for o in candidate.other_photos if o.external_image_id in shown)
    if candidate.external_image_id in shown:
        return replace(candidate, other_photos=others)
    return replace(
        candidate,
        other_photos=(),
        taken_at=None,
        booking_status=BookingStatus.UNAVAILABLE,
        status_as_of=None,
        booking=None,
        redacted=True,
    )
