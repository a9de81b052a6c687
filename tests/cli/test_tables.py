"""Tables of ids at 80 columns, where a terminal is that wide and where none is there."""

import io
from uuid import uuid4

from rich.console import Console

from app.cli.tables import about_table


def _drawn(known: str, *lines: str) -> list[str]:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(about_table("id", "about", [(known, lines)]))
    return console.export_text().splitlines()


def _first_cells(drawn: list[str]) -> str:
    return "".join(line.split("│")[1].strip() for line in drawn if line.startswith("│"))


def test_an_id_stays_in_one_line_beside_whatever_is_said_about_it() -> None:
    known, authority = str(uuid4()), "letter of the district attorney of the 22nd circuit " * 3

    drawn = _drawn(known, "case [26-001234]", authority, "placed 2026-11-02T10:00:00.000Z by ann")

    assert sum(known in line for line in drawn) == 1
    assert "case [26-001234]" in "\n".join(drawn)
    assert max(map(len, drawn)) == 80


def test_an_id_too_long_for_a_line_goes_on_in_the_next() -> None:
    known = "x" * 200 + "end"

    drawn = _drawn(known, "about " * 40)

    assert _first_cells(drawn) == known
    assert max(map(len, drawn)) == 80
