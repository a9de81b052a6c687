"""The report in a browser: wide and narrow, light and dark, without a network."""

from collections.abc import Generator
from pathlib import Path

import pytest

from app.wiring.evaluation_paper import evaluation_paper
from tests.blind_test.samples import fixed_opened
from tests.browser import BROWSER, DRIVER, Browser, browsing
from tests.domain.evaluation.samples import EVALUATION

pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER), reason="needs chromium and chromedriver, and they are not here"
)

_LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA
_CONTRASTS = """
const lit = (color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (one) => {
  for (; one; one = one.parentElement) {
    const color = getComputedStyle(one).backgroundColor;
    if (color !== "rgba(0, 0, 0, 0)") return color;
  }
  return "rgb(255, 255, 255)";
};
return [...document.querySelectorAll("h1, h2, p, li, th, td, caption, figcaption, svg text")]
  .map((one) => {
    const style = getComputedStyle(one);
    const ink = one.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const both = [lit(ink), lit(behind(one))].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  });
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    with browsing(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="module", params=["report", "protocol"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    paper = evaluation_paper()
    is_report = request.param == "report"
    html = paper.report(EVALUATION) if is_report else paper.protocol(fixed_opened())
    path = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    path.write_text(html, "utf-8")
    return path


def _seen(browser: Browser, page: Path, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    for command, said in (
        ("Emulation.setDeviceMetricsOverride", metrics),
        ("Emulation.setEmulatedMedia", media),
    ):
        browser.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": said})
    browser.open(page.as_uri())


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_cut_off_at_any_width(browser: Browser, page: Path, width: int) -> None:
    _seen(browser, page, width, "light")

    assert browser.script("return document.documentElement.scrollWidth") <= width
    tables = "[...document.querySelectorAll('.scroll')]"
    assert browser.script(f"return {tables}.every((one) => one.scrollWidth <= one.clientWidth)")
    assert browser.console() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_light_and_in_dark(
    browser: Browser, page: Path, scheme: str
) -> None:
    _seen(browser, page, 1440, scheme)

    paper = browser.script("return getComputedStyle(document.body).backgroundColor")
    contrasts = browser.script(_CONTRASTS)

    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
    assert len(contrasts) > 20
    assert min(contrasts) >= _LEAST_CONTRAST


def test_the_page_keeps_to_itself(browser: Browser, page: Path) -> None:
    _seen(browser, page, 1440, "light")

    assert browser.script("return performance.getEntriesByType('resource').length") == 0
