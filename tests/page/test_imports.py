"""Imports are watched, steered, and what failed of them is looked through."""

import json

from playwright.sync_api import Page, Route, expect

from tests.e2e.importing import change
from tests.page.chromium import Visit
from tests.page.deeds import import_paused, shelved

NEWER = "Show what failed since"


def test_an_import_is_watched_to_its_end_and_its_failures_say_why(visit: Visit) -> None:
    folder = shelved(visit.jail, "night")
    page = visit.page
    visit.sign_in("importer")

    visit.way("Imports")
    page.get_by_text("Start an import").click()
    page.get_by_label("Where the photos are").select_option("folder")
    page.get_by_role("button", name="Start the import").click()
    page.locator("[aria-invalid]").wait_for()
    page.get_by_label("Path or address").fill(str(folder))
    page.get_by_role("button", name="Start the import").click()
    page.locator(".state", has_text="Finished").wait_for()
    _all_listed(page)
    page.locator(".failure", has_text="No face was found").locator("canvas").wait_for()
    told = page.locator(".failures").inner_text()
    counts = page.locator(".counts").inner_text()
    page.get_by_label("Why").select_option("no_face")
    page.wait_for_function("() => document.querySelectorAll('.failure').length === 1")

    assert "Photos done: 5 of 5" in page.locator("main").inner_text()
    assert counts.split("\n")[:2] == ["Indexed", "3"]
    assert "The file is no picture" in told
    assert "night-note.jpg" in told


def test_an_import_is_let_go_on_tried_again_and_ended(visit: Visit) -> None:
    going = import_paused(visit.jail, "day")
    page = visit.page
    visit.sign_in("importer")

    page.goto(f"{visit.jail.url}/#/imports/{going}")
    page.locator(".state", has_text="Paused").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.locator(".state", has_text="Finished").wait_for()
    page.get_by_role("button", name="Try failed photos again").click()
    page.locator(".state", has_text="Running").or_(page.get_by_text("Waiting\n0")).first.wait_for()
    page.locator(".state", has_text="Finished").wait_for()
    ended = import_paused(visit.jail, "evening")
    page.goto(f"{visit.jail.url}/#/imports/{ended}")
    page.locator(".state", has_text="Paused").wait_for()
    page.get_by_role("button", name="End it").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="End it").click()
    page.get_by_role("button", name="End it").last.click()
    page.locator(".state", has_text="Stopped early").wait_for()

    with visit.jail.client("importer") as client:
        states = [client.get(f"/imports/{one}").json()["state"] for one in (going, ended)]
    assert states == ["finished", "cancelled"]


def test_an_import_that_is_tried_again_is_followed_to_its_new_end(visit: Visit) -> None:
    """What it is right after the step is drawn as waiting, so only a new stream tells its end."""
    import_id = _finished(visit, "again")
    page = visit.page

    def waiting(route: Route) -> None:
        run = route.fetch().json()
        counts = {**run["counts"], "waiting": 2, "failed": 0, "reasons": []}
        route.fulfill(body=json.dumps({**run, "state": "running", "counts": counts}))

    page.route(f"**/imports/{import_id}", waiting, times=1)
    with page.expect_request("**/events"):
        page.get_by_role("button", name="Try failed photos again").click()
    page.locator(".state", has_text="Finished").wait_for()
    expect(page.locator(".counts")).to_contain_text("Failed\n2", use_inner_text=True)
    with page.expect_response("**/items?*"):
        page.get_by_role("button", name=NEWER).click()

    expect(page.get_by_role("button", name=NEWER)).to_be_hidden()
    expect(page.locator(".failure")).to_have_count(2)


def test_a_reason_whose_photos_are_listed_stays_chosen_without_any(visit: Visit) -> None:
    import_id = _finished(visit, "none-left")
    page, reasons = visit.page, visit.page.get_by_label("Why")
    reasons.select_option("no_face")
    expect(page.locator(".failure")).to_have_count(1)

    def without(route: Route) -> None:
        run = route.fetch().json()
        route.fulfill(body=json.dumps({**run, "counts": {**run["counts"], "reasons": []}}))

    page.route(f"**/imports/{import_id}", without, times=1)
    page.get_by_role("button", name="Try failed photos again").click()
    page.get_by_role("button", name=NEWER).wait_for()
    page.locator(".state", has_text="Finished").wait_for()

    expect(reasons).to_have_value("no_face")
    assert "No face was found" in page.locator(".failure").inner_text()


def test_the_list_of_failures_is_that_of_the_reason_chosen_last(
    visit: Visit,
) -> None:
    _finished(visit, "late")
    page, held = visit.page, list[Route]()
    reasons = page.get_by_label("Why")

    page.route("**/items?reason=no_face*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/items?reason=no_face*"):
        reasons.select_option("no_face")
    reasons.select_option("not_a_picture")
    expect(page.locator(".failure")).to_have_count(1)
    with page.expect_response("**/items?reason=no_face*"):
        held.pop().continue_()
    visit.settle()
    after_late = page.locator(".failure").inner_text()
    page.route("**/items?reason=no_face*", lambda route: route.abort(), times=1)
    visit.provoked.append("ERR_FAILED")
    reasons.select_option("no_face")
    page.locator("[data-code=offline]").wait_for()

    assert "The file is no picture" in after_late
    assert page.locator(".failure").count() == 0  # none of another reason


def test_why_a_step_was_refused_stays_until_the_next(visit: Visit) -> None:
    page = visit.page
    import_id = import_paused(visit.jail, "refused")
    visit.sign_in("importer")
    page.goto(f"{visit.jail.url}/#/imports/{import_id}")
    refused = {"code": "import_state", "status": 409, "detail": "Not now."}
    answer = {"status": 409, "content_type": "application/problem+json"}
    page.route(
        "**/resume", lambda route: route.fulfill(body=json.dumps(refused), **answer), times=1
    )
    visit.provoked.append("409")

    page.get_by_role("button", name="Go on").click()
    page.locator("[data-code=import_state]").wait_for()
    with visit.jail.client("importer") as client:
        change(client, import_id, "resume")  # of which events come
    page.locator(".state", has_text="Finished").wait_for()

    assert page.locator("[data-code=import_state]").count() == 1


def test_an_import_that_starts_late_takes_nobody_from_where_they_are(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    visit.sign_in("importer")
    visit.way("Imports")
    page.get_by_text("Start an import").click()
    page.get_by_label("Where the photos are").select_option("folder")
    page.get_by_label("Path or address").fill("/photos")
    page.route("**/imports", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it

    with page.expect_request("**/imports"):
        page.get_by_role("button", name="Start the import").click()
    page.once("dialog", lambda dialog: dialog.accept())  # it is not sent yet
    visit.way("Service")
    with page.expect_response("**/imports"):
        held.pop().fulfill(json={"import_id": "01JZZZZZZZZZZZZZZZZZZZZZZZ"})
    visit.settle()

    assert page.url.endswith("#/state")


def test_whoever_may_not_watch_yet_looks_again_without_signing_out(visit: Visit) -> None:
    page = visit.page
    import_id = import_paused(visit.jail, "watched")
    visit.sign_in("importer")
    refused = {"code": "too_many_watchers", "status": 429, "detail": "Too many."}
    answer = {"status": 429, "content_type": "application/problem+json"}
    page.route(
        "**/events", lambda route: route.fulfill(body=json.dumps(refused), **answer), times=1
    )
    visit.provoked.append("429")

    page.goto(f"{visit.jail.url}/#/imports/{import_id}")
    with page.expect_request("**/events"):
        page.get_by_role("button", name="Look again").click()

    page.locator("[data-code=too_many_watchers]").wait_for(state="detached")
    _ended(visit, import_id)


def _finished(visit: Visit, name: str) -> str:
    """Go to an import that has ended, with two photos that failed."""
    import_id = import_paused(visit.jail, name)
    page = visit.page
    visit.sign_in("importer")
    page.goto(f"{visit.jail.url}/#/imports/{import_id}")
    page.get_by_role("button", name="Go on").click()
    page.locator(".state", has_text="Finished").wait_for()
    _all_listed(page)
    return import_id


def _ended(visit: Visit, import_id: str) -> None:
    """End an import: another can begin."""
    with visit.jail.client("importer") as client:
        change(client, import_id, "cancel")


def _all_listed(page: Page) -> None:
    """Where one of two failures was listed while the import ran, the other is asked for."""
    newer = page.get_by_role("button", name=NEWER)
    newer.or_(page.locator(".failure").nth(1)).first.wait_for()
    if newer.is_visible():
        newer.click()
    expect(page.locator(".failure")).to_have_count(2)
