"""The report and the protocol as pages: whole, alone, and for everybody."""

import re
from dataclasses import replace

import pytest

from app.domain.evaluation import (
    Evaluation,
    GroupFigures,
    Interval,
    Rate,
    Ratio,
    Role,
    TradeOffPoint,
)
from app.wiring.evaluation_paper import evaluation_paper
from tests.blind_test.samples import fixed_opened
from tests.domain.evaluation.samples import EVALUATION
from tests.evaluation_paper.pages import Page

_XML = "http://www.w3.org/"  # names of SVG, which nobody fetches


def report(evaluation: Evaluation = EVALUATION) -> str:
    return evaluation_paper().report(evaluation)


def protocol() -> str:
    return evaluation_paper().protocol(fixed_opened())


@pytest.fixture(params=[report, protocol])
def html(request: pytest.FixtureRequest) -> str:
    return str(request.param())


def test_one_evaluation_gives_one_page() -> None:
    assert report() == report()


def test_a_page_fetches_and_runs_nothing(html: str) -> None:
    page = Page.of(html)

    assert not {"script", "link", "img", "iframe", "object", "base"} & {n for n, _ in page.elements}
    assert not [one for one in re.findall(r"https?://[^\s\"']*", html) if _XML not in one]
    assert not re.findall(r"url\((?!#)|@import", html)
    policies = [one.get("content", "") for one in page.named("meta") if "http-equiv" in one]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_a_page_is_well_made_for_who_does_not_see_it(html: str) -> None:
    page = Page.of(html)

    assert page.named("html")[0]["lang"] == "en"
    assert page.twice() == []
    assert len(page.named("h1")) == 1
    assert all(one.get("scope") in {"row", "col"} for one in page.named("th"))
    grids = [one for one in page.named("table") if one.get("class") == "grid"]
    assert len(page.named("caption")) == len(grids)


def test_every_plot_has_a_name_and_takes_its_colours_from_the_page() -> None:
    html = report()
    page = Page.of(html)
    plots = page.named("svg")

    assert {one["aria-labelledby"] for one in plots} == {
        "cmc-title", "det-title", "best-scores-title", "comparison-scores-title", "groups-0-0-title"
    }  # fmt: skip
    assert page.titled == len(plots)
    assert "#00000" not in html
    assert "currentColor" in html


def test_the_report_says_first_in_plain_words_what_was_found() -> None:
    text = Page.of(report()).text

    first = text.index("Of 100 searches for a person who is in the gallery")
    assert "150 people" in text[:first]
    assert "among the first five in 60 (60 of 100; between 50 and 69)" in text
    assert first < text.index("not an identification") < text.index("FNIR")


def test_what_cannot_be_estimated_is_told_with_its_reason() -> None:
    text = Page.of(report()).text

    assert "not estimable: needs 30,000 probes" in text
    assert "FPIR not estimable: only 3 events, fewer than 30" in text


def test_groups_are_told_with_their_ratio_and_their_size() -> None:
    text = Page.of(report()).text

    assert "people of the group F were confused with others at least 1.2 times as often" in text
    assert "not estimable (F: only 3 events, fewer than 30; M: only 3 events" in text
    assert "2.5 times" not in text
    assert "Small groups, by sex: M (too few people)." in text
    assert "60, 70" in text


def test_a_trade_off_behind_which_too_few_searches_stand_is_dashed_and_quotes_no_ends() -> None:
    text = Page.of(report()).text

    assert "All of it is dashed, for fewer than 30 searches stand behind one of the two" in text


def test_the_trade_off_quotes_the_ends_behind_which_enough_searches_stand() -> None:
    points = [(0.5, 0.05), (0.3, 0.1), (0.1, 0.3), (0.001, 0.9)]
    det = tuple(TradeOffPoint(at / 10, *point) for at, point in enumerate(points))
    photos = {Role.PROBE_MATED: 1000, Role.PROBE_NONMATED: 300}
    facts = replace(EVALUATION.facts, photos=photos)

    text = Page.of(
        report(replace(EVALUATION, facts=facts, open_set=replace(EVALUATION.open_set, det=det)))
    ).text

    assert "From 50.0 % of other people's searches that bring back somebody and 5.0 % of" in text
    assert "to 10.0 % and 30.0 %. Where the line is dashed, fewer than 30 searches stand" in text


def test_the_trade_off_is_whole_where_enough_people_stand_behind_it_however_many_searches() -> None:
    det = tuple(TradeOffPoint(at / 10, 0.5, 0.5, people) for at, people in enumerate((29, 29)))
    enough = tuple(replace(one, people=30) for one in det)

    few, many = (
        Page.of(report(replace(EVALUATION, open_set=replace(EVALUATION.open_set, det=one)))).text
        for one in (det, enough)
    )

    assert "All of it is dashed, for fewer than 30 people stand behind one of the two" in few
    assert "From 50.0 % of other people's searches" in many


def test_an_older_result_is_told_to_have_narrower_intervals() -> None:
    older = replace(EVALUATION.reading.failure_to_detect, distinct=None)
    text = Page.of(
        report(replace(EVALUATION, reading=replace(EVALUATION.reading, failure_to_detect=older)))
    ).text

    assert "This result was made by an older version." in text
    assert "as if each were of other people. Measure again." in text
    assert "whether enough people stand behind the others was not counted" in text
    assert "older" not in Page.of(report()).text


def test_without_a_mated_probe_nobody_is_told_to_have_failed() -> None:
    ranks = tuple(replace(one, fnir=Rate(0, 0, None)) for one in EVALUATION.open_set.investigation)
    open_set = replace(EVALUATION.open_set, investigation=ranks, cmc=ranks)

    text = Page.of(report(replace(EVALUATION, open_set=open_set))).text

    assert "was not measured" in text
    assert "people failed" not in text


def plotted(*groups: GroupFigures) -> str:
    (grouped,) = EVALUATION.by_group
    (shared,) = grouped.thresholds
    changed = replace(grouped, thresholds=(replace(shared, groups=groups),))
    return Page.of(report(replace(EVALUATION, by_group=(changed,)))).text


def test_a_plot_of_groups_leaves_out_the_small_ones_and_shows_none_by_its_upper_bound() -> None:
    (grouped,) = EVALUATION.by_group
    group, other = grouped.thresholds[0].groups
    none = Rate(0, 500, Interval(0.0, 0.008))
    many = Rate(40, 500, Interval(0.05, 0.11))

    text = plotted(
        replace(group, false_match=none),
        replace(other, false_match=many),
        replace(group, group="X", compared_people=4),
    )

    assert "At one threshold: F 0.0 % to 0.80 % (0 of 500); M 8.0 % (5.0 % to 11.0 %)." in text
    assert "Left out, for too few people: X." in text


def test_where_every_group_is_small_there_is_no_plot_of_them() -> None:
    (grouped,) = EVALUATION.by_group
    group, _ = grouped.thresholds[0].groups

    text = plotted(replace(group, compared_people=4, mated_people=4))

    assert "False match rate by sex" not in text


def test_why_groups_were_not_compared_is_told_beside_their_table() -> None:
    (grouped,) = EVALUATION.by_group
    (shared,) = grouped.thresholds
    changed = replace(grouped, thresholds=(replace(shared, false_match_ratio=None),))

    text = Page.of(report(replace(EVALUATION, by_group=(changed,)))).text

    assert (
        "Worst to best, false matches: not compared, for none was counted in any of the 2" in text
    )


def test_a_table_of_groups_says_which_of_its_figures_are_not_to_be_quoted() -> None:
    text = Page.of(report()).text

    assert "too few people; not estimable: false matches (only 3 events, fewer than 30)" in text


def test_a_ratio_that_tells_nothing_is_told_so() -> None:
    (grouped,) = EVALUATION.by_group
    (shared,) = grouped.thresholds
    ratio = Ratio("F", "M", None, Interval(0.0, None))
    changed = replace(grouped, thresholds=(replace(shared, false_match_ratio=ratio),))

    text = Page.of(report(replace(EVALUATION, by_group=(changed,)))).text

    assert "Worst to best, false matches: whether F has more than M, this set cannot tell." in text


def test_what_was_not_tried_is_not_measured() -> None:
    reading = replace(EVALUATION.reading, failure_to_detect=Rate(0, 0, None))

    assert "not measured" in Page.of(report(replace(EVALUATION, reading=reading))).text


def test_a_set_without_groups_says_that_nothing_is_known_of_them() -> None:
    text = Page.of(report(replace(EVALUATION, by_group=()))).text

    assert "the set does not say who belongs to which group" in text


def test_facts_to_repeat_it_are_there() -> None:
    text = Page.of(report()).text

    facts = EVALUATION.facts
    assert all(one in text for one in (facts.set_sha256, facts.model, "drawn with the seed 7"))


def test_what_files_and_people_are_called_is_no_html() -> None:
    facts = replace(EVALUATION.facts, set_name="<script>alert(1)</script>", engine='a"b&c')

    html = report(replace(EVALUATION, facts=facts))

    assert "<script" not in html
    assert "a&quot;b&amp;c" in html


def test_no_page_says_of_a_person_what_only_people_decide(html: str) -> None:
    words = set(re.findall(r"[a-z]+", Page.of(html).text.casefold()))

    assert not {"identified", "hit", "hits", "suspect", "confidence"} & words


def test_the_protocol_has_its_seals_and_lines_to_sign() -> None:
    html = protocol()
    page = Page.of(html)

    assert "Det. R. Sample" in page.text
    assert "5" * 64 in page.text
    assert html.count('class="signature"') == 3
