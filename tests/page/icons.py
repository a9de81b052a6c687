"""`python -m tests.page.icons`: draw the page's icons as PNG, for platforms that take no SVG."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from tests.live import ROOT

FOLDER: Final = ROOT / "app" / "page" / "icons"
ICONS: Final = {"192.png": (192, 1.0), "512.png": (512, 1.0), "whole-512.png": (512, 0.75)}
"""Side in pixels, and how much of it the drawing fills: launchers may cut 10 % off a whole one."""

_BLUE, _WHITE = "#1f4e79", "#ffffff"
_OVER: Final = 4  # drawn so much larger, for smooth edges
_GRID: Final = 32  # units of icon.svg
_COLORS: Final = 16


def drawn(side: int, fill: float) -> bytes:
    """Draw what `icon.svg` shows: one picture beside another."""
    image = Image.new("RGBA", (side * _OVER, side * _OVER))
    pen = ImageDraw.Draw(image)
    unit = side * _OVER / _GRID * fill
    margin = side * _OVER * (1 - fill) / 2

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return tuple(margin + unit * one for one in (left, top, right, bottom))

    if fill < 1:
        pen.rectangle((0, 0, *image.size), fill=_BLUE)
    else:
        pen.rounded_rectangle(box(0, 0, 32, 32), unit * 7, fill=_BLUE)
    pen.rounded_rectangle(box(6, 7, 15, 25), unit * 2, fill=_WHITE)
    pen.rounded_rectangle(box(16, 6, 27, 26), unit * 3, fill=_WHITE)
    pen.rounded_rectangle(box(18, 8, 25, 24), unit, fill=_BLUE)
    small = image.resize((side, side), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.quantize(_COLORS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, (side, fill) in ICONS.items():
        (FOLDER / name).write_bytes(drawn(side, fill))


if __name__ == "__main__":
    main()
