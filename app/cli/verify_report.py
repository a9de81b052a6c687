"""What verifying found, told to people and to programs as it goes."""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from rich.markup import escape
from rich.table import Table
from typing_extensions import override

from app.cli.console import console
from app.domain.errors import CandidError
from app.domain.verification import Finding, Found, Tally

SHOWN = 10
"""Findings of each kind that people are shown where they do not ask for all."""

_MEANS = {
    Finding.MISSING_IN_RECORDS: "the JMS lists it; not in, no reason",
    Finding.MISSING_PHOTO: "on record, not in the photo store",
    Finding.ORPHANED_PHOTO: "in the photo store, on no record",
    Finding.STALE_PHOTO: "other bytes than on record",
    Finding.MISSING_FACE: "indexed, and no search finds it",
    Finding.ORPHANED_FACE: "can be found, on no record",
    Finding.DOUBLE_FACE: "the same face twice",
    Finding.WRONG_MODEL: "of another model than the engine's",
    Finding.MISSING_KEY: "its data key is gone: unreadable",
    Finding.ORPHANED_KEY: "the data key of nothing on record",
    Finding.LEFT_INTENTS: "begun and not settled in its time",
    Finding.DOUBLE_PHOTO: "one picture, several ids (info)",
    Finding.BESIDE_FACE: "added by Rekognition calls (info)",
    Finding.UNKNOWN_TO_JMS: "the JMS knows no booking (info)",
}


class Report(Protocol):
    """Takes findings one by one, and the count in the end."""

    def add(self, found: Found) -> None:
        """Take a finding."""
        ...

    def end(self, tally: Tally, ended_at: datetime) -> None:
        """Tell the whole."""
        ...

    def fail(self, error: CandidError) -> None:
        """Tell that it came to no end."""
        ...


class PeoplesReport(Report):
    """Keeps the first of each kind, or prints all as they come; the table is last."""

    def __init__(self, *, shows_all: bool, repairs: bool) -> None:
        self._shows_all = shows_all
        self._repairs = repairs
        self._first: dict[Finding, list[Found]] = {one: [] for one in Finding}

    @override
    def add(self, found: Found) -> None:
        if self._shows_all:
            console.print(_line(found), markup=False, highlight=False, soft_wrap=True)
        elif len(self._first[found.finding]) < SHOWN:
            self._first[found.finding].append(found)

    @override
    def end(self, tally: Tally, ended_at: datetime) -> None:
        for finding, first in self._first.items():
            for found in first:
                console.print(_line(found), markup=False, highlight=False, soft_wrap=True)
            more = tally.found[finding] - len(first)
            if first and more > 0:
                console.print(f"{finding}: {more} more; --all shows them.", style="dim")
        console.print(_table(tally))
        for line in _facts(tally, ended_at):
            console.print(line, markup=False, highlight=False)
        for one in tally.not_compared:
            console.print(f"Not compared: {one.part}: {one.why}", style="yellow", markup=False)
        console.print(_verdict(tally, repairs=self._repairs), markup=False)

    @override
    def fail(self, error: CandidError) -> None:
        """Nothing: the error itself is told."""


class ProgramsReport(Report):
    """Writes one JSON document, each finding as it comes."""

    def __init__(self) -> None:
        self._begin, self._between = '{"findings": [', "\n"

    @override
    def add(self, found: Found) -> None:
        told = {
            "finding": found.finding,
            "information": found.finding.is_information,
            "external_image_id": found.external_image_id,
            "photo_key": found.photo_key,
            "face_id": found.face_id,
            "collection": found.collection,
            "detail": found.detail,
            "mended": None if found.mend is None else found.mend.is_done,
            "repair": None if found.mend is None else found.mend.what,
        }
        self._write(self._between + json.dumps(told))
        self._between = ",\n"

    @override
    def end(self, tally: Tally, ended_at: datetime) -> None:
        self._close({"summary": _summary(tally, ended_at), "error": None})

    @override
    def fail(self, error: CandidError) -> None:
        told = {"code": error.code, "detail": str(error)}
        self._close({"summary": None, "error": told})

    def _close(self, rest: Mapping[str, object]) -> None:
        self._write(f"\n], {json.dumps(rest).removeprefix('{')}\n")
        sys.stdout.flush()

    def _write(self, text: str) -> None:
        sys.stdout.write(self._begin + text)
        self._begin = ""


def _summary(tally: Tally, ended_at: datetime) -> Mapping[str, object]:
    return {
        "began_at": tally.began_at.isoformat(),
        "ended_at": ended_at.isoformat(),
        "found": {one: tally.found[one] for one in Finding},
        "mended": {one: tally.mended[one] for one in Finding},
        "left": tally.left,
        "known_reasons": dict(tally.known_reasons.most_common()),
        "withheld": tally.withheld,
        "records": tally.records,
        "looked_at": dict(tally.looked_at),
        "not_compared": [{"part": one.part, "why": one.why} for one in tally.not_compared],
    }


def _line(found: Found) -> str:
    is_kept = found.finding in {Finding.ORPHANED_PHOTO, Finding.ORPHANED_KEY}
    about = (found.photo_key if is_kept else found.external_image_id) or "(no id)"
    face = f" (face {found.face_id})" if found.face_id else ""
    mend = "" if found.mend is None else f" -> {found.mend.what}"
    return f"{found.finding}: {about}{face}: {found.detail}{mend}"


def _table(tally: Tally) -> Table:
    table = Table()
    table.add_column("finding", no_wrap=True)
    for title in ("found", "mended"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("what it means", overflow="fold")
    for finding in Finding:
        count = tally.found[finding]
        style = None if not count else "dim" if finding.is_information else "bold red"
        mended = str(tally.mended[finding]) if tally.mended[finding] else ""
        table.add_row(finding, str(count), mended, escape(_MEANS[finding]), style=style)
    return table


def _facts(tally: Tally, ended_at: datetime) -> Iterator[str]:
    seconds = (ended_at - tally.began_at).total_seconds()
    looked = ", ".join(f"{count} {part}" for part, count in tally.looked_at.items() if count)
    yield f"{tally.records} records in {seconds:.0f} s" + (f"; {looked}." if looked else ".")
    if tally.withheld:
        yield f"{tally.withheld} withheld by their record status."
    if tally.known_reasons:
        reasons = ", ".join(f"{one} {count}" for one, count in tally.known_reasons.most_common())
        yield f"Listed and not indexed, with a reason: {reasons}."


def _verdict(tally: Tally, *, repairs: bool) -> str:
    if tally.left:
        hint = "" if repairs else " `candid verify --repair` mends what can be mended."
        return f"{tally.left} findings are left.{hint}"
    if tally.not_compared:
        return "Nothing is left of what could be compared; some could not."
    told = any(tally.found[one] for one in Finding if one.is_information)
    information = " What is marked (info) is no fault." if told else ""
    return (
        f"Nothing is missing, orphaned, stale or of a wrong model; no face is double.{information}"
    )
