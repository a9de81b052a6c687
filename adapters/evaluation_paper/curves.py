"""The curves of an evaluation: CMC, DET and scores."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from adapters.evaluation_paper.elements import Html
from adapters.evaluation_paper.plots import FIRST, INK, SECOND, THIRD, figure
from app.domain.evaluation import (
    LEAST_EVENTS,
    Histogram,
    OpenSet,
    RankPoint,
    Role,
    TradeOffPoint,
)
from app.domain.evaluation.told import percent

_PERCENT: Final = FuncFormatter(lambda share, _: f"{100 * share:g} %")
_DASHES: Final = ("--", ":", "-.", (0, (1, 4)))  # one a threshold
_MANY: Final = 20  # ranks, beyond which not each of them stands on the axis
_ROOM: Final = 1.15  # of a logarithmic axis beyond what is on it


def cmc(open_set: OpenSet) -> Iterator[Html]:
    """Yield the cumulative match characteristic, where there is one."""
    points = [one for one in open_set.cmc if one.fnir.value is not None]
    if not points:
        return
    told = ", ".join(
        f"{percent(1 - (one.fnir.value or 0))} at rank {one.rank}" for one in _some(points)
    )

    def draw(axes: Axes) -> None:
        ranks = [one.rank for one in points]
        axes.plot(ranks, [1 - (one.fnir.value or 0) for one in points], color=FIRST)
        bounds = [one.fnir.interval for one in points]
        low = [1 - (one.high or 1.0) if one else 1.0 for one in bounds]
        high = [1 - one.low if one else 0.0 for one in bounds]
        axes.fill_between(ranks, low, high, color=FIRST, alpha=0.18, linewidth=0)
        axes.set(xlabel="rank", ylabel="right person within this rank")
        axes.set_ylim(top=1.0)
        axes.set_xticks([1, *range(10, ranks[-1] + 1, 10)] if ranks[-1] >= _MANY else ranks)
        axes.yaxis.set_major_formatter(_PERCENT)

    yield figure(
        "cmc",
        "How far down the right person comes (CMC)",
        f"The right person came back within a rank in {told}. The band is the interval of 95 %; "
        "the vertical scale does not begin at 0.",
        draw,
    )


def det(open_set: OpenSet, photos: Mapping[Role, int]) -> Iterator[Html]:
    """Yield the detection error trade-off, where there are errors of both kinds.

    The line is whole where enough errors of both kinds stand behind it, and dashed elsewhere.
    """
    points = [one for one in open_set.det if one.fpir > 0 and one.fnir > 0]
    if len(points) < 2:  # noqa: PLR2004 - ends of a line
        return
    sure = [one for one in points if _has_enough_errors(one, photos)]
    whose = "searches" if points[0].people is None else "people"

    def draw(axes: Axes) -> None:
        for line, dashes in ((points, "--"), (sure, "-")):
            axes.plot([one.fpir for one in line], [one.fnir for one in line], dashes, color=FIRST)
        axes.set(xscale="log", yscale="log", xlabel="FPIR: others return somebody")
        axes.set_ylabel("FNIR: the right person is missed")
        axes.xaxis.set_major_formatter(_PERCENT)
        axes.yaxis.set_major_formatter(_PERCENT)
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda _, __: ""))
        axes.set_ylim(top=min(1.0, max(one.fnir for one in points) * _ROOM))

    yield figure("det", "What a threshold trades (DET)", _ends_told(sure, whose), draw)


def _has_enough_errors(point: TradeOffPoint, photos: Mapping[Role, int]) -> bool:
    """Say whether LEAST_EVENTS people stand behind both rates of a point; of old, searches."""
    if point.people is not None:
        return point.people >= LEAST_EVENTS
    false_positives = point.fpir * photos.get(Role.PROBE_NONMATED, 0)
    misses = point.fnir * photos.get(Role.PROBE_MATED, 0)
    return min(round(false_positives), round(misses)) >= LEAST_EVENTS


def _ends_told(sure: Sequence[TradeOffPoint], whose: str) -> str:
    few = f"fewer than {LEAST_EVENTS} {whose} stand behind one of the two rates: not estimable"
    if not sure:
        return f"All of it is dashed, for {few}. Lower and further left is better."
    first, last = sure[0], sure[-1]
    return (
        f"From {percent(first.fpir)} of other people's searches that bring back somebody and "
        f"{percent(first.fnir)} of people missed, to {percent(last.fpir)} and "
        f"{percent(last.fnir)}. Where the line is dashed, {few}. Lower and further left is better."
    )


def scores(
    open_set: OpenSet, score: str, thresholds: Sequence[tuple[str, float]]
) -> Iterator[Html]:
    """Yield the histograms of scores, with named thresholds in the first."""

    def best(axes: Axes) -> None:
        _bars(axes, open_set.nonmated_scores, SECOND, "other people's best")
        _bars(axes, open_set.mated_scores, FIRST, "the right person's")
        for dashes, (name, threshold) in zip(_DASHES, thresholds, strict=False):
            axes.axvline(threshold, color=INK, linewidth=1.1, linestyle=dashes, label=name)
        axes.set(xlabel=f"raw score ({score})", ylabel="share of searches")
        axes.yaxis.set_major_formatter(_PERCENT)
        axes.legend(loc="upper left", fontsize=8.5)

    def compared(axes: Axes) -> None:
        _bars(axes, open_set.comparison_scores, THIRD, "")
        axes.set(xlabel=f"raw score ({score})", ylabel="share of comparisons", yscale="log")

    yield figure(
        "best-scores",
        "Best scores of searches",
        "For people in the gallery the score of the right person, for others the best score of "
        "anybody. Where the two overlap no threshold tells them apart.",
        best,
    )
    if sum(open_set.comparison_scores.counts):
        yield figure(
            "comparison-scores",
            "Scores of different people",
            f"{sum(open_set.comparison_scores.counts):,} comparisons of photos of different "
            "people; the vertical scale is logarithmic.",
            compared,
        )


def _bars(axes: Axes, histogram: Histogram, color: str, label: str) -> None:
    count = len(histogram.counts)
    width = (histogram.high - histogram.low) / count
    edges = [histogram.low + place * width for place in range(count + 1)]
    every = sum(histogram.counts) or 1
    shares = [one / every for one in histogram.counts]
    axes.stairs(shares, edges, fill=True, color=color, alpha=0.55, label=label or None)


def _some(points: Sequence[RankPoint]) -> Iterator[RankPoint]:
    wanted = {1, 5, 20, points[-1].rank}
    return (one for one in points if one.rank in wanted)
