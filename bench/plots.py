"""Plots as SVG: the same bytes for the same figures, readable in light and in dark."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

Points = Sequence[tuple[float, float]]

_INK, _PAPER, _GRID = "#1b1f24", "#fdfdfd", "#d5d9de"
_DARK = {_INK: "#e6e8ea", _PAPER: "#16191d", _GRID: "#3a4047"}
COLOURS = ("#d1495b", "#2a7fba", "#3f9b5c", "#b07c1e", "#8a63c9", "#1f9aa0", "#b3567d", "#6b7785")
"""Of about the same contrast with both papers; the first is Candid's."""

_LABELLED = (1, 3)  # of each decade
_MARKERS = "osD^vP*X"
_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": _INK,
    "axes.facecolor": _PAPER,
    "axes.grid": True,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": _INK,
    "axes.titlelocation": "left",
    "figure.facecolor": _PAPER,
    "font.size": 10,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.labelcolor": _INK,
    "savefig.facecolor": _PAPER,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "candid",
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


@contextmanager
def _axes(title: str, x: str, y: str) -> Iterator[tuple[Figure, Axes]]:
    with mpl.rc_context(mpl.RcParams(_STYLE)):
        figure = Figure(figsize=(8, 4.6), layout="constrained")
        axes = figure.subplots()
        axes.set(title=title, xlabel=x, ylabel=y)
        yield figure, axes


def lines(
    series: Mapping[str, Points], title: str, x: str, y: str, *, log: str = "", ticks: bool = False
) -> str:
    """Draw a line a series, first series first; `log` names the axes that are logarithmic."""
    with _axes(title, x, y) as (figure, axes):
        for number, (name, points) in enumerate(series.items()):
            axes.plot(
                *zip(*points, strict=True),
                label=name,
                color=COLOURS[number % len(COLOURS)],
                marker=_MARKERS[number % len(_MARKERS)],
                markersize=5,
                linewidth=2.4 if number == 0 else 1.5,
                linestyle="-" if number < len(COLOURS) else "--",
            )
        if "x" in log:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=_LABELLED))
            axes.xaxis.set_major_formatter("{x:,g}")
        if "y" in log:
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=_LABELLED))
        else:
            axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:,g}")
        if ticks:
            places = sorted({at for points in series.values() for at, _ in points})
            axes.set_xticks(places, [f"{place:,.0f}" for place in places])
            axes.minorticks_off()
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside right upper")
        return _svg(figure, title)


def bars(
    parts: Mapping[str, Sequence[float]], names: Sequence[str], title: str, x: str, y: str
) -> str:
    """Draw a bar a name, each part on top of those before it."""
    with _axes(title, x, y) as (figure, axes):
        below = [0.0] * len(names)
        for number, (part, heights) in enumerate(parts.items()):
            axes.bar(names, heights, 0.7, below, label=part, color=COLOURS[number % len(COLOURS)])
            below = [low + high for low, high in zip(below, heights, strict=True)]
        axes.grid(visible=False, axis="x")
        axes.margins(y=0)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside right upper")
        return _svg(figure, title)


def _svg(figure: Figure, title: str) -> str:
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    text = re.sub(r"[ \t]+\n", "\n", written.getvalue())
    return text.replace("<defs>", f"<style>{_dark_too()}</style>\n <defs>", 1)


def _dark_too() -> str:
    """Return the rules by which ink and paper change places where a reader prefers dark."""
    rules = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}'
        for light, dark in _DARK.items()
        for what in ("fill", "stroke")
    )
    return f"text{{font-family:sans-serif}}@media (prefers-color-scheme:dark){{{rules}}}"
