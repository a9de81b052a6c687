"""The look of the paper: US Letter, whose margins fit A4 too, headings, tables, page numbers."""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)
from typing_extensions import override

from adapters.disclosure_paper.letters import BOLD, PLAIN, legible, marked_up, one_line

MOST_WRITTEN: Final = 4000  # characters of one text on paper, a little over a page
_MOST_SAID: Final = 900  # of one value in a table
_ROWS: Final = 40  # of one table: what is longer is several, as laying it out grows with its square
WIDTH: Final = letter[0] - 1.7 * inch
_MARGIN: Final = 0.85 * inch
_PADDING: Final = 6  # that reportlab puts into every frame
_INK: Final = colors.HexColor("#1a1a1a")
_FAINT: Final = colors.HexColor("#5a5a5a")
_WRITTEN_INK: Final = colors.HexColor("#333333")
_LINE: Final = colors.HexColor("#b8b8b8")
_SHADE: Final = colors.HexColor("#f0f0f0")
_WARNING: Final = "INVESTIGATIVE LEADS ONLY. NOT AN IDENTIFICATION. NOT FOR LINE-UP."


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:  # noqa: ANN401 - reportlab's
    leading = size * 1.38
    said = {"fontName": PLAIN, "fontSize": size, "leading": leading, "textColor": _INK, **more}
    return ParagraphStyle(name, alignment=TA_LEFT, splitLongWords=1, **said)


TEXT: Final = _style("text", 9.5, spaceAfter=4)
SMALL: Final = _style("small", 8)
FAINT: Final = _style("faint", 8, textColor=_FAINT, spaceAfter=4)
CODE: Final = _style("code", 7.5, wordWrap="CJK")  # breaks anywhere: ids and hashes have no spaces
TITLE: Final = _style("title", 18, fontName=BOLD, spaceAfter=4)
HEADING: Final = _style("heading", 12, fontName=BOLD, spaceBefore=12, spaceAfter=4, keepWithNext=1)
SUBHEADING: Final = _style(
    "subheading", 9.5, fontName=BOLD, spaceBefore=7, spaceAfter=2, keepWithNext=1
)
WRITTEN: Final = _style(
    "written", 9, leftIndent=18, spaceBefore=2, spaceAfter=5, textColor=_WRITTEN_INK
)
COLUMN: Final = _style("column", 8, fontName=BOLD)


class _Ruled(Paragraph):  # type: ignore[misc]  # reportlab ships no types
    """A paragraph with a rule at its left, on each page that it goes over."""

    @override
    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setStrokeColor(_FAINT)
        canvas.setLineWidth(1.5)
        canvas.line(8, 0, 8, self.height)
        canvas.restoreState()
        super().draw()


def text(said: object, style: ParagraphStyle = TEXT) -> Paragraph:
    """Return a paragraph; what nobody said is a dash."""
    return Paragraph("-" if said in (None, "") else marked_up(str(said)), style)


def written(label: str, said: str, most: int = MOST_WRITTEN) -> Paragraph:
    """Return what people wrote: named, on one line, and ruled off from what the service says."""
    return _Ruled(f"{label}: {marked_up(one_line(said, most))}", WRITTEN)


def heading(said: str) -> Paragraph:
    """Return the heading of a section."""
    return text(said, HEADING)


def pairs(rows: Sequence[tuple[str, object]]) -> Flowable:
    """Return what is said of several things, one a line."""
    cells = [[text(name, SMALL), _value(value)] for name, value in rows]
    table = Table(cells, colWidths=[1.55 * inch, WIDTH - 1.55 * inch])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
            ]
        )
    )
    return table


def _value(value: object) -> Paragraph:
    said = "" if value is None else str(value)
    return text("\n".join(one_line(line, _MOST_SAID) for line in said.splitlines()))


def beginning() -> Flowable:
    """Return what keeps the heading of a table beside its first rows: a new page for both."""
    return CondPageBreak(2.8 * inch)


def grid(
    titles: Sequence[str], rows: Sequence[Sequence[Flowable]], shares: Sequence[float]
) -> Iterator[Flowable]:
    """Yield tables whose titles come again on each page; `shares` are of the width."""
    for first in range(0, max(1, len(rows)), _ROWS):
        yield _table(titles, rows[first : first + _ROWS], shares)


def _table(
    titles: Sequence[str], rows: Sequence[Sequence[Flowable]], shares: Sequence[float]
) -> Flowable:
    cells = [[text(title, COLUMN) for title in titles], *rows]
    widths = [WIDTH * share for share in shares]
    table = LongTable(cells, colWidths=widths, repeatRows=1, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


class _NumberedCanvas(Canvas):  # type: ignore[misc]  # reportlab ships no types
    """Says on every page how many there are, so it draws them when all are known."""

    footer = ""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - reportlab's
        super().__init__(*arguments, **named)
        self._pages: list[dict[str, Any]] = []

    @override
    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    @override
    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self._stamp(number, len(self._pages))
            super().showPage()
        super().save()

    def _stamp(self, number: int, count: int) -> None:
        width, height = letter
        self.setStrokeColor(_LINE)
        self.line(_MARGIN, 0.68 * inch, width - _MARGIN, 0.68 * inch)
        self.setFillColor(_FAINT)
        self.setFont(PLAIN, 7.5)
        self.drawString(_MARGIN, 0.52 * inch, self.footer)
        self.drawRightString(width - _MARGIN, 0.52 * inch, f"Page {number} of {count}")
        self.drawString(_MARGIN, height - 0.55 * inch, _WARNING)


def paper(story: Sequence[Flowable], title: str, footer: str) -> bytes:
    """Return the PDF, the same bytes for the same story: no clock and no chance is in it."""

    class Numbered(_NumberedCanvas):
        """Pages of this paper."""

    Numbered.footer = legible(footer)
    written = io.BytesIO()
    template = SimpleDocTemplate(
        written,
        pagesize=letter,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=0.8 * inch,
        bottomMargin=0.85 * inch,
        title=legible(title),
        author="Candid",
        invariant=1,
        lang="en-US",
    )
    template.build(list(story), canvasmaker=Numbered)
    return written.getvalue()
