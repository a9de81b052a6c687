"""POST /search, and past searches."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request
from pydantic import StringConstraints

from app.api.deps import (
    ActorDep,
    After,
    CallerDep,
    IdempotencyKey,
    RenderingDep,
    ServicesDep,
    needs,
    only_fields,
    only_query,
)
from app.api.documented import READING, SHOWING, documented
from app.api.metrics import stages_of
from app.api.schemas.search import SearchAnswerOut
from app.api.schemas.wire import Page
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.policy_in_force import MOST_CANDIDATES
from app.domain.purpose import Purpose
from app.domain.search import SearchContext, SearchOptions
from app.domain.search_fields import MOST_CHARACTERS, Authority, SearchField
from app.services.search_faces import SearchRequest

router = APIRouter(tags=["search"])

_LOOKING = needs(AuditAction.VIEW_SEARCH, Scope.SEARCH)
_OPTIONS = ("max_candidates", "min_similarity", "face")
_POLICY = ("offense", "authority", "authority_reference", "narrative")
_FIELDS = ("photo", "case_number", "purpose", "requested_by", "notes", *_POLICY, *_OPTIONS)
_UNSAID = "No purpose was given: taken as training_test, which authentication would not allow."


def _trimmed(most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, max_length=most)


CaseNumber = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.CASE_NUMBER])]
Offense = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.OFFENSE])]
Reference = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.AUTHORITY_REFERENCE])]
Narrative = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.NARRATIVE])]
RequestedBy = Annotated[str, _trimmed(MOST_CHARACTERS[SearchField.REQUESTED_BY])]


@dataclass(frozen=True, slots=True)
class _Authority:
    """On what a search rests, where the policy asks for it."""

    offense: str | None
    authority: Authority | None
    authority_reference: str | None
    narrative: str | None


async def _authority(
    offense: Annotated[
        Offense | None,
        Form(
            description="The offense under investigation; `GET /policy` may list the codes.",
        ),
    ] = None,
    authority: Annotated[
        Authority | None, Form(description="The legal authority on which the search rests.")
    ] = None,
    authority_reference: Annotated[
        Reference | None,
        Form(
            description="The number or section of the authority. It is kept in the audit.",
        ),
    ] = None,
    narrative: Annotated[
        Narrative | None,
        Form(
            description="The facts on which the search rests; kept with the search, sealed.",
        ),
    ] = None,
) -> _Authority:
    return _Authority(offense or None, authority, authority_reference or None, narrative or None)


async def _context(
    caller: CallerDep,
    rests_on: Annotated[_Authority, Depends(_authority)],
    case_number: Annotated[
        CaseNumber | None, Form(description="A case or CAD incident number; else the key's.")
    ] = None,
    purpose: Annotated[
        Purpose | None,
        Form(description="Why the search is made; required with keys that name none."),
    ] = None,
    requested_by: Annotated[
        RequestedBy | None,
        Form(
            description="The person who asked for the search.",
        ),
    ] = None,
    notes: Annotated[
        str | None, Form(max_length=2000, description="Whatever else is to be kept with it.")
    ] = None,
) -> tuple[SearchContext, bool]:
    """Return why a search is made, and whether anybody said what for."""
    meant, case = purpose or caller.purpose, case_number or caller.case_number
    context = SearchContext(
        purpose=meant or Purpose.TRAINING_TEST,
        case_number=case or None,
        requested_by=requested_by or None,
        notes=notes,
        offense=rests_on.offense,
        authority=rests_on.authority,
        authority_reference=rests_on.authority_reference,
        narrative=rests_on.narrative,
    )
    return context, meant is not None


async def _options(
    max_candidates: Annotated[
        int | None,
        Form(
            ge=1,
            le=MOST_CANDIDATES,
            description="At most so many people come back: 5, or as many as the policy allows.",
        ),
    ] = None,
    min_similarity: Annotated[
        float | None,
        Form(
            ge=0,
            le=100,
            allow_inf_nan=False,
            description="On the engine's own scale: 0, or the policy's floor.",
        ),
    ] = None,
    face: Annotated[
        int | None,
        Form(ge=0, description="Which face of the probe, largest first; the largest unless said."),
    ] = None,
) -> SearchOptions:
    return SearchOptions(max_candidates, min_similarity, face)


@router.post(
    "/search",
    summary="Search for the people a probe resembles",
    dependencies=[needs(AuditAction.SEARCH, Scope.SEARCH), Depends(only_fields(*_FIELDS))],
    responses=documented(
        *SHOWING,
        *READING,
        errors.NoFaceError,
        errors.FaceIndexError,
        errors.PurposeRequiredError,
        errors.CaseNumberRequiredError,
        errors.PurposeNotAllowedError,
        errors.TrainingNotCurrentError,
        errors.PolicyFieldMissingError,
        errors.PolicyFieldRefusedError,
        errors.ProviderTermsError,
        errors.IdempotencyKeyReusedError,
    ),
)
async def search(
    request: Request,
    services: ServicesDep,
    actor: ActorDep,
    caller: CallerDep,
    rendering: RenderingDep,
    photo: Annotated[bytes, File(description="The probe, at most 20 MB. It is never enrolled.")],
    context: Annotated[tuple[SearchContext, bool], Depends(_context)],
    options: Annotated[SearchOptions, Depends(_options)],
    idempotency_key: IdempotencyKey = None,
) -> SearchAnswerOut:
    """List the people booked here whom the probe resembles, strongest first, with bookings.

    Candidates are leads for human review, never identifications. A JMS that does not answer
    costs the bookings, not the candidates. No candidate at all is a normal answer. Which purposes
    are served, and which fields each of them needs, `GET /policy` tells.
    """
    meant, is_said = context
    warnings = () if is_said else (_UNSAID,)
    asked = SearchRequest(
        photo,
        meant,
        options,
        warnings,
        idempotency_key,
        purpose_said=is_said,
        trained_until=caller.trained_until,
    )
    answer = await services.search_faces(asked, actor)
    stages_of(request).observe(answer.timings)
    return SearchAnswerOut.of(answer, rendering)


@router.get(
    "/searches",
    summary="List past searches",
    dependencies=[_LOOKING, Depends(only_query("case_number", "after", "limit"))],
    responses=documented(*SHOWING, errors.SearchNotFoundError),
)
async def searches(
    services: ServicesDep,
    actor: ActorDep,
    rendering: RenderingDep,
    case_number: Annotated[
        CaseNumber | None, Query(description="Only the searches made for this case.")
    ] = None,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Items on a page.")] = 20,
) -> Page[SearchAnswerOut]:
    """List past searches as they were answered, newest first; each look is recorded."""
    found = await services.read_searches.page(actor, case_number, after, limit)
    last = found[-1].search_id if len(found) == limit else None
    return Page(items=[SearchAnswerOut.of(one, rendering) for one in found], next=last)


@router.get(
    "/searches/{search_id}",
    summary="Show a past search",
    dependencies=[_LOOKING],
    responses=documented(*SHOWING, errors.SearchNotFoundError),
)
async def search_again(
    services: ServicesDep,
    actor: ActorDep,
    rendering: RenderingDep,
    search_id: Annotated[str, Path(description="As the search answered it.")],
) -> SearchAnswerOut:
    """Show a past search as it was answered, less what was sealed or removed since."""
    return SearchAnswerOut.of(await services.read_searches.one(search_id, actor), rendering)
