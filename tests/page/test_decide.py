"""Two reviewers, each without the other's answer; a lead with its evidence; a package; paper."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.live import ROOT
from tests.page.chromium import Visit, visiting
from tests.page.deeds import CASE, probe_found_suitable, review_of, searched
from tests.page.jail import PageJail, Portrait, page_jail

LAWFUL = {
    "authority": "warrant",
    "authority_reference": "W-26-17",
    "offense": "Burglary",
    "narrative": "The person in the photo leaves the shop through the broken window.",
}
REQUESTER, ANN, BEN = "Det. Ramos", "Ann Ortiz", "Ben Keller"


@pytest.fixture(scope="module")
def jail(
    browser: Browser,
    portraits: tuple[list[Portrait], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PageJail]:
    """Return a jail whose policy asks for two reviewers and for evidence."""
    del browser
    rules = {"POLICY__PROFILE": "example-eu-ai-act"}
    found, probe = portraits
    with page_jail(tmp_path_factory.mktemp("jail"), found[:5], probe, **rules) as jail:
        yield jail


def _from_the_queue(visit: Visit, person: str, search_id: str) -> None:
    visit.sign_in("reviewer", person)
    visit.page.locator(f".row-item a[href*='{search_id}']", has_text=CASE).click()
    visit.page.get_by_role("heading", name="Compare and decide").wait_for()


def _pursue(visit: Visit, search_id: str, person: str, lead: str) -> None:
    """Hold one candidate to be a lead, in the order in which this person is shown them."""
    order = [one["candidate"] for one in review_of(visit.jail, search_id, person)["candidates"]]
    page = visit.page
    page.get_by_label("Say something of each person").check()
    for one, candidate in zip(page.locator(".compared-one").all(), order, strict=True):
        if one.get_attribute("open") is None:
            one.locator("summary").click()
        conclusion = "Possible lead" if candidate == lead else "Not pursued"
        one.get_by_label(conclusion).check()
    page.get_by_role("button", name="Record the answer").click()


def _answered(browser: Browser, jail: PageJail, search_id: str, person: str, lead: str) -> None:
    with visiting(browser, jail) as visit:
        _from_the_queue(visit, person, search_id)
        _pursue(visit, search_id, person, lead)
        visit.page.get_by_text("Correct your answer").wait_for()


def _begun(jail: PageJail) -> tuple[str, str]:
    """Return a search whose probe was found suitable, and one of its candidates."""
    search_id = searched(jail, REQUESTER, **LAWFUL)
    candidates = probe_found_suitable(jail, search_id, ANN)["candidates"]
    return search_id, str(candidates[0]["candidate"])


def test_whoever_answers_no_more_is_told_why_before_they_fill_anything_in(
    browser: Browser, jail: PageJail
) -> None:
    search_id, _ = _begun(jail)
    ann, ben = ({"X-Candid-On-Behalf-Of": one} for one in (ANN, BEN))
    with jail.client("investigator") as client:
        seen = [client.get(f"/searches/{search_id}", headers=one) for one in (ann, ben)]
        nobody = {"none_of_these": True}
        seen.append(client.post(f"/searches/{search_id}/reviews", json=nobody, headers=ann))

    with visiting(browser, jail) as visit:
        _from_the_queue(visit, BEN, search_id)
        visit.page.get_by_text("You have seen the answer of this search.").wait_for()
        asked = visit.page.get_by_text("What do you conclude?").count()

    assert all(one.is_success for one in seen)
    assert asked == 0


def test_the_second_reviewer_sees_nothing_of_the_first_until_their_own_answer(
    browser: Browser, jail: PageJail
) -> None:
    search_id, lead = _begun(jail)
    _answered(browser, jail, search_id, ANN, lead)
    [finding] = [
        one for one in review_of(jail, search_id, ANN)["candidates"] if one["candidate"] == lead
    ]
    name = finding["known"]["booking"]["person"]["last_name"]

    with visiting(browser, jail) as visit:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url.removeprefix(jail.url)))
        _from_the_queue(visit, BEN, search_id)
        visit.page.get_by_label("Say something of each person").check()
        visit.pictures_drawn()
        blind = visit.page.locator("main").inner_text()
        _pursue(visit, search_id, BEN, lead)
        visit.page.get_by_text("A possible lead awaits its release.").wait_for()
        seeing = visit.page.locator("main").inner_text()

    assert name not in blind
    assert "score" not in blind.replace("scores come after", "")
    assert "disclosure" not in blind
    assert not [one for one in asked if one.startswith(("/photos", "/bookings", "/index"))]
    assert f"/searches/{search_id}" not in asked
    assert name in seeing
    answers = [one["answer"] for one in review_of(jail, search_id, BEN)["entries"] if one["answer"]]
    assert [one["blind"] for one in answers] == [True, True]


def _release(page: Page) -> int:
    """Release the lead, once all is said; return how many fields were missing at first."""
    release = page.get_by_role("button", name="Release this lead")
    release.click()
    missing = page.locator("[aria-invalid]").count()
    page.get_by_label("Kind of evidence").select_option("fingerprints")
    page.get_by_label("Where it is on record").fill("LAB-26-0042")
    page.get_by_label("What it is").fill("Latent print from the window frame.")
    release.click()
    page.locator("[data-code=no_lead]").wait_for()
    page.get_by_role("group", name="Which lead?").get_by_role("radio").check()
    release.click()
    page.get_by_text("A lead was released to the case.").first.wait_for()
    return missing


def test_a_lead_is_released_with_its_evidence_and_disclosed(
    browser: Browser, jail: PageJail, tmp_path: Path
) -> None:
    search_id, lead = _begun(jail)
    for person in (ANN, BEN):
        _answered(browser, jail, search_id, person, lead)

    with visiting(browser, jail) as visit:
        page = visit.page
        visit.sign_in("investigator", REQUESTER)
        page.goto(f"{jail.url}/#/searches/{search_id}/review")
        missing = _release(page)
        told = page.locator(".entries").inner_text()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the disclosure package").click()
        package = tmp_path / "package.zip"
        download.value.save_as(package)

    script = [sys.executable, "-I", str(ROOT / "docs" / "verify_disclosure.py"), str(package)]
    verified = subprocess.run(script, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    assert missing == 3
    assert "Fingerprints (LAB-26-0042): Latent print" in told
    assert verified.stdout.endswith("0 faults\n"), verified.stderr
    assert review_of(jail, search_id, ANN)["state"] == "lead_released"


def test_an_answer_is_corrected_and_both_stay_on_record(browser: Browser, jail: PageJail) -> None:
    search_id = searched(jail, REQUESTER, **LAWFUL)
    probe_found_suitable(jail, search_id, ANN)

    with visiting(browser, jail) as visit:
        page = visit.page
        visit.sign_in("reviewer", ANN)
        page.goto(f"{jail.url}/#/searches/{search_id}/review")
        for notes in ("First look.", "Second look."):
            page.get_by_label("None of these people").check()
            page.get_by_label("Notes on the answer").fill(notes)
            page.get_by_role("button", name="Record the answer").click()
            page.locator(".entries").get_by_text(notes).wait_for()
            page.get_by_text("Correct your answer").click()
        superseded = page.locator(".entries .superseded").all_inner_texts()

    entries = review_of(jail, search_id, ANN)["entries"]
    assert [one["corrects"] for one in entries] == [None, None, 2]
    assert len(superseded) == 1
    assert "Corrected since, by entry 3" in superseded[0]
    assert "First look." in superseded[0]


def test_null_results_stand_beside_the_others_and_are_opened_as_they_were_answered(
    browser: Browser, jail: PageJail
) -> None:
    case = "26-000777"
    searched(jail, REQUESTER, **LAWFUL, case_number=case)
    nobody = searched(jail, REQUESTER, **LAWFUL, case_number=case, min_similarity="100")
    searched(jail, REQUESTER, **LAWFUL, case_number="26-000778")

    with visiting(browser, jail) as visit:
        page = visit.page
        visit.sign_in("investigator", REQUESTER)
        visit.way("Past searches")
        asked_before = page.locator(".row-item").count()
        page.get_by_label("Case or CAD incident number").fill(case)
        page.get_by_role("button", name="Show").click()
        page.wait_for_selector(".row-item")
        outcomes = page.locator(".row-item .outcome").all_inner_texts()
        page.get_by_role("link", name="No candidates to show").click()
        page.wait_for_selector(".results")
        shown = page.url.rsplit("/", 1)[1]
        page.go_back()
        page.wait_for_selector(".row-item")
        address = page.url

    assert asked_before == 0
    assert outcomes == ["No candidates to show", "5 candidates to compare"]
    assert shown == nobody
    assert case not in address


def test_on_paper_every_page_has_the_notice_the_mark_and_whose_it_is(
    browser: Browser, jail: PageJail, tmp_path: Path
) -> None:
    search_id = searched(jail, REQUESTER, **LAWFUL)
    paper = tmp_path / "paper.pdf"

    with visiting(browser, jail) as visit:
        visit.sign_in("investigator", REQUESTER)
        visit.page.goto(f"{jail.url}/#/searches/{search_id}")
        visit.pictures_drawn()
        visit.page.pdf(path=paper, format="A5", print_background=True)

    pages = [one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(paper)]
    assert len(pages) > 1
    for text in pages:
        assert "Leads only." in text
        assert "INVESTIGATIVE LEAD" in text
        assert f"Search {search_id}" in text
        assert REQUESTER in text
