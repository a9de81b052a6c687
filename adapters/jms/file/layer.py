"""One file of bookings, read: its rows on the disk, what is wrong with it in memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from adapters.jms.file.index import IndexedRow, RowIndex, State
from adapters.jms.file.problems import MOST_PROBLEMS, Problems, RowProblem
from adapters.jms.file.row_form import RowForm
from adapters.table_rows import ID, Row, UnreadableFileError
from app.domain.encoded_ids import encoded_id
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import id_text


class Layer:
    """The rows of one version of a file, by id; raises IndexFileError and UnreadableFileError.

    Ids are the JMS's own: one that cannot be encoded is reported, and its row is kept.
    """

    def __init__(
        self, form: RowForm, rows: Iterable[Row], file: str = "", index_dir: Path | None = None
    ) -> None:
        self.form = form
        self.file = file
        self.problems = Problems()
        self.nameless = Problems()  # rows that no id could be read of
        self.cut_short = False
        self.removes = False  # a row of it takes a booking away
        self.index = RowIndex(self._indexed(rows), index_dir)
        lines, count = self.index.repeated(MOST_PROBLEMS)
        again = "was there before; the last row counts, and what any of them hides"
        self.problems.merge([RowProblem(line, ID, again, file) for line in lines], count)
        if self.problems.count and not self.index.good and not self.removes:
            raise UnreadableFileError(
                f"none of its rows can be read: {self.problems.kept[0].reason}"
            )

    def _indexed(self, rows: Iterable[Row]) -> Iterator[IndexedRow]:
        for row in rows:
            identifier = id_text(row.identifier)
            self.cut_short = bool(row.reason) and not row.ended
            if row.reason:
                self._report(row.line, "", row.reason)
            if not identifier:
                self._add_nameless(row)
            elif row.reason:
                yield IndexedRow(identifier, row.line, State.REFUSED, row.reason)
            elif self.form.is_deleted(row.packed):
                self.removes = True
                yield IndexedRow(identifier, row.line, State.DELETED, "")
            else:
                if not _is_encodable(identifier):
                    self._report(row.line, ID, "is too long for a photo's id when encoded")
                yield IndexedRow(identifier, row.line, State.GOOD, self.form.kept(row.packed))

    def _add_nameless(self, row: Row) -> None:
        if row.reason:
            self.nameless.add(RowProblem(row.line, "", row.reason, self.file))
            return
        reason = "is empty or not an id that can be used"
        self._report(row.line, ID, reason)
        self.nameless.add(RowProblem(row.line, ID, reason, self.file))

    def _report(self, line: int, column: str, reason: str) -> None:
        self.problems.add(RowProblem(line, column, reason, self.file))


def _is_encodable(identifier: str) -> bool:
    try:
        encoded_id(identifier)
    except InvalidExternalImageIdError:
        return False
    return True
