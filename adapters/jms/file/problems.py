"""What is wrong with rows, told by line and column, never by value."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_PROBLEMS: Final = 1000
"""Problems kept one by one; further ones are counted."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something in a row that cannot be used; never its value. Line 1 is the header."""

    line: int
    column: str
    reason: str
    file: str = ""  # the name of a delta; empty: the export itself


class Problems:
    """The first thousand of them, and how many there are."""

    def __init__(self) -> None:
        self.kept: list[RowProblem] = []
        self.count = 0

    def add(self, problem: RowProblem) -> None:
        """Keep a problem, or count it when there are too many."""
        self.count += 1
        if len(self.kept) < MOST_PROBLEMS:
            self.kept.append(problem)

    def merge(self, further: Iterable[RowProblem], count: int) -> None:
        """Take up more of the same file, of which so many were counted; keep the order of lines."""
        self.kept = sorted([*self.kept, *further], key=lambda one: one.line)[:MOST_PROBLEMS]
        self.count += count
