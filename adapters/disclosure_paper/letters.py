"""The letters of the paper: an embedded font, and a visible escape for what it cannot draw."""

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN: Final = "NotoSans"
BOLD: Final = "Vera-Bold"  # of headings, which are ours and plain English

_DRAWN: Final = (
    range(0x20, 0x7F),
    range(0xA0, 0x530),  # Latin, Greek, Cyrillic and their marks
    range(0x1E00, 0x2000),  # the same, extended
    range(0x2010, 0x2028),
    range(0x2030, 0x205F),
    range(0x20A0, 0x2150),
)
"""Scripts whose letters stand side by side from left to right, as they are written here.

Others need shaping, and drawn without it a name would read as another.
"""

_UNDRAWN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me"}
"""What is not seen, and marks that no letter has taken in: they would lie beside theirs."""


@cache
def letters() -> frozenset[int]:
    """Register the fonts, once, and return the characters that are drawn."""
    [plain] = (
        one
        for one in files("fontpkg_noto_sans").joinpath("files").iterdir()
        if one.name.startswith("NotoSans[")
    )
    font = TTFont(PLAIN, str(plain))
    pdfmetrics.registerFont(font)
    bold = Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"
    pdfmetrics.registerFont(TTFont(BOLD, str(bold)))
    known = font.face.charToGlyph
    return frozenset(code for drawn in _DRAWN for code in drawn if code in known)


def legible(text: str) -> str:
    """Return a text with what cannot be drawn as [U+0645]; lines stay lines."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(_drawn(letter) for letter in composed)


def one_line(text: str, most: int) -> str:
    """Return what somebody wrote as one line of at most so many characters, and say if it goes on.

    Lines of their own could be laid out as the paper's.
    """
    line = legible(" ".join(text[: 4 * most].split()))
    if len(line) <= most and len(text) <= 4 * most:
        return line
    return f"{line[:most]} … (whole in disclosure.json)"


def marked_up(text: str) -> str:
    """Return a text as a paragraph of the paper takes it."""
    return escape(legible(text)).replace("\n", "<br/>")


def _drawn(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter == "\t":
        return " "
    if ord(letter) in letters() and unicodedata.category(letter) not in _UNDRAWN:
        return letter
    return f"[U+{ord(letter):04X}]"
