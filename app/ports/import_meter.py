"""The import meter port: what a process counts of imports for those who watch it."""

from typing import Protocol

from app.domain.imports import ItemOutcome


class ImportMeter(Protocol):
    """Counts; never fails and never waits."""

    def settled(self, outcome: ItemOutcome) -> None:
        """Count what came of an attempt at one photo."""
        ...

    def due(self, items: int) -> None:
        """Note how many items could be worked on now, all workers together."""
        ...

    def in_trouble(self, *, is_so: bool) -> None:
        """Note whether an import paused by itself and waits for somebody."""
        ...
