"""Every screen in every size and scheme, and in Spanish: what axe-core says, whether it fits."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.page.chromium import SIZES, Visit, visiting
from tests.page.jail import PageJail
from tests.page.walk import walk

_SIZES = {**SIZES, "320": (320, 640)}  # 320: WCAG 1.4.10, a page enlarged four times
_WIDTHS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


_SHOWN = ("320-light", "360-dark", "768-light", "1440-dark", "1440-light", "320-light-es")


@pytest.fixture(params=_SHOWN)
def visit(request: pytest.FixtureRequest, browser: Browser, jail: PageJail) -> Iterator[Visit]:
    size, scheme, *language = request.param.split("-")
    width, height = _SIZES[size]
    shown = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    with visiting(browser, jail, locale=f"{(language or ['en'])[0]}-US", **shown) as visit:
        yield visit


def test_axe_finds_nothing_on_any_screen_and_nothing_is_wider_than_it(visit: Visit) -> None:
    found = {}
    for stop in walk(visit):
        found[stop] = [*visit.violations(), *_too_wide(visit)]

    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


def _too_wide(visit: Visit) -> list[str]:
    wider = int(visit.page.evaluate(_WIDTHS))
    return [f"{wider} pixels wider than the screen"] if wider > 0 else []
