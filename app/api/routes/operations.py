"""Health, metrics and the docs page."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.deps import ServicesDep
from app.api.documented import documented
from app.api.schemas.wire import Wire
from app.domain import errors
from app.services.check_readiness import Health

router = APIRouter(tags=["operations"])


class LiveOut(Wire):
    """The process runs."""

    status: Literal["live"] = "live"


class ReadyOut(Wire):
    """How the service is, and what is wrong with each part that is not well."""

    status: Health
    parts: dict[str, str]


@router.get(
    "/health/live",
    summary="Is the process alive?",
    responses=documented(errors.ForeignOriginError),
)
async def live() -> LiveOut:
    """Say that the process runs."""
    return LiveOut()


@router.get(
    "/health/ready",
    summary="Can the service do its work?",
    responses={
        503: {"model": ReadyOut, "description": "A part that every search needs is down"},
        **documented(errors.ForeignOriginError),
    },
)
async def ready(services: ServicesDep, response: Response) -> ReadyOut:
    """Ask each part; 503 when a search could not be served.

    200 `degraded` without the JMS, or while an import that paused by itself waits for somebody.
    """
    readiness = await services.check_readiness()
    if readiness.health is Health.DOWN:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return ReadyOut(status=readiness.health, parts=dict(readiness.parts))


@router.get(
    "/metrics",
    summary="Measurements",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(errors.ForeignOriginError),
    },
)
async def metrics(request: Request) -> Response:
    """Requests, stages of searches, engine, JMS and gallery in Prometheus' text format."""
    return Response(generate_latest(request.state.registry), media_type=CONTENT_TYPE_LATEST)
