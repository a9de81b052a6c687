"""POST /search, and past searches."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Path, Query, Request

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
from app.api.search_form import FIELDS, CaseNumber, SearchContextDep, SearchOptionsDep
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.services.search_request import SearchRequest

router = APIRouter(tags=["search"])

_LOOKING = needs(AuditAction.VIEW_SEARCH, Scope.SEARCH)
_UNSAID = (
    "No purpose was given: taken as training_test. With authentication a purpose must be named."
)


@router.post(
    "/search",
    summary="Search for the people a probe resembles",
    dependencies=[needs(AuditAction.SEARCH, Scope.SEARCH), Depends(only_fields(*FIELDS))],
    responses=documented(
        *SHOWING,
        *READING,
        errors.NoFaceError,
        errors.DerivationError,
        errors.FaceIndexError,
        errors.PurposeRequiredError,
        errors.CaseNumberRequiredError,
        errors.PurposeNotAllowedError,
        errors.TrainingNotCurrentError,
        errors.PolicyFieldMissingError,
        errors.PolicyFieldRefusedError,
        errors.ProviderTermsError,
        errors.HighConfidenceRefusedError,
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
    context: SearchContextDep,
    options: SearchOptionsDep,
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
