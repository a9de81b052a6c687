"""The bookings of the contract suite in files of every format, other column names among them."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from itertools import accumulate
from pathlib import Path
from typing import Final

import openpyxl

from adapters.field_mapping import FieldMapping
from adapters.jms.contract.bookings import BOOKINGS, FIELDS
from adapters.jms.file import FileJms, FileShape, Layout

Written = Callable[[Path], FileJms]
_ROWS: Final = tuple(BOOKINGS.values())


def of_csv(folder: Path) -> FileJms:
    return FileJms(_csv(folder / "bookings.csv", FIELDS, _ROWS), UTC)


def of_json_lines(folder: Path) -> FileJms:
    path = folder / "bookings.jsonl"
    path.write_text("".join(json.dumps(fields) + "\n" for fields in _ROWS), "utf-8")
    return FileJms(path, UTC)


def of_mapped_csv(folder: Path) -> FileJms:
    """Column `No 7 of Export` holds booking_number, and so on."""
    names = {name: f"No {number} of Export" for number, name in enumerate(FIELDS)}
    rows = ({names[name]: value for name, value in row.items()} for row in _ROWS)
    path = _csv(folder / "bookings.csv", tuple(names.values()), rows)
    return FileJms(path, UTC, shape=FileShape(mapping=_mapping(folder, names)))


def of_mapped_json_lines(folder: Path) -> FileJms:
    path = folder / "bookings.jsonl"
    rows = ({"row": {f"{name}X": value for name, value in row.items()}} for row in _ROWS)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    mapping = _mapping(folder, {name: f"row.{name}X" for name in FIELDS})
    return FileJms(path, UTC, shape=FileShape(mapping=mapping))


def of_fixed_width(folder: Path) -> FileJms:
    path = folder / "bookings.txt"
    widths = {name: max(len(row[name]) for row in _ROWS) + 1 for name in FIELDS}
    starts = accumulate(widths.values(), initial=1)
    places = {
        name: {"start": start, "width": width}
        for (name, width), start in zip(widths.items(), starts, strict=False)
    }
    texts = ["".join(row[name].ljust(widths[name]) for name in FIELDS) for row in _ROWS]
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    (folder / "layout.yaml").write_text(json.dumps({"columns": places}), "utf-8")
    return FileJms(path, UTC, shape=FileShape(layout=Layout.load(folder / "layout.yaml")))


def of_excel(folder: Path) -> FileJms:
    path = folder / "bookings.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (FIELDS, *(row.values() for row in _ROWS)):
        sheet.append(list(row))
    book.save(path)
    return FileJms(path, UTC)


def of_deltas(folder: Path) -> FileJms:
    """The export has other rows under each id, and one that a delta takes away."""
    old = [{"external_image_id": row["external_image_id"]} for row in _ROWS]
    path = _csv(folder / "bookings.csv", ("external_image_id",), [*old, {"external_image_id": "D"}])
    half = len(_ROWS) // 2
    _csv(folder / "bookings-delta-1.csv", FIELDS, _ROWS[half:])
    _csv(
        folder / "bookings-delta-2.csv",
        (*FIELDS, "deleted"),
        [*_ROWS[:half], {"external_image_id": "D", "deleted": "Y"}],
    )
    return FileJms(path, UTC, shape=FileShape(deltas="bookings-delta-*.csv"))


SHAPES: Final[Mapping[str, Written]] = {
    "csv": of_csv,
    "jsonl": of_json_lines,
    "mapped csv": of_mapped_csv,
    "mapped jsonl": of_mapped_json_lines,
    "fixed width": of_fixed_width,
    "excel": of_excel,
    "deltas": of_deltas,
}


def _csv(path: Path, head: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *([row.get(name, "") for name in head] for row in rows)])
    return path


def _mapping(folder: Path, expressions: Mapping[str, str]) -> FieldMapping:
    path = folder / "mapping.yaml"
    fields = {name: text for name, text in expressions.items() if name != "pod"}
    codes = {"status": {"": "active", "SEALED": "sealed"}}
    written = {"fields": fields, "codes": codes, "extra": {"pod": expressions["pod"]}}
    path.write_text(json.dumps(written), "utf-8")
    return FieldMapping.load(path)
