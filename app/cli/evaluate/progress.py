"""Shows how far a measurement is, and hands its scores on to whoever wants them."""

from array import array
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from typing_extensions import override

from app.cli.console import tell
from app.cli.evaluate.scores import ScoresFile
from app.domain.evaluation import PlacedPhoto
from app.services.evaluation import Step, Watcher

_WORDS = {
    Step.LABELS: "Reading the labels",
    Step.ENROL: "Enrolling in a gallery of its own",
    Step.SAME: "Looking for probes that are enrolled themselves",
    Step.SEARCH: "Searching",
    Step.FIGURES: "Computing rates and intervals",
}


class Progress(Watcher):
    """One bar a step, which goes when the measurement ends."""

    def __init__(self, console: Console, scores: ScoresFile | None) -> None:
        self._scores = scores
        columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn()]
        self._bars = Bars(
            *columns, MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()

    @override
    def began(self, step: Step, photos: int) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
        if step is Step.SEARCH and self._scores is not None:
            tell(self._scores.estimate(photos))
        self._task = self._bars.add_task(_WORDS[step], total=photos or None)

    @override
    def advanced(self) -> None:
        if self._task is not None:
            self._bars.advance(self._task)

    @override
    def enrolled(self, gallery: Sequence[PlacedPhoto], enrolled: Sequence[bool]) -> None:
        if self._scores is not None:
            self._scores.begin(gallery, enrolled)

    @override
    def searched(self, probe: PlacedPhoto, scores: "array[float] | None") -> None:
        if self._scores is not None:
            self._scores.add(probe, scores)
