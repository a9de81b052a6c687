"""What became of an import, to be read and to be filed."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.api.schemas.imports import ImportProgressOut, ReasonOut
from app.cli.console import CommandError
from app.cli.imports.reasons import MEANINGS, SKIPPED
from app.cli.imports.words import (
    about,
    asked_of,
    counted,
    lasted,
    moment,
    number,
    source_of,
    speed,
    state_of,
)
from app.domain.imports import FacesRule

_WIDTH = 78
_LABEL = 12


def as_json(progress: ImportProgressOut) -> dict[str, Any]:
    """Return it for programs: the answer of the service, and what its reasons mean."""
    meanings = {one.reason.value: MEANINGS[one.reason].sentence for one in progress.counts.reasons}
    facts = {"duration_seconds": _seconds(progress), "photos_a_second": _rate(progress)}
    return progress.model_dump(mode="json") | facts | {"meanings": meanings}


def as_text(progress: ImportProgressOut) -> str:
    """Return it for people."""
    return "\n".join(_lines(progress)) + "\n"


def write(path: Path, progress: ImportProgressOut) -> None:
    """File it: JSON where the name ends so, else text; CommandError."""
    as_program = path.suffix.lower() == ".json"
    content = json.dumps(as_json(progress), indent=1) + "\n" if as_program else as_text(progress)
    try:
        path.write_text(content, "utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error


def check_writable(path: Path | None) -> None:
    """Raise CommandError where a summary could not be filed, before hours have passed."""
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise CommandError(f"{path} cannot be written: name a file in a folder that exists.")


def _lines(progress: ImportProgressOut) -> Iterator[str]:
    title = f"Candid import {progress.import_id}: {state_of(progress)}"
    yield title
    yield "=" * len(title)
    for name, value in _facts(progress):
        yield from _wrapped(f"{name:<{_LABEL}}", value)
    if progress.trouble:
        yield from _wrapped(f"{'Trouble':<{_LABEL}}", progress.trouble)
    yield from _estimated(progress)
    reasons = progress.counts.reasons
    skipped = [one for one in reasons if one.reason in SKIPPED]
    failed = [one for one in reasons if one.reason not in SKIPPED]
    yield from _explained("Skipped by a rule:", skipped)
    if skipped:
        yield ""
        yield f"Each of them: candid import failures {progress.import_id} --skipped"
    yield from _explained("Failed; these are to be looked at:", failed)
    if failed:
        yield ""
        yield f"Each of them: candid import failures {progress.import_id}"
        if not progress.dry_run:
            yield f"Once mended:  candid import retry {progress.import_id}"


def _facts(progress: ImportProgressOut) -> Iterator[tuple[str, str]]:
    counts = progress.counts
    yield "Source", source_of(progress)
    yield "Takes", asked_of(progress)
    if progress.faces is FacesRule.LARGEST:
        yield "Faces", "the largest of several"
    by = "the schedule" if progress.scheduled else progress.started_by
    yield "Started", f"{moment(progress.started_at)}, by {by}"
    if progress.ended_at is not None:
        yield "Ended", f"{moment(progress.ended_at)}, after {lasted(_seconds(progress))}"
    again = counted(progress.duplicates, "entry named", "entries named")
    more = f" ({again} a photo once more)" if progress.duplicates else ""
    yield "Listed", f"{counted(counts.total, 'photo', 'photos')}{more}"
    if not progress.dry_run:
        yield "Indexed", number(counts.indexed)
    yield "Skipped", number(counts.skipped)
    yield "Failed", number(counts.failed)
    if counts.waiting or progress.dry_run:
        yield ("To index" if progress.dry_run else "Not done"), number(counts.waiting)
    rate = _rate(progress)
    if rate is not None and not progress.dry_run:
        yield "Speed", f"{speed(rate)}, from the start to the end"


def _estimated(progress: ImportProgressOut) -> Iterator[str]:
    estimate = progress.estimate
    if not progress.dry_run:
        return
    yield ""
    yield "A dry run: nothing was indexed."
    if estimate is None or estimate.seconds is None:
        yield "How long the import would take cannot be said: no photo could be tried."
    else:
        tried = counted(estimate.sampled, "photo", "photos")
        yield f"The import would take {about(estimate.seconds)} on this machine ({tried} tried)."
    if estimate is not None and estimate.dollars is not None:
        yield f"The face engine's provider would charge about ${estimate.dollars:,.2f}."


def _explained(title: str, reasons: Sequence[ReasonOut]) -> Iterator[str]:
    if reasons:
        yield ""
        yield title
    for one in reasons:
        meaning = MEANINGS[one.reason]
        yield from _wrapped(f"{number(one.count):>9}  ", f"{meaning.short}: {meaning.sentence}")


def _wrapped(label: str, text: str) -> Sequence[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    )


def _seconds(progress: ImportProgressOut) -> float:
    ended = progress.ended_at or progress.as_of
    return max(0.0, round((ended - progress.started_at).total_seconds(), 1))


def _rate(progress: ImportProgressOut) -> float | None:
    seconds = _seconds(progress)
    indexed = progress.counts.indexed
    return round(indexed / seconds, 3) if seconds > 0 and indexed else None
