"""What is there stays where it is while pictures come."""

from tests.page.chromium import Visit

_OBSERVED = """
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      const names = one.sources.map(({ node }) => node?.className ?? String(node?.nodeName));
      window.moved.push(`${one.value.toFixed(4)} ${names.join(", ")}`);
    }
  }).observe({ type: "layout-shift" });
"""


def test_nothing_moves_while_results_and_pictures_come(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    search_id = visit.ask(visit.jail.probe)
    visit.pictures_drawn()
    page.evaluate(_OBSERVED)

    page.evaluate("() => { window.location.hash = '#/ask'; }")
    page.wait_for_selector(".photo-entry")
    page.evaluate(f"() => {{ window.location.hash = '#/searches/{search_id}'; }}")
    visit.pictures_drawn()
    page.get_by_role("link", name="Compare with").first.click()
    page.wait_for_selector(".viewer")
    visit.pictures_drawn()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    assert page.evaluate("() => window.moved") == []
