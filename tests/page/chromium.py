"""Debian's Chromium, driven by Playwright; what the console and the CSP say of it is kept."""

import json
import re
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.live import ROOT
from tests.page.jail import PageJail

CHROMIUM: Final = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
MISSING: Final = "no Chromium is installed (Debian: apt install chromium)"
SIZES: Final = {"360": (360, 740), "768": (768, 1024), "1440": (1440, 900)}
_ARGUMENTS: Final = (
    *("--no-sandbox", "--disable-background-networking", "--no-proxy-server", "--no-first-run"),
    *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage"),
    "--use-fake-device-for-media-stream",  # a camera that shows a test picture
)
START: Final = """async (secret) => {
  const at = (path) => import(document.querySelector("script").src.replace("main", path));
  const [{ session }, { get }] = await Promise.all([at("lib/session"), at("lib/api")]);
  await session.start(get, { secret }).catch(() => {});
}"""
"""Sign in over whoever is signed in, as no button of the page does."""
_SETTLED: Final = """async () => {
  if (!navigator.onLine) await new Promise((done) => addEventListener("online", done));
  const main = document.querySelector("script").src;
  const { dropExpired, has } = await import(main.replace("main", "lib/waiting-store"));
  await dropExpired();
  await has("");
  await fetch("/health/ready", { cache: "no-store" });
}"""
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
READY: Final = "() => navigator.serviceWorker.ready.then(() => true)"
_RUN_AXE: Final = "() => axe.run({ rules: { 'target-size': { enabled: true } } })"  # WCAG 2.5.8
_SECONDS: Final = 90.0
_TEXTS: Final = ROOT / "app" / "page" / "text"


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return the page's texts in a language, by their keys."""
    found: Mapping[str, str] = json.loads((_TEXTS / f"{language}.json").read_text("utf-8"))
    return found


@contextmanager
def chromium() -> Generator[Browser]:
    """Run a browser that reaches this machine alone."""
    expect.set_options(timeout=1e3 * _SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(_ARGUMENTS), timeout=1e3 * _SECONDS
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's visit to the page, in a browser profile of its own."""

    jail: PageJail
    page: Page
    language: str = "en"
    said: list[str] = field(default_factory=list)  # errors and warnings of the console, CSP's too
    provoked: list[str] = field(default_factory=list)  # patterns of what may be said

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def unforeseen(self) -> Sequence[str]:
        """What the console said that the test did not provoke."""
        return [one for one in self.said if not any(re.search(it, one) for it in self.provoked)]

    def say(self, key: str) -> str:
        """Return a text of the page in this visit's language, up to the first value in it."""
        return texts(self.language)[key].split("{")[0].strip()

    def open(self, address: str = "") -> None:
        self.page.goto(f"{self.jail.url}/{address}")
        self.page.wait_for_selector("h1")

    def sign_in(self, office: str = "investigator", person: str = "Det. Ramos") -> None:
        """Open the page and sign in with an office's key."""
        self.open()
        self.page.get_by_label(self.say("sign_in.person")).fill(person)
        self.page.get_by_label(self.say("sign_in.key"), exact=True).fill(self.jail.keys[office])
        self.page.get_by_role("button", name=self.say("sign_in.with_key")).click()
        self._wait_for_the_first_screen()

    def way(self, name: str) -> None:
        """Go where the menu says, and wait until the screen is there."""
        menu = self.page.get_by_role("navigation", name=self.say("menu.label"))
        menu.get_by_role("link", name=name, exact=True).click()
        self.page.get_by_role("heading", level=1, name=name).wait_for()

    def add(self, photo: Path) -> None:
        """Choose a probe, and wait until its faces are told."""
        self.page.locator("input[type=file]").set_input_files(photo)
        self.page.wait_for_selector(".tools button")
        self.page.wait_for_selector(".told .good, .told .hints, .told .problem")

    def ask(self, photo: Path, case_number: str = "26-001234") -> str:
        """Search, and return the search's id."""
        self.add(photo)
        self.page.get_by_label(self.say("field.purpose")).select_option("criminal_investigation")
        self.page.get_by_label(self.say("field.case_number")).fill(case_number)
        self.page.get_by_role("button", name=self.say("ask.search"), exact=True).click()
        self.page.wait_for_selector(".results")
        return self.page.url.rsplit("/", 1)[1]

    def sign_in_here(self, office: str, person: str = "") -> None:
        """Sign in where the page stands, without opening it anew."""
        self.page.get_by_label("Your name").fill(person)
        self.page.get_by_label("Key", exact=True).fill(self.jail.keys[office])
        self.page.get_by_role("button", name="Sign in with the key").click()
        self._wait_for_the_first_screen()

    def sign_in_as_person(self) -> None:
        """Sign in at the identity provider, where the page stands."""
        self.page.get_by_role("button", name="Sign in with your agency account").click()
        self.page.locator("header .name").wait_for()

    def _wait_for_the_first_screen(self) -> None:
        self.page.wait_for_selector("header .name")
        self.page.wait_for_selector("#main h1")

    def make_key(self, name: str) -> str:
        """Make a key that may administer, and return its secret, which is shown still."""
        self.sign_in("administrator")
        self.way("Keys")
        self.page.get_by_label("Name", exact=False).fill(name)
        self.page.get_by_label("Administer").check()
        self.page.get_by_role("button", name="Make the key").click()
        return self.page.locator(".secret code").inner_text()

    def ask_in_vain(self, photo: Path, case_number: str) -> None:
        """Ask without a network."""
        self.page.wait_for_selector(".photo-entry")
        self.context.set_offline(offline=True)
        self.provoked.append("ERR_INTERNET_DISCONNECTED")
        self.page.locator("input[type=file]").set_input_files(photo)
        self.page.get_by_text(self.say("probe.unseen")).wait_for()
        self.page.get_by_label(self.say("field.purpose")).select_option("criminal_investigation")
        self.page.get_by_label(self.say("field.case_number")).fill(case_number)
        self.page.get_by_role("button", name=self.say("ask.search"), exact=True).click()
        self.page.wait_for_selector(".keep-offer")

    def leave_waiting(self, photo: Path, case_number: str) -> None:
        """Ask without a network, have the search wait for one, and fail to send it now."""
        self.ask_in_vain(photo, case_number)
        with self.page.expect_request("**/search") as tried:
            self.page.get_by_role("button", name=self.say("waiting.keep")).click()
        self.page.get_by_role("heading", name=case_number).wait_for()
        assert tried.value.response() is None

    def settle(self) -> None:
        """Wait, with a network, until what was begun before is sent.

        A search that waits takes two turns at the database before it is sent, and a request that
        follows it is answered later.
        """
        self.page.evaluate(_SETTLED)

    def pictures_drawn(self) -> None:
        """Wait until no picture is on its way any more."""
        self.page.wait_for_selector("candid-picture canvas")
        self.page.wait_for_function("() => !document.querySelector('candid-picture.loading')")

    def violations(self) -> Sequence[str]:
        """Return what axe-core finds wrong on the screen as it is now."""
        protocol = self.context.new_cdp_session(self.page)  # which no CSP stops
        protocol.send("Runtime.evaluate", {"expression": _axe()})
        found: Any = self.page.evaluate(_RUN_AXE)
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def visiting(browser: Browser, jail: PageJail, **options: Any) -> Generator[Visit]:  # noqa: ANN401 - Playwright's
    """Open a fresh profile; at the end the console may have said what was provoked alone."""
    asked = {"locale": "en-US", **options}
    context = browser.new_context(**asked)
    context.set_default_timeout(1e3 * _SECONDS)
    visit = Visit(jail, context.new_page(), language=asked["locale"][:2])

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            visit.said.append(f"{message.type}: {message.text}")

    context.on("console", heard)
    context.on("weberror", lambda error: visit.said.append(f"uncaught: {error.error}"))
    try:
        yield visit
    finally:
        context.close()
    assert not visit.unforeseen, visit.unforeseen
