"""The menu says where somebody is."""

from tests.page.chromium import Visit
from tests.page.deeds import lead_found


def test_the_menu_marks_the_screen_that_is_shown(visit: Visit) -> None:
    """What was just asked is no past search, and a review is of the reviews."""
    page, lit = visit.page, {}
    search_id = lead_found(visit.jail)
    expected = {
        "searches": ["Past searches"],
        f"searches/{search_id}": [],
        f"searches/{search_id}/compare/1": [],
        f"searches/{search_id}/review": ["Reviews"],
        "reviews": ["Reviews"],
        "ask": ["Search"],
    }
    visit.sign_in()

    for path in expected:
        page.goto(f"{visit.jail.url}/#/{path}")
        page.wait_for_selector("#main h1")
        lit[path] = page.locator(".ways [aria-current=page]").all_inner_texts()

    assert lit == expected
