"""The tables of an evaluation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from adapters.evaluation_paper.elements import Html, element, grid
from app.domain.evaluation import (
    Evaluation,
    GroupFigures,
    MissAtFalsePositiveRate,
    RankPoint,
    Rate,
    SharedThreshold,
)
from app.domain.evaluation.told import between, counted, doubts_of, not_to_be_quoted, percent

_SHOWN: Final = 50  # of failures and doubts; the JSON has the others
_DASH: Final = "-"


def by_rank(points: Sequence[RankPoint]) -> Html:
    """Return FNIR at ranks, with threshold 0."""
    rows = ((str(one.rank), *_rate(one.fnir)) for one in points)
    titles = ("Rank", "Missed", "FNIR", "95 % interval", "Remark")
    return grid(
        "Searches whose person is not among the first candidates, threshold 0", titles, rows
    )


def by_false_positives(points: Sequence[MissAtFalsePositiveRate]) -> Html:
    """Return FNIR at thresholds that let so many searches of others through."""
    titles = (
        "FPIR at most",
        "Similarity (raw score)",
        "FPIR measured",
        "Missed",
        "FNIR",
        "95 % interval",
        "Remark",
    )
    caption = "Searches whose person does not reach the threshold, at whatever rank"
    return grid(caption, titles, map(_miss, points))


def by_group(column: str, shared: SharedThreshold) -> Html:
    """Return the error rates of every group at one threshold."""
    titles = (
        column.replace("_", " ").capitalize(),
        "People, probes",
        "False matches",
        "False match rate",
        "False non-matches",
        "False non-match rate",
        "FNIR at rank 1",
        "Remark",
    )
    return grid(
        f"All groups at the raw score {shared.threshold:.4f} (similarity "
        f"{shared.similarity:.1f}), which gives a false match rate of "
        f"{percent(shared.false_match_rate)} over all comparisons",
        titles,
        map(_group, shared.groups),
    )


def readings(evaluation: Evaluation) -> Html:
    """Return how many photos could not be used."""
    reading = evaluation.reading
    rows = (
        ("No face found, or unreadable", *_tried(reading.failure_to_detect)),
        ("Not enrolled in the gallery", *_tried(reading.failure_to_enrol)),
        ("Not searched", *_tried(reading.failure_to_search)),
    )
    titles = ("Photos", "Count", "Rate", "95 % interval", "Remark")
    return grid("Each of them counts as a miss in the figures above", titles, rows)


def failures(evaluation: Evaluation) -> Iterator[Html]:
    """Yield which photos they were."""
    every = evaluation.reading.failures
    if every:
        rows = ((one.image, one.person, one.role, one.reason) for one in every[:_SHOWN])
        yield grid("Photos that could not be used", ("Photo", "Person", "Part", "Reason"), rows)
        yield from _more(len(every))


def doubts(evaluation: Evaluation) -> Iterator[Html]:
    """Yield the pairs that look mislabelled."""
    rows = (
        (
            one.image,
            one.person,
            one.other_image,
            one.other_person,
            f"{one.similarity:.1f}",
            one.kind.replace("_", " "),
        )
        for one in evaluation.doubts[:_SHOWN]
    )
    titles = ("Photo", "Person", "Other photo", "Its person", "Similarity", "Why")
    yield grid("Pairs whose labels somebody should check; none was left out", titles, rows)
    yield from _more(len(evaluation.doubts))


def _more(count: int) -> Iterator[Html]:
    if count > _SHOWN:
        yield element("p", f"And {count - _SHOWN:,} more, which the JSON lists.", class_="faint")


def _rate(rate: Rate) -> tuple[str, str, str, str]:
    value = _DASH if rate.value is None else percent(rate.value)
    return counted(rate), value, between(rate.interval), not_to_be_quoted(rate)


def _tried(rate: Rate) -> tuple[str, str, str, str]:
    return _rate(rate) if rate.n else (_DASH, _DASH, _DASH, "not measured")


def _miss(point: MissAtFalsePositiveRate) -> Sequence[str]:
    first = percent(point.fpir)
    if point.threshold is None or point.measured_fpir is None or point.fnir is None:
        return first, _DASH, _DASH, _DASH, _DASH, _DASH, f"not estimable: {point.why_not}"
    similarity = _DASH if point.similarity is None else f"{point.similarity:.1f}"
    at = f"{similarity} ({point.threshold:.4f})"
    figures = _rate(point.fnir)[:3]
    return first, at, counted(point.measured_fpir), *figures, doubts_of(point)


def _group(one: GroupFigures) -> Sequence[str]:
    first = next((point.fnir for point in one.fnir if point.rank == 1), None)
    rates = {"false matches": one.false_match, "false non-matches": one.false_nonmatch}
    return (
        one.group,
        f"{one.people:,}, {one.probes:,}",
        counted(one.false_match),
        _with_interval(one.false_match),
        counted(one.false_nonmatch),
        _with_interval(one.false_nonmatch),
        _DASH if first is None else f"{_with_interval(first)}, {counted(first)}",
        "; ".join(filter(None, (one.warning, *_not_estimable(rates | _named("FNIR", first))))),
    )


def _named(name: str, rate: Rate | None) -> dict[str, Rate]:
    return {name: rate} if rate else {}


def _not_estimable(rates: Mapping[str, Rate]) -> Iterator[str]:
    """Yield each reason once, with the rates that it keeps from being quoted."""
    whys = [rate.not_estimable for rate in rates.values()]
    for why in dict.fromkeys(filter(None, whys)):
        whose = ", ".join(name for name, rate in rates.items() if rate.not_estimable == why)
        yield f"not estimable: {whose} ({why})"


def _with_interval(rate: Rate) -> str:
    if rate.value is None:
        return _DASH
    return f"{percent(rate.value)} ({between(rate.interval)})"
