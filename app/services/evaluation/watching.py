"""Who watches a measurement: for progress, and for the scores themselves."""

from array import array
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from typing_extensions import override

from app.domain.evaluation import PlacedPhoto


class Step(StrEnum):
    """What a measurement does, one after the other."""

    LABELS = "labels"
    ENROL = "enrol"
    SAME = "same"
    SEARCH = "search"
    FIGURES = "figures"


class Watcher(Protocol):
    """Hears how a measurement goes, in the order of the set whatever ends first."""

    def began(self, step: Step, photos: int) -> None:
        """Hear that a step begins, and of how many photos."""
        ...

    def advanced(self) -> None:
        """Hear that one more photo of the step is done."""
        ...

    def enrolled(self, gallery: Sequence[PlacedPhoto], enrolled: Sequence[bool]) -> None:
        """Hear who is at which place, and where enrolling failed."""
        ...

    def searched(self, probe: PlacedPhoto, scores: "array[float] | None") -> None:
        """Hear the raw score at each place, NaN for none; None: the search failed."""
        ...


class Unwatched(Watcher):
    """Nobody."""

    @override
    def began(self, step: Step, photos: int) -> None:
        pass

    @override
    def advanced(self) -> None:
        pass

    @override
    def enrolled(self, gallery: Sequence[PlacedPhoto], enrolled: Sequence[bool]) -> None:
        pass

    @override
    def searched(self, probe: PlacedPhoto, scores: "array[float] | None") -> None:
        pass
