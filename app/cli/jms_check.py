"""`candid jms check`: tries the connection to the JMS, and says what came of every field."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.console import console, progress
from app.domain.booking import RecordStatus
from app.domain.booking_fields import STATUS_COLUMNS
from app.domain.encoded_ids import decoded_id
from app.domain.mapped_fields import NOTHING_TO_MEND
from app.domain.record_status import FLAGS
from app.logs import configure_logs
from app.services.check_jms import Answered, CheckJms, FieldTally, Listed, tallied
from app.settings import Settings
from app.wiring.jms_check import opened_jms_check

_TO_MEND: Final = 1  # 2 is any error
_LONGEST: Final = 60
_PROBLEMS_SHOWN: Final = 5


def check(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Bookings to look at; else some that are listed."),
    ] = None,
    *,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Print what was read: a person's data.")
    ] = False,
    sample: Annotated[
        int, typer.Option(min=1, max=100, metavar="N", help="So many of those that are listed.")
    ] = 3,
) -> None:
    """Try the jail management system: does it answer, list photos, and what is read of bookings.

    Says field by field what came out and what did not, without the values. Exit code: 0 all is
    well, 1 something is to mend, 2 an error.
    """
    settings = Settings.read()
    is_chosen = "log_level" in settings.model_fields_set
    configure_logs(settings.log_level if is_chosen else "error")
    own = [decoded_id(one) for one in ids or ()]
    is_well = asyncio.run(_checked(settings, own, sample, show_values=show_values))
    sys.exit(0 if is_well else _TO_MEND)


async def _checked(
    settings: Settings, ids: Sequence[str], sample: int, *, show_values: bool
) -> bool:
    async with opened_jms_check(settings) as checking:
        with progress("Asking"):
            failure = await checking.ping()
        _print(f"It does not answer a ping: {failure}" if failure else "It answers a ping.")
        with progress("Listing photos"):
            listed = await checking.listed()
        _print_listed(listed)
        are_photos_well = await _photo_checked(checking, listed)
        asked = list(dict.fromkeys(ids or [ref.external_image_id for ref in listed.photos]))
        with progress("Asking for bookings"):
            answers = [await checking.booking(one) for one in asked[: len(ids) or sample]]
        _print_answers(answers)
        is_alike = await _asked_together(checking, answers)
    tallies = tallied(answers)
    if tallies:
        console.print(
            _table(tallies, sum(bool(one.readings) for one in answers), show_values=show_values)
        )
    is_read = not any(_to_mend(one) for one in tallies)
    is_hiding_read = _hiding_checked(tallies)
    is_found = bool(answers) and all(one.status is not None for one in answers)
    is_listed = listed.failure is None and not listed.problems
    is_well = (failure is None, is_listed, are_photos_well, is_read, is_found, is_alike)
    return is_hiding_read and all(is_well)


async def _photo_checked(checking: CheckJms, listed: Listed) -> bool:
    if not listed.photos:
        return True
    with progress("Fetching a photo"):
        photo = await checking.photo(listed.photos[0])
    if isinstance(photo, str):
        _print(f"The first photo cannot be had: {photo}")
        return False
    _print(f"The first photo has {photo:,} bytes.")
    return True


async def _asked_together(checking: CheckJms, answers: Sequence[Answered]) -> bool:
    """Ask for all at once, as a search does: a batch may be wrong though each alone is right."""
    if len(answers) <= 1 or all(one.failure for one in answers):
        return True
    with progress("Asking for all at once"):
        apart = await checking.otherwise(answers)
    for one in apart:
        said = f"has other {', '.join(one.fields)}" if one.fields else _outcome(one.answered)
        _print(f"{one.answered.identifier}: asked for with the others, as by a search, {said}")
    if not apart:
        _print(f"Asked for all {len(answers)} at once, as by a search, it says the same of each.")
    return not apart


def _print_listed(listed: Listed) -> None:
    if listed.failure or listed.cannot:
        _print(f"It lists no photos: {listed.failure or listed.cannot}")
        return
    more = "and leads to another page" if listed.has_more else "and is the only one"
    _print(f"The first page of front views has {len(listed.photos)} photos, {more}.")
    for problem in listed.problems[:_PROBLEMS_SHOWN]:
        _print(f"An entry cannot be used: {problem.name}: {problem.detail}")
    if len(listed.problems) > _PROBLEMS_SHOWN:
        _print(f"{len(listed.problems) - _PROBLEMS_SHOWN} more entries cannot be used.")


def _print_answers(answers: Sequence[Answered]) -> None:
    if not answers:
        _print("No booking was looked at; name an id: candid jms check ID")
    for answer in answers:
        _print(f"{answer.identifier}: {_outcome(answer)}")


def _outcome(answer: Answered) -> str:
    if answer.failure is not None:
        return f"unavailable: {answer.failure}"
    if answer.status is None:
        return "not found: the JMS knows no booking under this id"
    if answer.status is RecordStatus.ACTIVE:
        return "found, and may be shown"
    return f"found, and never shown: its record status is {answer.status}"


def _hiding_checked(tallies: Sequence[FieldTally]) -> bool:
    """Warn where what hides a record may not be read: sealed records would be shown."""
    if tallies and not {one.column for one in tallies} & {*STATUS_COLUMNS, *FLAGS}:
        _print("No record status is read: every booking counts as active, and is shown.")
    unseen = [_unseen_to_mend(one) for one in tallies if one.is_unseen_mark]
    unknown = [one for one in tallies if one.sounds_like_a_mark]
    for tally in unknown:
        _print(
            f"{tally.column} hides nothing, for it is no column that is known. Where it marks "
            "records that must not be shown, rename or map it, to sealed for example; where it "
            "does not, name it under  extra:  in a mapping file."
        )
    return not any(unseen) and not unknown


def _unseen_to_mend(tally: FieldTally) -> bool:
    """Tell of a column that may hide a record and was never seen; say whether to mend it."""
    place = " ".join(tally.expression.split())
    nothing = f"{tally.column}: nothing is at {place} in any of these bookings"
    look = "should it be somewhere else, sealed records are shown. Look at one that is sealed too"
    if tally.came_out:
        _print(f"{nothing}, and codes say what that means: {look}.")
        return False
    if tally.column in STATUS_COLUMNS:  # that hides every record
        return True
    _print(
        f"{nothing}, which means no: {look}; or, where it is left out unless it is set, say so, "
        f'beside its other values:  codes: {{{tally.column}: {{"": no}}}}'
    )
    return True


def _table(tallies: Sequence[FieldTally], asked: int, *, show_values: bool) -> Table:
    table = Table()
    table.add_column("field", no_wrap=True)
    titles = ["read from", "found", "came out"]
    for title in [*titles, *(["such as"] if show_values else []), "what did not, and why"]:
        table.add_column(title, overflow="fold")
    for tally in tallies:
        found = ", ".join(_counted(kind, count, asked) for kind, count in tally.found.items())
        why = "; ".join(_counted(why, count, asked) for why, count in tally.problems.items())
        if set(tally.found) == {"nothing"} and tally.expression and not why:
            why = "nothing is there; is this where it should be?"
        shown = [tally.column, tally.expression, found, f"{tally.came_out} of {asked}"]
        shown += [_shortened(tally.example)] if show_values else []
        style = "bold red" if _to_mend(tally) else None if tally.came_out else "dim"
        table.add_row(*map(escape, [*shown, why]), style=style)
    return table


def _to_mend(tally: FieldTally) -> bool:
    return not NOTHING_TO_MEND.issuperset(tally.problems)


def _counted(text: str, count: int, asked: int) -> str:
    return text if asked == 1 else f"{text} ({count})"


def _shortened(value: object) -> str:
    text = "" if value is None else str(value)
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _print(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
