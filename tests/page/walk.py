"""A walk through every screen, in any language; it stops wherever there is something to look at."""

import re
from collections.abc import Iterator

from tests.page.chromium import Visit
from tests.page.deeds import import_paused, lead_found

Stops = Iterator[str]


def walk(visit: Visit) -> Stops:
    """Go from screen to screen, naming each; the caller looks at the page as it is then."""
    for part in (_asking, _waiting, _comparing, _deciding, _documenting, _running, _overseeing):
        yield from part(visit)


def _asking(visit: Visit) -> Stops:
    page, say = visit.page, visit.say
    visit.open()
    yield "sign-in"
    visit.sign_in()
    yield "ask-empty"
    visit.add(visit.jail.probe)
    page.get_by_label(say("field.purpose")).select_option("criminal_investigation")
    yield "ask"
    page.get_by_role("button", name=say("probe.cut"), exact=True).click()
    yield "ask-crop"
    page.get_by_role("button", name=say("action.cancel")).click()
    page.get_by_role("button", name=say("ask.search"), exact=True).click()
    page.wait_for_selector("[aria-invalid]")
    yield "ask-incomplete"


def _waiting(visit: Visit) -> Stops:
    page, say = visit.page, visit.say
    visit.leave_waiting(visit.jail.probe, "26-001235")
    visit.pictures_drawn()
    yield "waiting"
    page.get_by_role("button", name=say("waiting.delete"), exact=True).click()
    page.locator(".danger").click()
    page.get_by_text(say("waiting.none")).wait_for()
    visit.context.set_offline(offline=False)
    visit.way(say("menu.ask"))


def _comparing(visit: Visit) -> Stops:
    page, say = visit.page, visit.say
    visit.ask(visit.jail.probe)
    visit.pictures_drawn()
    yield "results"
    page.get_by_text(say("facts.title")).click()
    yield "results-engine"
    page.get_by_role("link", name=say("results.compare_with")).first.click()
    page.wait_for_selector(".viewer")
    visit.pictures_drawn()
    yield "compare"
    page.locator(".segments label", has_text=say("viewer.mode.swipe")).click()
    yield "compare-swipe"


def _deciding(visit: Visit) -> Stops:
    page, say = visit.page, visit.say
    page.get_by_role("link", name=say("results.review")).click()
    page.wait_for_selector(".review-probe")
    visit.pictures_drawn()
    yield "review-probe"
    page.get_by_label(say("review.suitable")).check()
    page.get_by_role("button", name=say("review.record_probe")).click()
    page.get_by_label(say("answer.each")).check()
    visit.pictures_drawn()
    yield "review-answer"
    page.get_by_role("button", name=say("answer.record")).click()
    page.wait_for_selector(".problem")
    yield "review-incomplete"
    page.get_by_label(say("answer.none")).check()
    page.get_by_role("button", name=say("answer.record")).click()
    page.get_by_text(say("state.no_lead")).wait_for()
    yield "review-closed"


def _documenting(visit: Visit) -> Stops:
    page, say, way = visit.page, visit.say, visit.way
    lead_found(visit.jail)
    search_id = lead_found(visit.jail)
    page.goto(f"{visit.jail.url}/#/searches/{search_id}/review")
    page.get_by_label(say("release.kind")).wait_for()
    visit.pictures_drawn()
    yield "review-release"
    page.get_by_role("group", name=say("release.which")).get_by_role("radio").check()
    page.get_by_role("button", name=say("release.record")).click()
    page.get_by_text(say("state.lead_released")).first.wait_for()
    way(say("menu.reviews"))
    page.wait_for_selector(".asked")
    yield "reviews"
    way(say("menu.searches"))
    page.get_by_role("button", name=say("list.show")).click()
    page.wait_for_selector(".row-item")
    yield "searches"
    page.goto(f"{visit.jail.url}/#/keys")
    page.get_by_role("heading", name=say("not_yours.title")).wait_for()
    yield "not-yours"


def _running(visit: Visit) -> Stops:
    page, say, way = visit.page, visit.say, visit.way
    import_id = import_paused(visit.jail)
    visit.sign_in("importer")
    way(say("menu.imports"))
    page.get_by_text(say("imports.start")).click()
    yield "imports"
    page.goto(f"{visit.jail.url}/#/imports/{import_id}")
    page.get_by_role("button", name=say("import.resume")).click()
    page.locator(".state", has_text=say("run.finished")).wait_for()
    page.wait_for_selector(".failure")
    visit.pictures_drawn()
    yield "import"


def _overseeing(visit: Visit) -> Stops:
    page, say, way = visit.page, visit.say, visit.way
    visit.sign_in("auditor")
    page.get_by_label(say("audit.since")).fill("2020-01-01")
    page.get_by_role("button", name=say("list.show")).click()
    page.wait_for_selector("table")
    page.get_by_role("button", name=say("audit.verify")).click()
    page.locator(".good", has_text=re.compile(r"\d")).wait_for()
    yield "audit"
    visit.sign_in("administrator")
    way(say("menu.state"))
    page.get_by_text(say("service.ready")).wait_for()
    yield "state"
    way(say("menu.keys"))
    page.get_by_label(say("keys.name"), exact=True).fill("Night shift")
    page.get_by_label(say("scope.admin")).check()
    page.get_by_role("button", name=say("keys.make")).click()
    page.wait_for_selector(".secret")
    revoke = page.locator(".key-row", has_text="Night shift").last
    revoke.get_by_role("button").click()
    yield "keys"
    revoke.locator(".danger").click()
    page.get_by_text(say("keys.revoked")).last.wait_for()
