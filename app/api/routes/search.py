"""POST /search, and past searches."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request

from app.api.deps import (
    ActorDep,
    EdgeDep,
    IdempotencyKey,
    Limit,
    RenderingDep,
    ServicesDep,
    only_fields,
)
from app.api.errors import documented
from app.api.metrics import stages_of
from app.api.schemas.search import SearchAnswerOut
from app.api.schemas.wire import Page
from app.domain.purpose import Purpose, checked_purpose
from app.domain.search import SearchContext, SearchOptions
from app.services.search_faces import SearchRequest

router = APIRouter(tags=["search"])

_OPTIONS = ("max_candidates", "min_similarity", "face")
_FIELDS = ("photo", "case_number", "purpose", "requested_by", "notes", *_OPTIONS)
_UNSAID = "No purpose was given: taken as training_test, which authentication would not allow."


async def _context(
    edge: EdgeDep,
    case_number: Annotated[
        str | None,
        Form(
            max_length=100,
            description="A case or CAD incident number.",
            examples=["26-001234"],
        ),
    ] = None,
    purpose: Annotated[Purpose | None, Form(description="Why the search is made.")] = None,
    requested_by: Annotated[str | None, Form(max_length=200)] = None,
    notes: Annotated[str | None, Form(max_length=2000)] = None,
) -> tuple[SearchContext, tuple[str, ...]]:
    checked = checked_purpose(purpose, case_number, required=edge.authentication)
    warnings = (_UNSAID,) if purpose is None else ()
    return SearchContext(checked, case_number, requested_by, notes), warnings


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


@router.post("/search", dependencies=[Depends(only_fields(*_FIELDS))])
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


@router.get("/searches")
async def searches(
    services: ServicesDep,
    actor: ActorDep,
    rendering: RenderingDep,
    case_number: str | None = None,
    after: str | None = None,
    limit: Limit = 20,
) -> Page[SearchAnswerOut]:
    """List past searches as they were answered, newest first; each look is recorded."""
    found = await services.read_searches.page(actor, case_number, after, limit)
    last = found[-1].search_id if len(found) == limit else None
    return Page(items=[SearchAnswerOut.of(one, rendering) for one in found], next=last)


@router.get("/searches/{search_id}", responses=documented(HTTPStatus.NOT_FOUND))
async def search_again(
    services: ServicesDep, actor: ActorDep, rendering: RenderingDep, search_id: str
) -> SearchAnswerOut:
    """Show a past search as it was answered, less what was sealed or removed since."""
    return SearchAnswerOut.of(await services.read_searches.one(search_id, actor), rendering)
