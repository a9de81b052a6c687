"""What `candid evaluate` prints: k of n beside every rate, and what must not be quoted."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from app.cli.evaluate.screen import show
from app.cli.evaluate.words import in_contrast, in_words
from app.domain.evaluation import Evaluation, Interval, Rate, Ratio
from app.domain.evaluation.told_groups import Contrast
from tests.domain.evaluation.samples import EVALUATION


def printed(evaluation: Evaluation) -> str:
    written = io.StringIO()
    show(Console(file=written, width=200), evaluation)
    return written.getvalue()


def test_every_rate_is_printed_with_its_count_and_interval() -> None:
    text = printed(EVALUATION)

    assert "40 of 100" in text
    assert "40.00 %  (31.00 to 50.00 %)" in text
    assert "only 3 events, fewer than 30" in text
    assert "roles drawn with seed 7" in text
    assert "threshold 0.9300, shown as 60.0" in text


def test_what_cannot_be_estimated_is_printed_with_its_reason_and_no_figure() -> None:
    (line,) = [line for line in printed(EVALUATION).splitlines() if "FPIR 0.001" in line]

    assert "not estimable" in line
    assert "needs 30,000 probes" in line
    assert "%" not in line


def test_a_threshold_of_few_strangers_is_printed_with_its_doubt() -> None:
    point = EVALUATION.open_set.identification[0]
    strangers = Rate(30, 300, Interval(0.02, 0.37), 7)
    identification = (replace(point, measured_fpir=strangers),)
    open_set = replace(EVALUATION.open_set, identification=identification)

    text = printed(replace(EVALUATION, open_set=open_set))

    assert "FPIR not estimable: 30 events of only 7 people, fewer than 30" in text
    assert "FNIR not estimable" not in text


def test_groups_ratios_warnings_doubts_and_remarks_are_printed() -> None:
    text = printed(EVALUATION)

    assert "By sex, one threshold for all" in text
    assert "too few people" in text
    assert "F against M: at least 1.2 times (not estimable as one figure; F: only 3 events" in text
    assert "2.5 times" not in text
    assert "a/1.jpg (a) and b/1.jpg (b): two people on record, very alike (0.9900)" in text
    assert "c/1.jpg (c) and c/2.jpg (c): one person on record, unlike (0.5000)" in text
    assert "Note: A remark." in text


@pytest.mark.parametrize(
    ("of_person", "whose"), [(True, "between people of the same group"), (False, "by the probe's")]
)
def test_how_errors_of_groups_are_counted_is_printed(*, of_person: bool, whose: str) -> None:
    grouped = replace(EVALUATION.by_group[0], of_person=of_person, unlabelled=1234)

    text = printed(replace(EVALUATION, by_group=(grouped,)))

    assert f"False matches are counted {whose}" in text
    assert "False non-matches are counted by search: one in which no face is found is one" in text
    assert "1,234 photos have no value here and are in no group." in text


def test_of_many_doubts_the_first_are_printed() -> None:
    text = printed(replace(EVALUATION, doubts=EVALUATION.doubts * 20))

    assert "and 30 more (--json has them)" in text


def test_a_set_whose_own_roles_count_and_that_has_too_few_comparisons_says_so() -> None:
    facts = replace(EVALUATION.facts, seed=None, commit="abc")
    grouped = replace(EVALUATION.by_group[0], thresholds=())

    text = printed(replace(EVALUATION, facts=facts, by_group=(grouped,), doubts=()))

    assert "roles given by the set" in text
    assert "commit abc" in text
    assert "By sex: too few comparisons of different people for a threshold" in text
    assert "Labels to check" not in text


@pytest.mark.parametrize(
    ("ratio", "told"),
    [
        (None, "not compared, for fewer than two groups have anything to compare"),
        (Ratio("a", "b", None, None), "a against b: this set cannot tell"),
        (Ratio("a", "b", None, Interval(0.0, None)), "a against b: this set cannot tell"),
        (Ratio("a", "b", None, Interval(3.0, None)), "a against b: at least 3.0 times (the other"),
        (Ratio("a", "b", 2.0, Interval(1.0, 4.0)), "a against b: 2.0 times (between 1.0 and 4.0)"),
    ],
)
def test_a_ratio_is_told_with_its_bounds(ratio: Ratio | None, told: str) -> None:
    assert in_contrast(Contrast("misses", "missed", ratio, None, 1, 1)).startswith(told)


def test_that_two_groups_were_picked_is_told() -> None:
    ratio = Ratio("a", "b", 2.0, Interval(1.0, 4.0))

    said = in_contrast(Contrast("misses", "missed", ratio, None, 3, 3))

    assert "(between 1.0 and 4.0). The two were picked from 3 groups" in said


def test_what_was_not_tried_is_not_printed_as_none_of_none() -> None:
    untried = replace(EVALUATION.reading, failure_to_detect=Rate(0, 0, None))

    text = printed(replace(EVALUATION, reading=untried))

    (line,) = [line for line in text.splitlines() if "No face found" in line]
    assert "not measured" in line
    assert "0 of 0" not in line


def test_the_threshold_is_the_one_that_is_told_in_words() -> None:
    (grouped,) = EVALUATION.by_group
    (shared,) = grouped.thresholds
    silent = replace(shared, false_match_ratio=None, threshold=0.99)
    several = replace(grouped, thresholds=(shared, silent), contradicted=2)

    text = printed(replace(EVALUATION, by_group=(several,)))

    assert "one threshold for all: 0.9300" in text
    assert "By sex, 2 people of several values in the set were put into no group." in text


def test_nothing_to_count_is_said_so() -> None:
    assert in_words(Rate(0, 0, None)) == "nothing to count"
    assert in_words(Rate(1, 50, Interval(0.0, 0.1))) == "1 of 50: too few events (0.00 to 10.00 %)"
