"""Plots as SVG inside the page: in its own colours, light and dark, and the same every time."""

import io
import re
from collections.abc import Callable
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

from adapters.evaluation_paper.elements import Html, element

INK: Final = "#000001"
FIRST: Final = "#000002"
SECOND: Final = "#000003"
THIRD: Final = "#000004"
_IN_THE_PAGE: Final = {
    INK: "currentColor",
    FIRST: "var(--first)",
    SECOND: "var(--second)",
    THIRD: "var(--third)",
}
"""What is drawn in a colour that nobody would choose becomes one of the page's own."""

_INCHES: Final = (4.6, 3.3)
_STYLE: Final[dict[RcKeyType, Any]] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "candid",  # and ids are those of the content
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.15,
    "axes.grid": True,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}
_SVG: Final = re.compile(r"<svg\b.*</svg>", re.DOTALL)
_METADATA: Final = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_SIZE: Final = re.compile(r'\s(?:width|height)="[\d.]+pt"')
_OWN_ID: Final = re.compile(r'(\bid="|href="#|url\(#)')


def figure(name: str, title: str, said: str, draw: Callable[[Axes], None]) -> Html:
    """Return a plot with its caption; `said` tells what it shows to who does not see it.

    `name` is one word, and another for each plot of a page.
    """
    return element(
        "figure",
        _drawn(name, f"{title}. {said}", draw),
        element("figcaption", element("strong", f"{title}."), f" {said}"),
    )


def _drawn(name: str, alternative: str, draw: Callable[[Axes], None]) -> Html:
    written = io.StringIO()
    with mpl.rc_context(_STYLE):
        drawn = Figure(figsize=_INCHES, layout="constrained")
        draw(drawn.subplots())
        drawn.savefig(written, format="svg", metadata={"Date": None})
    return _of_the_page(written.getvalue(), name, alternative)


def _of_the_page(svg: str, name: str, alternative: str) -> Html:
    found = _SVG.search(svg)
    text = _METADATA.sub("", found.group() if found else "")
    head, end, rest = text.partition(">")
    rest = _OWN_ID.sub(lambda one: f"{one.group()}{name}-", rest)
    for drawn, in_the_page in _IN_THE_PAGE.items():
        rest = rest.replace(drawn, in_the_page)
    said = element("title", alternative, id=f"{name}-title")
    head = f'{_SIZE.sub("", head)} role="img" aria-labelledby="{name}-title"'
    return Html(f"{head}{end}{said}{rest}")
