"""What every contender does."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]

NEIGHBOURS, BUILD_WIDTH, SEARCH_WIDTH = 16, 100, 100
"""M, ef_construction and ef_search of every HNSW graph that takes them."""

_BLOCK = 10_000


class NoFaceError(Exception):
    """The contender sees no face in a photo."""


class Contender(ABC):
    """Holds unit templates in rows from 0 on and finds the nearest by cosine."""

    reopens = False
    """Whether another process can open what was loaded, and is to search it."""

    def __init__(self, folder: Path) -> None:
        """Keep files, if any, in an empty folder of its own."""
        self.folder = folder
        self.open = ExitStack()  # what is to be closed at the end

    def begin(self) -> None:  # noqa: B027 - most need nothing
        """Have what it needs besides templates, before any clock runs."""

    @abstractmethod
    def load(self, values: Halves) -> None:
        """Take in all templates and build what it searches with, on all cores."""

    @abstractmethod
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Return the rows of the `count` nearest, nearest first."""

    def reopen(self) -> None:
        """Open what another process loaded into the folder."""
        raise NotImplementedError

    def find(self, photo: Path, count: int) -> Sequence[int]:
        """Return the rows of those nearest to the face of a photo, the whole way; NoFaceError."""
        raise NotImplementedError(f"{type(self).__name__} reads no photos: {photo}, {count}")

    def template(self, photo: Path) -> Floats:
        """Return the template that it enrols a photo by, of any length; NoFaceError."""
        raise NotImplementedError(f"{type(self).__name__} reads no photos: {photo}")

    def processes(self) -> Sequence[int]:
        """Return the ids of other processes that search for it."""
        return ()

    def disk_megabytes(self) -> float:
        """Return what it keeps on disk."""
        files = (path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return sum(files) / 1e6


def blocks(values: Halves) -> Iterator[tuple[int, Floats]]:
    """Yield the templates as float32 in parts, each with the number of its first row."""
    for start in range(0, len(values), _BLOCK):
        yield start, values[start : start + _BLOCK].astype(np.float32)
