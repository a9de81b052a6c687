"""/imports: the back-fill of many photos."""

from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from app.api.deps import (
    ActorDep,
    After,
    Bearer,
    Limit,
    ServicesDep,
    needs,
    only_query,
    visitor_of,
)
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.ending import ending_of
from app.api.import_events import ImportEvents
from app.api.import_paths import LOOKING, ImportId
from app.api.schemas.import_requests import ImportIn, RetryIn
from app.api.schemas.imports import (
    ImportOut,
    ImportProgressOut,
    RetriedOut,
)
from app.api.schemas.wire import Page
from app.api.watchers import WatchedStream, watchers_of
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(prefix="/imports", tags=["imports"])

_EVENTS = {"description": "Events whose data is as of `GET /imports/{import_id}`."}
_CHANGING = needs(AuditAction.CHANGE_IMPORT, Scope.IMPORT)
_CHANGED = documented(*KEYED, errors.ImportNotFoundError, errors.ImportStateError)


@router.post(
    "",
    summary="Start an import",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(AuditAction.START_IMPORT, Scope.IMPORT), Depends(only_query())],
    response_description="Started",
    responses=documented(
        *KEYED,
        BROKEN_BODY,
        errors.SourceUnusableError,
        errors.SourceUnavailableError,
        errors.SourceTimeoutError,
        errors.ImportRunningError,
    ),
)
async def import_start(
    services: ServicesDep, actor: ActorDep, response: Response, asked: ImportIn
) -> ImportOut:
    """Begin to index the photos of a source; workers go on with it whoever watches.

    One import runs at a time. With `dry_run` it lists and counts and indexes nothing.
    """
    started = await services.imports.manage.start(asked.options, actor)
    response.headers["Location"] = f"/imports/{started.import_id}"
    return ImportOut.of(started)


@router.get(
    "",
    summary="List the imports",
    dependencies=[LOOKING, Depends(only_query("after", "limit"))],
    responses=documented(*KEYED),
)
async def import_list(
    services: ServicesDep, after: After = None, limit: Limit = 100
) -> Page[ImportOut]:
    """List the imports on record, newest first."""
    known = await services.imports.read.page(after, limit)
    last = known[-1].import_id if len(known) == limit else None
    return Page(items=[ImportOut.of(one) for one in known], next=last)


@router.get(
    "/{import_id}",
    summary="Show how far an import is",
    dependencies=[LOOKING],
    responses=documented(*KEYED, errors.ImportNotFoundError),
)
async def import_one(services: ServicesDep, import_id: ImportId) -> ImportProgressOut:
    """Show state, counts with their reasons, speed, time left, workers and quotas."""
    return ImportProgressOut.at(await services.imports.read.progress(import_id))


@router.post(
    "/{import_id}/pause",
    summary="Pause an import",
    dependencies=[_CHANGING],
    responses=_CHANGED,
)
async def import_pause(services: ServicesDep, actor: ActorDep, import_id: ImportId) -> ImportOut:
    """Let workers finish what they have in hand and then wait."""
    return ImportOut.of(await services.imports.manage.pause(import_id, actor))


@router.post(
    "/{import_id}/resume",
    summary="Let a paused import go on",
    dependencies=[_CHANGING],
    responses=_CHANGED,
)
async def import_resume(services: ServicesDep, actor: ActorDep, import_id: ImportId) -> ImportOut:
    """Go on where it stopped, whether somebody paused it or it paused by itself."""
    return ImportOut.of(await services.imports.manage.resume(import_id, actor))


@router.post(
    "/{import_id}/cancel",
    summary="End an import",
    dependencies=[_CHANGING],
    responses=_CHANGED,
)
async def import_cancel(services: ServicesDep, actor: ActorDep, import_id: ImportId) -> ImportOut:
    """End it before its end; what is indexed stays indexed."""
    return ImportOut.of(await services.imports.manage.cancel(import_id, actor))


@router.post(
    "/{import_id}/retry",
    summary="Try failed photos again",
    dependencies=[_CHANGING],
    responses=documented(
        *KEYED,
        BROKEN_BODY,
        errors.ImportNotFoundError,
        errors.ImportStateError,
        errors.ImportRunningError,
    ),
)
async def import_retry(
    services: ServicesDep, actor: ActorDep, import_id: ImportId, asked: RetryIn | None = None
) -> RetriedOut:
    """Let the photos wait again that failed, all or those of some reasons; the import goes on."""
    reasons = asked.reasons if asked else []
    retried = await services.imports.manage.retry(import_id, reasons, actor)
    return RetriedOut(import_id=import_id, retried=retried)


@router.get(
    "/{import_id}/events",
    summary="Watch an import",
    response_class=Response,
    response_description="Server-sent events: `progress` on each change, `end` at the end",
    dependencies=[LOOKING],
    responses={
        200: {"content": {"text/event-stream": {"schema": _EVENTS}}},
        **documented(*KEYED, errors.ImportNotFoundError, errors.TooManyWatchersError),
    },
)
async def import_events(
    request: Request, services: ServicesDep, bearer: Bearer, import_id: ImportId
) -> WatchedStream:
    """Send how far the import is, at once and at most each second, until its end.

    Each event's data is what `GET /imports/{import_id}` answers. A comment every 15 seconds says
    that the connection lives; `unavailable` that the import cannot be read at the moment. A stream
    that breaks off is asked for again: it begins with the whole state, so nothing is missed.
    """
    progress = await services.imports.read.progress(import_id)
    presented = bearer.credentials if bearer else None
    valid = partial(services.authenticate.still_valid, presented, visitor_of(request.scope))
    events = ImportEvents(services.imports.read, import_id, ending_of(request), valid)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return watchers_of(request).streamed(events.after(progress), headers)
