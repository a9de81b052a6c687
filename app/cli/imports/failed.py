"""What failed or was skipped, photo by photo: a table for people, CSV and JSON for programs."""

import csv
import json
import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from itertools import islice

from rich.markup import escape
from rich.table import Table

from app.api.schemas.imports import ImportItemOut
from app.cli.console import console
from app.cli.imports.reasons import MEANINGS

_COLUMNS = (
    "position",
    "external_image_id",
    "view",
    "reason",
    "detail",
    "attempts",
    "settled_at",
    "location",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHOWN = 50


def as_csv(items: Iterable[ImportItemOut]) -> None:
    """Write CSV as it comes; a cell that a spreadsheet would run gets an apostrophe first."""
    with _pipe():
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(_COLUMNS)
        for item in items:
            known = item.model_dump(mode="json")
            table.writerow([_cell(known[name]) for name in _COLUMNS])


def as_json(items: Iterable[ImportItemOut]) -> None:
    """Write a JSON list as it comes."""
    with _pipe():
        sys.stdout.write("[")
        for i, item in enumerate(items):
            sys.stdout.write(",\n " if i else "\n ")
            sys.stdout.write(json.dumps(item.model_dump(mode="json")))
        sys.stdout.write("\n]\n")


def as_table(items: Iterable[ImportItemOut], none: str) -> None:
    """Show the first of them to people, and what their reasons mean; or `none`."""
    rest = iter(items)
    first = list(islice(rest, _SHOWN))
    if not first:
        console.print(none)
        return
    table = Table(expand=True)
    table.add_column("no.", justify="right", no_wrap=True)
    table.add_column("id", overflow="fold", max_width=30)  # one that is cut short is of no use
    table.add_column("reason", no_wrap=True)
    table.add_column("detail", no_wrap=True, overflow="ellipsis", ratio=1)
    for item in first:
        short = MEANINGS[item.reason].short if item.reason else ""
        external_image_id, detail = escape(item.external_image_id), escape(item.detail or "")
        table.add_row(str(item.position), external_image_id, short, detail)
    console.print(table)
    for reason in dict.fromkeys(item.reason for item in first if item.reason):
        meaning = MEANINGS[reason]
        console.print(f"{meaning.short} ({reason}): {meaning.sentence}", markup=False)
    if next(rest, None) is not None:
        console.print(f"These are the first {_SHOWN}; `--csv` writes all of them.", markup=False)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


@contextmanager
def _pipe() -> Generator[None]:
    """Write to a program that may have read enough, as `head` has."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
