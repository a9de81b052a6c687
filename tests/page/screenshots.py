"""`python -m tests.page.screenshots FOLDER [--photos]`: every screen in every size, light and dark.

One sheet a screen. Faces are drawn over by outlines, so that sheets can be kept beside the code;
with `--photos` they are shown, for whoever looks at how the page looks.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.live import ROOT
from tests.page.chromium import SIZES, Visit, chromium, visiting
from tests.page.jail import PageJail, london, page_jail
from tests.page.walk import walk

HEIGHT = 640
"""Pixels of a sheet, which has six pictures beside each other."""

_GAP = 12
_OUTLINES = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    canvas { opacity: 0 !important; }
    .picture, .faces {
      background:
        radial-gradient(ellipse 21% 24% at 50% 42%, #aeb9c6 99%, transparent),
        radial-gradient(ellipse 40% 34% at 50% 100%, #8493a3 99%, transparent), #dfe5ec !important;
    }`);
  document.adoptedStyleSheets = [sheet];
}"""


def taken(jail: PageJail, *, photos: bool) -> Iterator[tuple[str, bytes]]:
    """Walk through the page once a size and scheme; give each screen's name and picture."""
    with chromium() as browser:
        for width, height in SIZES.values():
            for scheme in ("light", "dark"):
                shown = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
                with visiting(browser, jail, **shown) as visit:
                    for stop in walk(visit):
                        yield stop, _picture(visit, photos=photos)


def sheet(pictures: Sequence[bytes]) -> Image.Image:
    """Put pictures beside each other, all of one height."""
    small = [_scaled(one) for one in pictures]
    width = sum(one.width + _GAP for one in small) - _GAP
    made = Image.new("RGB", (width, HEIGHT), "white")
    left = 0
    for one in small:
        made.paste(one, (left, 0))
        left += one.width + _GAP
    return made


def _scaled(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as opened:
        width = round(opened.width * HEIGHT / opened.height)
        return opened.convert("RGB").resize((width, HEIGHT), Image.Resampling.LANCZOS)


def _picture(visit: Visit, *, photos: bool) -> bytes:
    if not photos:
        visit.page.evaluate(_OUTLINES)
    visit.page.evaluate("() => window.scrollTo(0, 0)")
    return visit.page.screenshot()


def main(folder: Path, *, photos: bool) -> None:
    """Write the sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    portraits, probe = london(ROOT.parent / "shared" / "data" / "london", people=40)
    by_stop: Mapping[str, list[bytes]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as data,
        page_jail(Path(data), portraits, probe) as jail,
    ):
        for stop, picture in taken(jail, photos=photos):
            by_stop[stop].append(picture)
    for stop, pictures in by_stop.items():
        sheet(pictures).save(folder / f"{stop}.webp", quality=70, method=6)
    print(f"{len(by_stop)} sheets in {folder}")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), photos="--photos" in sys.argv[2:])
