"""The terminal summary of an evaluation: k of n beside every rate."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.cli.evaluate.words import (
    doubted,
    in_contrast,
    in_words,
    interval,
    measured_on,
    share,
)
from app.domain.evaluation import Evaluation, GroupedBy, Rate, SharedThreshold
from app.domain.evaluation.told import doubts_of
from app.domain.evaluation.told_groups import (
    TOO_FEW_COMPARISONS,
    compared_at,
    contrasts,
    counted_in_groups,
)

_DOUBTS_SHOWN = 10


def show(console: Console, evaluation: Evaluation) -> None:
    """Print what was measured, and the figures that matter; --json has all of them."""
    console.print(Text(measured_on(evaluation.facts)))
    console.print(_readings(evaluation))
    console.print(_investigation(evaluation))
    console.print(_identification(evaluation))
    for grouped in evaluation.by_group:
        _show_groups(console, grouped)
    _show_doubts(console, evaluation)
    for remark in evaluation.remarks:
        console.print(Text(f"Note: {remark}"))


def _readings(evaluation: Evaluation) -> Table:
    table = _table("Photos that could not be used (each counts as a miss below)")
    reading = evaluation.reading
    for name, rate in (
        ("No face found, or unreadable, of all photos", reading.failure_to_detect),
        ("Not enrolled, of the gallery", reading.failure_to_enrol),
        ("Not searched, of the probes", reading.failure_to_search),
    ):
        table.add_row(name, *(_cells(rate) if rate.n else ("not measured", "", "")))
    return table


def _investigation(evaluation: Evaluation) -> Table:
    table = _table(
        "Investigation: searches whose person was not among the first people (FNIR, threshold 0)"
    )
    for point in evaluation.open_set.investigation:
        table.add_row(f"First {point.rank}" if point.rank > 1 else "First", *_cells(point.fnir))
    return table


def _identification(evaluation: Evaluation) -> Table:
    table = _table(
        "Identification: misses at the threshold that so many searches for people who are not "
        "enrolled exceed (FNIR at FPIR)"
    )
    for point in evaluation.open_set.identification:
        name = f"FPIR {point.fpir:g}"
        if point.fnir is None or point.threshold is None:
            table.add_row(name, "not estimable", "", point.why_not)
        else:
            at = f"threshold {point.threshold:.4f}, shown as {point.similarity:.1f}"
            count, figure, _ = _cells(point.fnir)
            table.add_row(name, count, figure, "; ".join(filter(None, (doubts_of(point), at))))
    return table


def _show_groups(console: Console, grouped: GroupedBy) -> None:
    shared = compared_at(grouped)
    if shared is None:
        console.print(Text(f"By {grouped.column}: {TOO_FEW_COMPARISONS}."))
        return
    console.print(_groups(grouped, shared))
    for contrast in contrasts(shared):
        console.print(Text(f"  {contrast.errors}: {in_contrast(contrast)}"))
    for said in counted_in_groups(grouped):
        console.print(Text(f"  {said}"))


def _groups(grouped: GroupedBy, shared: SharedThreshold) -> Table:
    table = Table(
        title=Text(
            f"By {grouped.column}, one threshold for all: {shared.threshold:.4f}, shown as "
            f"{shared.similarity:.1f}, false match rate {shared.false_match_rate:g} over all"
        ),
        title_justify="left",
    )
    for name in ("Group", "People", "False match rate", "False non-match rate", ""):
        table.add_column(name)
    for group in shared.groups:
        table.add_row(
            Text(group.group),
            f"{group.people:,}",
            in_words(group.false_match),
            in_words(group.false_nonmatch),
            Text(group.warning or ""),
        )
    return table


def _show_doubts(console: Console, evaluation: Evaluation) -> None:
    if not evaluation.doubts:
        return
    console.print(Text("Labels to check; nothing was left out because of them:"))
    for doubt in evaluation.doubts[:_DOUBTS_SHOWN]:
        console.print(Text(f"  {doubted(doubt)}"))
    if (more := len(evaluation.doubts) - _DOUBTS_SHOWN) > 0:
        console.print(Text(f"  and {more} more (--json has them)"))


def _table(title: str) -> Table:
    table = Table(title=Text(title), title_justify="left", show_header=False)
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify)
    table.add_column()
    return table


def _cells(rate: Rate) -> Sequence[str]:
    figure = f"{share(rate)}  ({interval(rate)})" if rate.n else ""
    return f"{rate.k:,} of {rate.n:,}", figure, rate.not_estimable or ""
