"""The protocol of a blind test."""

from adapters.evaluation_paper.elements import Html, element, grid, pairs, paragraphs, section
from adapters.evaluation_paper.page import page
from app.domain.blind_score import OpenedBlindTest
from app.domain.blind_told import (
    NOT_SAID,
    came_back,
    facts_of,
    place_of,
    result_of,
    signers_of,
    truth_of,
)

_TITLES = ("Probe", "Sealed answer", "Right person", "What came back", "Search")


def protocol_page(opened: OpenedBlindTest) -> str:
    """Return the page."""
    return page(
        "Protocol of a blind test",
        f"Test {opened.test.test_id}",
        section("Result", paragraphs(result_of(opened)), class_="first"),
        section("What it does not say", element("p", NOT_SAID)),
        section("What was tested", pairs(facts_of(opened))),
        section("Every probe", _probes(opened)),
        section("Signatures", *(_signature(*one) for one in signers_of(opened)), class_="signed"),
    )


def _probes(opened: OpenedBlindTest) -> Html:
    rows = (
        (
            str(one.number),
            truth_of(one),
            place_of(one),
            came_back(one),
            one.returned.search_id or "-",
        )
        for one in opened.outcomes
    )
    return grid("The sealed answer of each probe, and what came back for it", _TITLES, rows)


def _signature(role: str, name: str) -> Html:
    return element(
        "div",
        element("p", f"{role}: {name}" if name else f"{role}:"),
        element("p", "Signature", class_="line"),
        element("p", "Date", class_="line"),
        class_="signature",
    )
