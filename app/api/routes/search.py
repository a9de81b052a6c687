"""POST /search, and past searches."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request
from pydantic import StringConstraints

from app.api.deps import (
    ActorDep,
    After,
    CallerDep,
    EdgeDep,
    IdempotencyKey,
    RenderingDep,
    ServicesDep,
    needs,
    only_fields,
    only_query,
)
from app.api.documented import KEYED, READING, documented
from app.api.metrics import stages_of
from app.api.schemas.search import SearchAnswerOut
from app.api.schemas.wire import Page
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.purpose import Purpose, checked_purpose
from app.domain.search import SearchContext, SearchOptions
from app.services.search_faces import SearchRequest

router = APIRouter(tags=["search"])

_LOOKING = needs(AuditAction.VIEW_SEARCH, Scope.SEARCH)
_OPTIONS = ("max_candidates", "min_similarity", "face")
_FIELDS = ("photo", "case_number", "purpose", "requested_by", "notes", *_OPTIONS)
_UNSAID = "No purpose was given: taken as training_test, which authentication would not allow."


CaseNumber = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


async def _context(
    edge: EdgeDep,
    caller: CallerDep,
    case_number: Annotated[
        CaseNumber | None, Form(description="A case or CAD incident number; else the key's.")
    ] = None,
    purpose: Annotated[
        Purpose | None,
        Form(description="Why the search is made; required with keys that name none."),
    ] = None,
    requested_by: Annotated[
        str | None, Form(max_length=200, description="The person who asked for the search.")
    ] = None,
    notes: Annotated[
        str | None, Form(max_length=2000, description="Whatever else is to be kept with it.")
    ] = None,
) -> tuple[SearchContext, tuple[str, ...]]:
    meant, case = purpose or caller.purpose, case_number or caller.case_number
    checked = checked_purpose(meant, case, required=edge.authentication)
    warnings = (_UNSAID,) if meant is None else ()
    return SearchContext(checked, case or None, requested_by, notes), warnings


async def _options(
    max_candidates: Annotated[
        int, Form(ge=1, le=50, description="At most so many people come back.")
    ] = 5,
    min_similarity: Annotated[
        float, Form(ge=0, le=100, allow_inf_nan=False, description="On the engine's own scale.")
    ] = 0,
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
        *KEYED,
        *READING,
        errors.NoFaceError,
        errors.FaceIndexError,
        errors.PurposeRequiredError,
        errors.CaseNumberRequiredError,
        errors.ProviderTermsError,
        errors.IdempotencyKeyReusedError,
    ),
)
async def search(
    request: Request,
    services: ServicesDep,
    actor: ActorDep,
    rendering: RenderingDep,
    photo: Annotated[bytes, File(description="The probe, at most 20 MB. It is never enrolled.")],
    context: Annotated[tuple[SearchContext, tuple[str, ...]], Depends(_context)],
    options: Annotated[SearchOptions, Depends(_options)],
    idempotency_key: IdempotencyKey = None,
) -> SearchAnswerOut:
    """List the people booked here whom the probe resembles, strongest first, with bookings.

    Candidates are leads for human review, never identifications. A JMS that does not answer
    costs the bookings, not the candidates. No candidate at all is a normal answer.
    """
    asked = SearchRequest(photo, context[0], options, context[1], idempotency_key)
    answer = await services.search_faces(asked, actor)
    stages_of(request).observe(answer.timings)
    return SearchAnswerOut.of(answer, rendering)


@router.get(
    "/searches",
    summary="List past searches",
    dependencies=[_LOOKING, Depends(only_query("case_number", "after", "limit"))],
    responses=documented(*KEYED, errors.SearchNotFoundError),
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
    responses=documented(*KEYED, errors.SearchNotFoundError),
)
async def search_again(
    services: ServicesDep,
    actor: ActorDep,
    rendering: RenderingDep,
    search_id: Annotated[str, Path(description="As the search answered it.")],
) -> SearchAnswerOut:
    """Show a past search as it was answered, less what was sealed or removed since."""
    return SearchAnswerOut.of(await services.read_searches.one(search_id, actor), rendering)
