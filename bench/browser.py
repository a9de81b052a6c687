"""`python -m bench.browser PHOTOS`: how soon the page is there and draws, in Chromium.

PHOTOS is a folder of the London set's shape. Measured: what goes over the wire before the first
photo; when the first screen can be used, at the CPU's speed and at a quarter of it; how long after
the answer of a search its people are drawn; and how far anything moved meanwhile.
"""

import statistics
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from bench.results import Results, results
from tests.page.chromium import Visit, chromium, visiting
from tests.page.jail import PageJail, london, page_jail

ROUNDS: Final = 5
_OBSERVED: Final = """
  [window.shifts, window.bytes] = [0, 0];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.bytes += one.transferSize;
  }).observe({ entryTypes: ["navigation", "resource"] }); // the page has the browser list nothing
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.shifts += window.answeredAt ? one.value : 0;
  }).observe({ type: "layout-shift", buffered: true });
  const fetched = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (asked[0] === "/search") window.answeredAt = performance.now();
    return answer;
  };
  new MutationObserver(() => {
    if (window.answeredAt && !window.drawnAt && document.querySelector(".results .person"))
      requestAnimationFrame(() => { window.drawnAt ??= performance.now(); });
    if (!window.readyAt && document.querySelector("h1"))
      requestAnimationFrame(() => { window.readyAt ??= performance.now(); });
  }).observe(document, { childList: true, subtree: true });
"""
_TOLD: Final = """() => ({
  ready: window.readyAt, drawn: window.drawnAt - window.answeredAt, shifts: window.shifts,
  bytes: window.bytes,
})"""


def first_screen(browser: Browser, jail: PageJail, slowdown: int) -> dict[str, Any]:
    """Open the page in an empty profile."""
    with visiting(browser, jail) as visit:
        _prepared(visit, slowdown)
        visit.open()
        visit.page.wait_for_function("() => window.readyAt")
        told: dict[str, Any] = visit.page.evaluate(_TOLD)
        return told


def searched(browser: Browser, jail: PageJail) -> dict[str, Any]:
    """Ask, and wait until all pictures are there."""
    with visiting(browser, jail, viewport={"width": 1440, "height": 900}) as visit:
        _prepared(visit, 1)
        visit.sign_in()
        visit.ask(jail.probe)
        visit.pictures_drawn()
        told: dict[str, Any] = visit.page.evaluate(_TOLD)
        return told


def _prepared(visit: Visit, slowdown: int) -> None:
    visit.page.add_init_script(_OBSERVED)
    protocol = visit.context.new_cdp_session(visit.page)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})


def main() -> None:
    """Print and keep the table."""
    parser = ArgumentParser()
    parser.add_argument("photos", type=Path, help="a folder of the London set's shape")
    with (
        results("browser", parser) as kept,
        tempfile.TemporaryDirectory() as data,
        page_jail(Path(data), *london(kept.asked.photos)) as jail,
        chromium() as browser,
    ):
        kept.data = "studio portraits (London set)"
        whole, quarter = (
            [first_screen(browser, jail, slowdown) for _ in range(ROUNDS)] for slowdown in (1, 4)
        )
        _keep(kept, "first screen (ms)", [one["ready"] for one in whole])
        _keep(kept, "first screen at a quarter of the CPU (ms)", [one["ready"] for one in quarter])
        _keep(kept, "before the first photo (bytes)", [one["bytes"] for one in whole])
        asked = [searched(browser, jail) for _ in range(ROUNDS)]
        _keep(kept, "people drawn after the answer (ms)", [one["drawn"] for one in asked])
        _keep(kept, "layout shift meanwhile", [one["shifts"] for one in asked])


def _keep(kept: Results, what: str, figures: Sequence[float]) -> None:
    median, most = statistics.median(figures), max(figures)
    kept.keep("page", what=what, median=median, most=most)
    print(f"{what}: {median:.4g}, at most {most:.4g}", flush=True)


if __name__ == "__main__":
    main()
