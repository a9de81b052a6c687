"""Measurements of requests and of the stages of a search."""

from typing import cast

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.requests import HTTPConnection

from app.domain.search import Timings

SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class RequestMetrics:
    """Counts and times requests by route template, so that ids never become labels."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        self._count = Counter("candid_requests", "Requests answered.", labels, registry=registry)
        self._seconds = Histogram(
            "candid_request_seconds",
            "Time to answer.",
            ("method", "route"),
            buckets=SECONDS,
            registry=registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._count.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class StageMetrics:
    """Times the stages of searches."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "candid_search_stage_seconds",
            "Time of each stage of a search.",
            ("stage",),
            buckets=SECONDS,
            registry=registry,
        )

    def observe(self, timings: Timings) -> None:
        """Take one search's timings."""
        for stage in ("decode", "encode", "match", "enrich", "total"):
            self._seconds.labels(stage).observe(getattr(timings, stage) / 1e3)


def stages_of(request: HTTPConnection) -> StageMetrics:
    """Return the application's stage metrics."""
    return cast("StageMetrics", request.app.state.stages)
