"""What a process counts of imports, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge
from typing_extensions import override

from app.domain.imports import ItemOutcome
from app.ports.import_meter import ImportMeter
from app.ports.import_records import MOST_DUE


class PrometheusImportMeter(ImportMeter):
    """Counters of this process, a gauge of what all of them have before them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._settled = Counter(
            "candid_import_items",
            "Attempts at photos of imports in this process, by what came of them.",
            ["status", "reason"],
            registry=registry,
        )
        self._due = Gauge(
            "candid_import_items_due",
            f"Photos of the running import that could be worked on now, up to {MOST_DUE}.",
            registry=registry,
        )
        self._in_trouble = Gauge(
            "candid_import_in_trouble",
            "1 while an import that paused by itself waits for somebody, else 0.",
            registry=registry,
        )

    @override
    def settled(self, outcome: ItemOutcome) -> None:
        self._settled.labels(outcome.status, outcome.reason or "").inc()

    @override
    def due(self, items: int) -> None:
        self._due.set(items)

    @override
    def in_trouble(self, *, is_so: bool) -> None:
        self._in_trouble.set(is_so)
