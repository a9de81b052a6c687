"""Writes every raw score of a measurement, so that anybody can compute its figures again.

The first line names the columns: role, person, image, then the image at each place of the gallery.
The second is the gallery's persons, the third 1 where enrolling succeeded and 0 where it failed.
Then comes one line a probe, with its score at each place; a cell is empty where the engine told no
score, and all are where the probe could not be searched. A score has nine digits, as
many as a float32 needs; thresholds stand between two of them. Only the file's owner reads it.
"""

import csv
import gzip
import io
import math
import shutil
from array import array
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from rich.filesize import decimal

from app.cli.console import CommandError
from app.cli.evaluate.private import opened_private
from app.domain.evaluation import PlacedPhoto

_BYTES: Final = 12
"""A score and its comma, as a rule."""

_COMPRESSED_BYTES: Final = 5.5
"""The same in a .gz: most of a score's digits are noise."""


class ScoresFile:
    """A CSV file, compressed where its name ends in .gz.

    Where it can be written no further, it ends there and nothing else does: `failure` says why.
    """

    def __init__(self, path: Path) -> None:
        self.failure: str | None = None
        self._path = path
        self._places = 0
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Make the file; raises CommandError."""
        try:
            self._file = _opened(self._path, self._stack)
        except OSError as error:
            raise CommandError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._rows = csv.writer(self._file, lineterminator="\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._ending():
            self._stack.close()

    def estimate(self, probes: int) -> str:
        """Say how large the file becomes, and what is free there, once its places are known."""
        scores = self._places * probes
        size = scores * (_COMPRESSED_BYTES if _is_compressed(self._path) else _BYTES)
        free = shutil.disk_usage(self._path.parent).free
        return (
            f"{self._path} gets {scores:,} scores, about {decimal(round(size))}; {decimal(free)} "
            "are free there. --probes N searches fewer photos."
        )

    def begin(self, gallery: Sequence[PlacedPhoto], enrolled: Sequence[bool]) -> None:
        """Write who is at which place."""
        self._places = len(gallery)
        self._write(["role", "person", "image", *(photo.image for photo in gallery)])
        self._write(["gallery", "", "", *(photo.person for photo in gallery)])
        self._write(["enrolled", "", "", *map(int, enrolled)])

    def add(self, probe: PlacedPhoto, scores: "array[float] | None") -> None:
        """Write one probe's scores."""
        told = [""] * self._places if scores is None else map(_cell, scores)
        self._write([probe.role, probe.person, probe.image, *told])

    def _write(self, row: Sequence[object]) -> None:
        if self.failure is None:
            with self._ending():
                self._rows.writerow(row)

    @contextmanager
    def _ending(self) -> Generator[None]:
        """End the file where the disk is full, or whatever else is wrong with it."""
        try:
            yield
        except OSError as error:
            self.failure = (
                f"{self._path} holds a part of the scores at most: {error.strerror}. Measure "
                "again for all of them."
            )
            with suppress(OSError):  # of what could not be written before
                self._stack.close()


def _opened(path: Path, stack: ExitStack) -> TextIO:
    file = stack.enter_context(opened_private(path))
    if _is_compressed(path):
        return stack.enter_context(
            gzip.open(file, "wt", encoding="utf-8", newline="", compresslevel=1)
        )
    return stack.enter_context(io.TextIOWrapper(file, encoding="utf-8", newline=""))


def _is_compressed(path: Path) -> bool:
    return path.suffix == ".gz"


def _cell(score: float) -> str:
    return "" if math.isnan(score) else f"{score:.9g}"
