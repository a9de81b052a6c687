"""Chromium, driven as W3C WebDriver has it (https://www.w3.org/TR/webdriver2/)."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.live import free_port

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's name for a reference
_SECONDS = 90.0


@dataclass(frozen=True)
class Browser:
    """One session; elements are found by CSS selectors and waited for."""

    driver: httpx.Client

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Ask the driver; an error of its own is raised with its text."""
        sent = {} if body is None and method == "POST" else body
        answer = self.driver.request(method, path, json=sent)
        assert answer.is_success, answer.text
        return answer.json()["value"]

    def open(self, url: str) -> None:
        self.ask("POST", "/url", {"url": url})

    def script(self, script: str) -> Any:  # noqa: ANN401 - JSON
        """Run a function's body in the page and return what it returns."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def click(self, selector: str) -> None:
        self.wait(lambda: self._clicked(selector), selector)

    def write(self, selector: str, text: str) -> None:
        self.wait(lambda: self._found(selector), selector)
        self.ask("POST", f"/element/{self._found(selector)[0]}/value", {"text": text})

    def text(self, selector: str) -> str:
        """Return an element's text; empty where there is none."""
        found = self._found(selector)
        return str(self.ask("GET", f"/element/{found[0]}/text")) if found else ""

    def wait(self, until: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            with suppress(AssertionError):  # of an element that was just replaced
                if until():
                    return
            time.sleep(0.1)
        raise AssertionError(f"not in time: {what}; console: {self.console()}")

    def windows(self) -> int:
        return len(self.ask("GET", "/window/handles"))

    def console(self) -> Sequence[str]:
        """Return the errors and warnings that the console was told since it was asked last."""
        told = self.ask("POST", "/se/log", {"type": "browser"})
        wrong = (one for one in told if one["level"] in {"SEVERE", "WARNING"})
        return [f"{one['level']}: {one['message']}" for one in wrong]

    def _found(self, selector: str) -> list[str]:
        asked = {"using": "css selector", "value": selector}
        return [one[_ELEMENT] for one in self.ask("POST", "/elements", asked)]

    def _clicked(self, selector: str) -> bool:
        """Click in the page itself: what another element covers is clicked too."""
        named = json.dumps(selector)
        return bool(
            self.script(f"const one = document.querySelector({named}); one?.click(); return !!one")
        )


@contextmanager
def browsing(profile: Path) -> Generator[Browser]:
    """Run a browser that reaches this machine alone."""
    port = free_port()
    driver = subprocess.Popen(  # noqa: S603 - a program we chose
        [str(DRIVER), f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        session = f"{address}/session/{_begun(address, profile)}"
        try:
            with httpx.Client(base_url=session, timeout=120) as client:
                yield Browser(client)
        finally:
            httpx.delete(session, timeout=120).raise_for_status()  # the browser outlives its driver
    finally:
        driver.terminate()
        driver.wait()


def _begun(address: str, profile: Path) -> str:
    options = {
        "binary": BROWSER,
        "args": [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--no-proxy-server", "--disable-dev-shm-usage"),
            "--window-size=1400,2000",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={profile}",
        ],
    }
    asked = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    wanted = {"capabilities": {"alwaysMatch": asked}}
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            begun = httpx.post(f"{address}/session", json=wanted, timeout=120)
            assert begun.is_success, begun.text
            return str(begun.json()["value"]["sessionId"])
        time.sleep(0.05)
    raise AssertionError("the driver does not answer")
