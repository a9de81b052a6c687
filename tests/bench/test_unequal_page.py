"""The page on unequal errors says what the kept result says, failures too."""

from bench.results import read
from bench.unequal.split import COHORT_SHA256
from bench.unequal.trials import NEAREST, OF_ONE, OF_TWO
from bench.unequal_page import KEPT, PAGE, page


def test_the_page_is_what_the_result_makes() -> None:
    assert page(read(KEPT)) == PAGE.read_text("utf-8"), (
        "write it anew: python -m bench.unequal_page"
    )


def test_every_method_stands_on_the_page_with_its_verdict() -> None:
    verdicts = {one["method"]: one["verdict"] for one in read(KEPT)["tables"]["verdicts"]}

    assert {*OF_ONE, *OF_TWO} < set(verdicts)
    written = PAGE.read_text("utf-8")
    assert all(f"| {said} |" in written for said in verdicts.values())


def test_the_parameters_are_the_best_of_the_development_part() -> None:
    tried = read(KEPT)["tables"]["development"]

    for parameter in ("crops", "nearest"):
        fnir = {one["value"]: one["fnir"] for one in tried if one["parameter"] == parameter}
        used = [one["value"] for one in tried if one["parameter"] == parameter and one["used"]]
        assert [fnir[value] for value in used] == [min(fnir.values())]
    assert str(NEAREST) in {one["value"] for one in tried if one["used"]}


def test_the_cohort_is_the_frozen_one() -> None:
    assert COHORT_SHA256 in read(KEPT)["data"]


def test_what_was_not_measured_is_not_said_to_have_missed_nobody() -> None:
    written = PAGE.read_text("utf-8")

    [nobody, _] = [line for line in written.splitlines() if "methods missed nobody" in line]
    [unmeasured, _] = [line for line in written.splitlines() if "not measured with two" in line]
    assert "9 methods" in nobody
    assert all(name in nobody and name not in unmeasured for name in OF_ONE)
    assert all(f" {name}" not in nobody and name in unmeasured for name in OF_TWO)
