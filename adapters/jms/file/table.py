"""The bookings of an export and of the deltas after it, looked up on the disk."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from typing import Final, NamedTuple

from adapters.jms.file.index import IndexedRow, State
from adapters.jms.file.layer import Layer
from adapters.jms.file.problems import MOST_PROBLEMS, RowProblem
from adapters.table_rows import ID
from app.domain.booking import Booking
from app.domain.booking_fields import ParsedBooking
from app.domain.charges import MOST_CHARGES
from app.domain.record_status import strictest
from app.ports.jms import BookingAnswers

__all__ = ["MOST_PROBLEMS", "BookingTable", "FoundRow", "RowProblem"]


MOST_ROWS: Final = MOST_CHARGES + 1
"""Of one id in a file: some exports have a row for each charge."""


class FoundRow(NamedTuple):
    """The row that counts of an id, the file that it is in, and the rows of that id before it."""

    layer: Layer
    row: IndexedRow
    before: tuple[IndexedRow, ...] = ()

    @property
    def refusal(self) -> RowProblem | None:
        """Why the row cannot be used: it, or one before it, may say that it is hidden."""
        refused = next(
            (one for one in (self.row, *self.before) if one.state is State.REFUSED), None
        )
        if refused is not None:
            return RowProblem(refused.line, "", refused.said, self.layer.file)
        if len(self.before) < MOST_ROWS:
            return None
        return RowProblem(
            self.row.line, ID, f"is there more than {MOST_ROWS} times", self.layer.file
        )

    @property
    def photo(self) -> object:
        """What a good row says of where its photo lies."""
        return self.layer.form.photo(self.row.said)

    def parsed(self) -> ParsedBooking:
        """Read the booking of a good row, as hidden as any row of its id in the file."""
        last, *others = [
            self.layer.form.booking(one.identifier, one.said)
            for one in (self.row, *self.before)
            if one.state is State.GOOD
        ]
        if not others:
            return last
        status = strictest(one.booking.status for one in (last, *others))
        return replace(last, booking=replace(last.booking, status=status))


class BookingTable:
    """One version of the bookings: an export, and the deltas after it in their order.

    Of an id the last file that has it counts, and in it the last row. Lookups raise IndexFileError.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)
        self.problems = [one for layer in layers for one in layer.problems.kept][:MOST_PROBLEMS]
        self.problem_count = sum(layer.problems.count for layer in layers)
        self._size = layers[0].index.good + sum(map(self._gained, range(1, len(layers))))

    def __len__(self) -> int:
        return self._size

    def report(self, problem: RowProblem) -> None:
        """Keep a problem, or count it when there are too many."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def found(self, identifier: str) -> FoundRow | None:
        """Return the last row of an id, a refused one too; None where there is none, or no more."""
        found = self._last(identifier, len(self.layers))
        return None if found is None or found.row.state is State.DELETED else found

    def answers(self, identifiers: Iterable[str]) -> BookingAnswers:
        """Look ids up; one of which a row was refused is unavailable, not unknown."""
        bookings: dict[str, Booking] = {}
        unavailable = set[str]()
        for identifier in identifiers:
            found = self.found(identifier)
            if found is not None and found.refusal is not None:
                unavailable.add(identifier)
            elif found is not None:
                bookings[identifier] = found.parsed().booking
        return BookingAnswers(bookings, frozenset(unavailable))

    def ids_after(self, identifier: str, limit: int) -> list[str]:
        """Return so many ids, of rows of any kind, that follow this one in their order."""
        each = [layer.index.ids_after(identifier, limit) for layer in self.layers]
        return [one for one, _ in islice(groupby(heapq.merge(*each)), limit)]

    def good_rows(self) -> Iterator[FoundRow]:
        """Yield every good row of every file, also one in whose place a later one counts."""
        for layer in self.layers:
            yield from (FoundRow(layer, row) for row in layer.index.good_rows())

    def check(self, go_on: Callable[[], bool]) -> None:
        """Report every field that cannot be read, for as long as `go_on` says so."""
        for found in self.good_rows():
            if not go_on():
                return
            for problem in found.parsed().problems:
                self.report(
                    RowProblem(found.row.line, problem.field, problem.reason, found.layer.file)
                )

    def _last(self, identifier: str, below: int) -> FoundRow | None:
        for layer in reversed(self.layers[:below]):
            rows = layer.index.rows_of(identifier, MOST_ROWS + 1)
            if rows:
                return FoundRow(layer, rows[0], tuple(rows[1:]))
        return None

    def _gained(self, place: int) -> int:
        """Return how many bookings more there are with a delta than before it."""
        index, gained, after = self.layers[place].index, 0, ""
        while ids := index.ids_after(after, MOST_PROBLEMS):
            for identifier in ids:
                gained += self._is_there(identifier, place + 1) - self._is_there(identifier, place)
            after = ids[-1]
        return gained

    def _is_there(self, identifier: str, below: int) -> bool:
        found = self._last(identifier, below)
        return found is not None and found.row.state is not State.DELETED
