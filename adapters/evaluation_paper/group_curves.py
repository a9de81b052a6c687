"""The groups of an evaluation beside each other."""

from collections.abc import Iterator, Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from adapters.evaluation_paper.elements import Html
from adapters.evaluation_paper.plots import FIRST, INK, figure
from app.domain.evaluation import GroupFigures, Rate, SharedThreshold
from app.domain.evaluation.told import between, counted, percent

_PERCENT: Final = FuncFormatter(lambda share, _: f"{100 * share:g} %")
_NOWHERE: Final = FuncFormatter(lambda _, __: "")
_BEYOND: Final = 3  # times the least that is drawn, as far as the left edge reaches below it
_ARROW: Final = {"arrowstyle": "->", "color": FIRST, "linewidth": 1.8}


def groups(name: str, column: str, shared: SharedThreshold) -> Iterator[Html]:
    """Yield the false match rates of the groups that are large enough, where there are any.

    A group without a false match is shown by its upper bound, and an interval that reaches down to
    none by an arrow to the edge.
    """
    shown = [one for one in shared.groups if one.has_false_matches_to_compare]
    if not shown:
        return
    left = min(_positive_ends(shown, shared.false_match_rate)) / _BEYOND

    def draw(axes: Axes) -> None:
        for place, one in enumerate(reversed(shown)):
            _draw_rate(axes, place, one.false_match, left)
        axes.axvline(shared.false_match_rate, color=INK, linewidth=1, linestyle="--")
        axes.set(xscale="log", xlabel="false match rate")
        axes.set_xlim(left=left)
        axes.set_yticks(range(len(shown)), [one.group for one in reversed(shown)])
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.xaxis.set_major_formatter(_PERCENT)
        axes.xaxis.set_minor_formatter(_NOWHERE)

    told = "; ".join(f"{one.group} {_told(one.false_match)}" for one in shown)
    small = ", ".join(one.group for one in shared.groups if one not in shown)
    yield figure(
        name,
        f"False match rate by {column}",
        f"At one threshold: {told}. The lines are intervals of 95 %, those with an arrow reach "
        f"down to none; the dashed line is the rate over all, {percent(shared.false_match_rate)}."
        + (f" Left out, for too few people: {small}." if small else ""),
        draw,
    )


def _draw_rate(axes: Axes, place: int, rate: Rate, left: float) -> None:
    if rate.value:
        axes.plot(rate.value, place, "o", color=FIRST)
    if rate.interval is None or not rate.interval.high:
        return
    if rate.interval.low:
        axes.plot([rate.interval.low, rate.interval.high], [place, place], color=FIRST)
    else:
        axes.plot(rate.interval.high, place, "|", color=FIRST)
        axes.annotate("", (left, place), (rate.interval.high, place), arrowprops=_ARROW)


def _positive_ends(shown: Sequence[GroupFigures], over_all: float) -> Iterator[float]:
    """Yield all that has a place on a logarithmic axis."""
    yield over_all
    for one in shown:
        interval = one.false_match.interval
        ends = (interval.low, interval.high) if interval else ()
        yield from (end for end in (one.false_match.value, *ends) if end)


def _told(rate: Rate) -> str:
    """Return a rate with its interval, or the interval alone where the rate is not to be quoted."""
    if rate.not_estimable:
        return f"{between(rate.interval)} ({counted(rate)})"
    return f"{percent(rate.value or 0)} ({between(rate.interval)})"
