"""Tables of ids: right at 80 columns, and each id there to be copied."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

_IN_ONE_LINE = 40


def about_table(title: str, about: str, rows: Sequence[tuple[str, Iterable[str]]]) -> Table:
    """Show ids, and beside each in lines what is to be said about it."""
    table = Table(show_lines=True)
    add_ids(table, title, [known for known, _ in rows])
    table.add_column(about, overflow="fold")
    for known, lines in rows:
        table.add_row(escape(known), escape("\n".join(lines)))
    return table


def add_ids(table: Table, title: str, ids: Iterable[str], in_one_line: int = _IN_ONE_LINE) -> None:
    """Add a column that keeps ids whole; one that is too long for a line goes on in the next."""
    longest = max(map(len, ids), default=0)
    table.add_column(title, no_wrap=longest <= in_one_line, overflow="fold")
