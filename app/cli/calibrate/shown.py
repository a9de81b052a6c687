"""Scales and calibrations of a gallery, for people and for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from rich.table import Table

from app.api.schemas.wire import rfc3339
from app.cli.console import console
from app.domain.curve import LEAST_OF_GROUP, Curve
from app.domain.high_confidence import not_told_apart
from app.domain.score_scale import EVENTS, ScoreScale
from app.domain.selectivity import MEANING, ExpectedFalsePositives, GalleryCalibration

_LEVELS: Final = (100.0, 10.0, 1.0, 0.1, 0.01, 0.001)
"""Other people expected; a line tells from which raw score on it is fewer."""


def show_calibration(found: GalleryCalibration, *, json: bool) -> None:
    """Print a calibration of a gallery."""
    if json:
        console.print_json(data=_as_json(found))
        return
    console.print(_calibration_table(found))
    for line in _calibration_facts(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def scale_table(scale: ScoreScale) -> Table:
    """Return the points of a scale."""
    table = Table(title="Similarity, by the share of pairs of different people at or above it")
    for title in ("similarity", "false match rate", "raw score", "pairs", "pairs of one person"):
        table.add_column(title, justify="right")
    for one in scale.points:
        mated = f"{one.mated_pairs:,}"
        if scale.data.mated_pairs:
            mated += f" ({one.mated_pairs / scale.data.mated_pairs:.1%})"
        table.add_row(
            f"{one.similarity:g}",
            f"{one.false_match_rate:.0e}",
            f"{one.raw_score:.4f}",
            f"{one.pairs:,}",
            mated,
        )
    return table


def scale_facts(scale: ScoreScale) -> Iterator[str]:
    """Yield what it was fitted on, and where it ends."""
    data = scale.data
    yield f"Scale {scale.name}, of {scale.engine} with {scale.model}."
    yield (
        f"{data.set_name} (sha256 {data.sha256[:12]}): {data.people:,} people, {data.pairs:,} "
        f"pairs of different people, {data.mated_pairs:,} of one person; "
        f"{rfc3339(data.made_at)}."
    )
    yield (
        f"It ends at {scale.top:g}: of what is rarer than {scale.ends_at:.0e}, fewer than {EVENTS} "
        "pairs are here. It is no probability that two photos show one person."
    )


def _as_json(found: GalleryCalibration) -> Mapping[str, Any]:
    """Return all that is kept: counts, of nobody in particular."""
    return {**asdict(found), "made_at": rfc3339(found.made_at)}


def _calibration_table(found: GalleryCalibration) -> Table:
    """Return where fewer other people than so many are expected, in this gallery as measured."""
    table = Table(title=f"Other people expected at a raw score or above, {MEANING}")
    for title in ("raw score", "expected", "95 % interval", "worst measured group"):
        table.add_column(title, justify="right" if title != "worst measured group" else "left")
    for raw_score, expected in _lines(found):
        table.add_row(f"{raw_score:.4f}", _number(expected), _interval(expected), _worst(expected))
    return table


def _calibration_facts(found: GalleryCalibration) -> Iterator[str]:
    """Yield what it was measured on."""
    yield f"Calibration {found.calibration_id} of {rfc3339(found.made_at)}, model {found.model}."
    yield (
        f"{found.probes:,} people, one photo each, searched among {found.people:,} people with "
        f"{found.faces:,} faces; their own photos left out."
    )
    if found.nameless:
        yield f"{found.nameless:,} faces left out: whose they are is not known."
    for curve in found.groups:
        yield f"{curve.group}: {curve.probes:,} people searched, {_seen(curve)}."
    if found.too_few:
        yield (
            f"Too few people to say anything (under {LEAST_OF_GROUP}): {', '.join(found.too_few)}."
        )
    if not found.groups:
        yield "No group was measured: without sex and race from the JMS nothing is known of them."
    yield from _comparison_facts(found)


def _comparison_facts(found: GalleryCalibration) -> Iterator[str]:
    """Yield how unequally the groups of each kind are confused, and what is not known of it."""
    for one in found.compared:
        if one.unlabelled:
            yield f"{one.unlabelled:,} people searched of whom no {one.kind} with a code is known."
    if found.doubtful_from is None and found.compared:
        yield "How groups compare is not told: their bounds were too narrow. Calibrate again."
    elif found.compared:
        yield _doubtful(found)
    for kind, differential in found.differentials().items():
        yield (
            f"By {kind}, the worst group is confused with its own people {differential.told} as "
            "often as the best."
        )


def _doubtful(found: GalleryCalibration) -> str:
    """Say which pairs may be one person under two numbers."""
    if told := not_told_apart(found):
        return (
            "How equal groups are is not known, for a look-alike may be one person under two "
            f"numbers: {told}."
        )
    return (
        f"Two people at {found.doubtful_from:.4f} or above may be one under two numbers: such "
        "pairs make a group look worse confused, never better."
    )


def _lines(found: GalleryCalibration) -> Iterator[tuple[float, ExpectedFalsePositives]]:
    at = [(raw, found.expected(raw, found.faces)) for raw in found.raw_scores]
    for level in _LEVELS:
        below = [one for one in at if one[1].expected is not None and one[1].expected <= level]
        if below and below[0][1].expected:
            yield below[0]
    yield at[-1]  # nobody was seen from here on


def _number(expected: ExpectedFalsePositives) -> str:
    return "not estimable" if expected.expected is None else f"{expected.expected:.3g}"


def _interval(expected: ExpectedFalsePositives) -> str:
    if expected.expected is None:
        return f"fewer than {expected.high:.3g}"
    return f"{expected.low:.3g} to {expected.high:.3g}"


def _worst(expected: ExpectedFalsePositives) -> str:
    worst = expected.worst_group
    return f"{worst.group}: at most {worst.high:.3g}" if worst else ""


def _seen(curve: Curve) -> str:
    return f"{sum(one > 0 for one in curve.others):,} scores reached by others"
