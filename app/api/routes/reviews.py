"""The review of searches by people."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.deps import (
    ActorDep,
    After,
    CallerDep,
    EdgeDep,
    IdempotencyKey,
    ServicesDep,
    needs,
    only_query,
)
from app.api.documented import BROKEN_BODY, SHOWING, documented
from app.api.schemas.review_views import QueuedReviewOut, ReviewOut
from app.api.schemas.reviews import CloseIn, ProbeDecisionIn, ReleaseIn, ReviewIn
from app.api.schemas.wire import Page
from app.api.search_form import CaseNumber
from app.api.streamed import PHOTO_HEADERS
from app.api.turns import turn_of
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.review import ReviewState
from app.ports.review_records import ReviewPage
from app.services.reviews.record_review import ReviewCall

router = APIRouter(tags=["review"])

SearchId = Annotated[str, Path(description="As the search answered it.")]
_LOOKING = needs(AuditAction.VIEW_REVIEW, Scope.REVIEW)
_RECORDING = (
    *SHOWING,
    BROKEN_BODY,
    errors.SearchNotFoundError,
    errors.OnBehalfOfRequiredError,
    errors.ReviewStateError,
    errors.ReviewAnswerError,
    errors.IdempotencyKeyReusedError,
)
_REVIEWING = (
    *_RECORDING,
    errors.ReviewEntryStandsError,
    errors.ReviewerExcludedError,
)


@router.get(
    "/reviews",
    summary="List the reviews",
    dependencies=[_LOOKING, Depends(only_query("state", "case_number", "after", "limit"))],
    responses=documented(*SHOWING, errors.SearchNotFoundError),
)
async def reviews(
    services: ServicesDep,
    actor: ActorDep,
    state: Annotated[
        ReviewState | None, Query(description="Only those that stand there; else all open ones.")
    ] = None,
    case_number: Annotated[CaseNumber | None, Query(description="Only those of this case.")] = None,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Items on a page.")] = 20,
) -> Page[QueuedReviewOut]:
    """List the reviews that await something, oldest first.

    Searches whose policy asks for a review are among them from the start, any other from the first
    decision on its probe.
    """
    found = await services.reviews.read.page(ReviewPage(state, case_number, after, limit), actor)
    last = found[-1].review.search_id if len(found) == limit else None
    return Page(items=[QueuedReviewOut.of(one) for one in found], next=last)


@router.get(
    "/searches/{search_id}/reviews",
    summary="Show the review of a search",
    dependencies=[_LOOKING, Depends(only_query())],
    responses=documented(*SHOWING, errors.SearchNotFoundError),
)
async def review(
    services: ServicesDep, edge: EdgeDep, actor: ActorDep, response: Response, search_id: SearchId
) -> ReviewOut:
    """Show what this reviewer may see now.

    Until the probe is found suitable no candidates; until their own answer is in pictures alone, in
    an order of their own, without scores, ranks, names, charges and the answers of others.
    """
    _keep_nowhere(response)
    view = await services.reviews.read.one(search_id, actor)
    return ReviewOut.of(view, edge.allowed_extra)


@router.post(
    "/searches/{search_id}/reviews/probe",
    summary="Decide whether the probe is suitable",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(AuditAction.REVIEW_PROBE, Scope.REVIEW), Depends(only_query())],
    responses=documented(*_REVIEWING),
)
async def review_probe(
    services: ServicesDep,
    edge: EdgeDep,
    actor: ActorDep,
    response: Response,
    search_id: SearchId,
    asked: ProbeDecisionIn,
    idempotency_key: IdempotencyKey = None,
) -> ReviewOut:
    """Record whether the probe can be compared, before any candidate is shown.

    An unsuitable probe closes the review. The newest decision counts; it names in `corrects` the
    one whose place it takes.
    """
    _keep_nowhere(response)
    call = ReviewCall(search_id, actor, asked.corrects, idempotency_key)
    view = await services.reviews.record.probe(call, asked.decision)
    return ReviewOut.of(view, edge.allowed_extra)


@router.post(
    "/searches/{search_id}/reviews",
    summary="Answer a review",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(AuditAction.REVIEW_ANSWER, Scope.REVIEW), Depends(only_query())],
    responses=documented(*_REVIEWING, errors.ReviewerNotBlindError),
)
async def review_answer(
    services: ServicesDep,
    edge: EdgeDep,
    actor: ActorDep,
    response: Response,
    search_id: SearchId,
    asked: ReviewIn,
    idempotency_key: IdempotencyKey = None,
) -> ReviewOut:
    """Record what this reviewer makes of the candidates: none of these, or a finding on each.

    The reviewer is the person in `X-Candid-On-Behalf-Of`, else the key. Reviewers who hold
    different candidates to be leads disagree: one more person's answer decides, or they correct
    theirs, naming in `corrects` their own earlier entry.
    """
    _keep_nowhere(response)
    call = ReviewCall(search_id, actor, asked.corrects, idempotency_key)
    findings = [one.finding for one in asked.findings]
    view = await services.reviews.record.answer(call, findings, asked.notes or None)
    return ReviewOut.of(view, edge.allowed_extra)


@router.post(
    "/searches/{search_id}/reviews/release",
    summary="Release a lead to the case",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(AuditAction.REVIEW_RELEASE, Scope.REVIEW), Depends(only_query())],
    responses=documented(*_RECORDING, errors.CorroborationRequiredError),
)
async def review_release(
    services: ServicesDep,
    edge: EdgeDep,
    actor: ActorDep,
    response: Response,
    search_id: SearchId,
    asked: ReleaseIn,
    idempotency_key: IdempotencyKey = None,
) -> ReviewOut:
    """Give a lead that the reviewers agree on to the case, with the evidence that it has besides.

    A lead is never grounds enough for an arrest or a line-up.
    """
    _keep_nowhere(response)
    call = ReviewCall(search_id, actor, None, idempotency_key)
    evidence = asked.corroboration.corroboration if asked.corroboration else None
    view = await services.reviews.record.release(call, asked.candidate, evidence)
    return ReviewOut.of(view, edge.allowed_extra)


@router.post(
    "/searches/{search_id}/reviews/close",
    summary="Close a review without a release",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(AuditAction.REVIEW_CLOSE, Scope.REVIEW), Depends(only_query())],
    responses=documented(*_RECORDING, errors.ReviewerExcludedError),
)
async def review_close(
    services: ServicesDep,
    edge: EdgeDep,
    actor: ActorDep,
    response: Response,
    search_id: SearchId,
    asked: CloseIn,
    idempotency_key: IdempotencyKey = None,
) -> ReviewOut:
    """End a review that awaits a release which never comes, and say why.

    A corrected answer, or a release, opens it again.
    """
    _keep_nowhere(response)
    call = ReviewCall(search_id, actor, None, idempotency_key)
    view = await services.reviews.record.close(call, asked.reason)
    return ReviewOut.of(view, edge.allowed_extra)


@router.get(
    "/searches/{search_id}/pictures/{picture}",
    summary="Show a picture to a reviewer",
    response_class=Response,
    response_description="An upright JPEG between bands: INVESTIGATIVE LEAD, NOT FOR LINE-UP",
    dependencies=[
        needs(AuditAction.VIEW_PICTURE, Scope.REVIEW),
        Depends(only_query("width")),
    ],
    responses={
        200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(
            *SHOWING,
            errors.SearchNotFoundError,
            errors.PictureNotFoundError,
            errors.PhotoUnreadableError,
            errors.PhotoTooCostlyError,
            errors.PhotoStoreUnavailableError,
            errors.PhotoStoreMisconfiguredError,
            errors.ServiceBusyError,
            errors.TooManyCallsError,
        ),
    },
)
async def review_picture(
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    actor: ActorDep,
    search_id: SearchId,
    picture: Annotated[str, Path(max_length=64, description="As the review names it, or `probe`.")],
    width: Annotated[int, Query(ge=200, le=2000, description="At most so wide, in pixels.")] = 480,
) -> Response:
    """Show the probe or a candidate's photo, as it is on record now; the look is recorded."""
    async with turn_of(request.scope, caller):
        shown = await services.reviews.view_picture(search_id, picture, width, actor)
    return Response(shown, media_type="image/jpeg", headers=PHOTO_HEADERS)


def _keep_nowhere(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
