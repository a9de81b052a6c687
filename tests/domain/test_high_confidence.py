"""Who is shown by `mode=high_confidence`, and with which models there is no such mode."""

from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest

from adapters.face_engine.local.models import BUILT_IN, known
from app.domain.compared_groups import ComparedGroups
from app.domain.differential import GroupRate, MeasuredDifferential
from app.domain.errors import HighConfidenceRefusedError
from app.domain.high_confidence import HighConfidence
from app.domain.selectivity import GalleryCalibration
from tests.domain.calibrations import MADE_AT, NEARLY_EQUAL, SCORES, calibration, curve, own

DIFFERENTIAL = known(BUILT_IN).differential
EQUAL = MeasuredDifferential(
    "a set",
    40_000,
    "a score",
    GroupRate("A", 1100, 100_000, 20_000),
    GroupRate("B", 1000, 100_000, 20_000),
)
GROUPS = (
    curve("race A", 40, 40 * 999, 3000, 200, 10, 1, 0),
    curve("race B", 60, 60 * 999, 15_000, 3000, 600, 120, 0),
)
LIMITS = HighConfidence()


def races(*each: int, people: int = 100, too_few: tuple[str, ...] = ()) -> GalleryCalibration:
    """Return a calibration whose races saw so many others where they are compared."""
    start = people * (people - 1), 5000, 3000, 2000
    curves = (own(f"race {at}", people, *start, one, 0) for at, one in enumerate(each))
    return calibration(compared=(ComparedGroups("race", tuple(curves), too_few),))


def test_a_calibrated_model_that_errs_nearly_equally_may_be_used() -> None:
    LIMITS.check(calibration(compared=NEARLY_EQUAL), EQUAL)
    LIMITS.check(calibration(compared=NEARLY_EQUAL), None)


def test_without_a_calibration_it_is_refused_and_said_how_to_calibrate() -> None:
    with pytest.raises(HighConfidenceRefusedError, match="candid calibrate --gallery"):
        LIMITS.check(None, EQUAL)


def test_the_default_model_is_refused_for_what_was_measured_of_it() -> None:
    told = "is confused about 28 times as often as another, without a known limit, by this model"
    with pytest.raises(HighConfidenceRefusedError, match=told):
        LIMITS.check(calibration(), DIFFERENTIAL)


@pytest.mark.parametrize("measured", [EQUAL, None])
@pytest.mark.parametrize(
    "calibrated",
    [
        calibration(*GROUPS),  # as kept before groups were compared
        calibration(compared=(ComparedGroups("sex", NEARLY_EQUAL[0].curves),)),
        races(200),
        races(200, 200, too_few=("race I",)),
    ],
    ids=["no kind", "sexes alone", "one race", "a race of few"],
)
def test_where_not_all_races_were_compared_it_is_refused(
    calibrated: GalleryCalibration, measured: MeasuredDifferential | None
) -> None:
    with pytest.raises(HighConfidenceRefusedError, match="not measured"):
        LIMITS.check(calibrated, measured)


def test_a_model_that_is_28_times_unequal_within_groups_is_refused() -> None:
    """However few of all people the worse confused are."""
    with pytest.raises(HighConfidenceRefusedError, match="race"):
        LIMITS.check(races(1400, 50), EQUAL)


def test_a_group_that_was_never_confused_is_no_sign_of_equality() -> None:
    told = r"more often than another of its kind \(race\), without a known limit, as far as"
    with pytest.raises(HighConfidenceRefusedError, match=told):
        LIMITS.check(races(1500, 0), EQUAL)


def test_the_upper_end_of_the_interval_is_what_counts() -> None:
    """58 and 20 pairs are 2.9 times, and may be 6 times."""
    found = races(116, 40)

    with pytest.raises(HighConfidenceRefusedError, match=r"up to [4-9]\.\d times"):
        LIMITS.check(found, EQUAL)

    HighConfidence(most_differential=10).check(found, EQUAL)


def test_sexes_are_compared_too_where_there_are_two() -> None:
    women, men = own("sex F", 100, 9900, 0, 0, 0, 900, 0), own("sex M", 100, 9900, 0, 0, 0, 90, 0)
    sexes = ComparedGroups("sex", (women, men))

    with pytest.raises(HighConfidenceRefusedError, match="sex"):
        LIMITS.check(calibration(compared=(*NEARLY_EQUAL, sexes)), EQUAL)


@pytest.mark.parametrize(("faces", "days"), [(300_000, 0), (2000, 400)])
def test_an_outgrown_calibration_is_refused(faces: int, days: int) -> None:
    with pytest.raises(HighConfidenceRefusedError, match="Calibrate again"):
        LIMITS.check_current(calibration(), faces, MADE_AT + timedelta(days=days))

    HighConfidence(most_expected=0.1).check_current(calibration(), 2000, MADE_AT)


def test_where_nobody_could_be_shown_at_any_score_it_is_refused_and_said_what_it_takes() -> None:
    """40 people of a group of whom none is seen still leave 0.11 others: 3.7 · 1.2 / 40."""
    found = calibration(*GROUPS)
    told = r"for 0\.11 other people or more \(race A\), .* It takes 1,230 people drawn of each"

    with pytest.raises(HighConfidenceRefusedError, match=told):
        LIMITS.check_current(found, 2000, MADE_AT)
    with pytest.raises(HighConfidenceRefusedError, match=r"0\.022 .* \(all people drawn"):
        LIMITS.check_current(calibration(), 2000, MADE_AT)

    HighConfidence(most_expected=0.12).check_current(found, 2000, MADE_AT)


def test_only_whom_few_others_are_expected_to_equal_is_shown() -> None:
    measured = calibration(GROUPS[1])
    at_end = measured.expected(0.95, 2000)

    assert not LIMITS.shows(None)
    assert not LIMITS.shows(at_end)
    assert at_end.worst_group is not None
    assert not HighConfidence(most_expected=at_end.high * 1.01).shows(at_end)
    assert HighConfidence(most_expected=at_end.worst_group.high * 1.01).shows(at_end)


@pytest.mark.parametrize("best", [0, 10], ids=["no event", "an upper end above 3"])
def test_what_makers_measured_is_judged_by_its_upper_end(best: int) -> None:
    """12 and 10 of 1,000 pairs of 100 people: no more than 50 pairs that share nobody."""
    rates = GroupRate("A", 12, 1000, 100), GroupRate("B", best, 1000, 100)

    with pytest.raises(HighConfidenceRefusedError, match="as measured"):
        LIMITS.check(calibration(compared=NEARLY_EQUAL), MeasuredDifferential("", 200, "", *rates))


def test_a_comparison_by_the_narrower_bounds_of_before_is_refused() -> None:
    old = calibration(compared=NEARLY_EQUAL, doubtful_from=None)

    with pytest.raises(HighConfidenceRefusedError, match="Calibrate again"):
        LIMITS.check(old, None)
    assert old.differentials() == {}


def test_where_nobody_has_two_photos_it_is_refused() -> None:
    """One person under two numbers would look like two who are alike."""
    unknown = calibration(compared=NEARLY_EQUAL, doubtful_from=SCORES[0], several=29)

    with pytest.raises(HighConfidenceRefusedError, match=r"fewer than 30 .* second photo"):
        LIMITS.check(unknown, None)


def test_where_photos_of_one_person_are_unlike_it_is_refused_for_that() -> None:
    unlike = calibration(compared=NEARLY_EQUAL, doubtful_from=SCORES[0], several=40)
    older = calibration(compared=NEARLY_EQUAL, doubtful_from=SCORES[0], several=None)

    with pytest.raises(HighConfidenceRefusedError, match=r"of 40 people .* wrong labels"):
        LIMITS.check(unlike, None)
    with pytest.raises(HighConfidenceRefusedError, match=r"fewer than 30 .*, or too many"):
        LIMITS.check(older, None)


@pytest.mark.parametrize("doubtful_from", [SCORES[3], SCORES[4]])
def test_where_photos_of_one_person_are_no_more_alike_than_who_is_compared_it_is_refused_for_that(
    doubtful_from: float,
) -> None:
    """Every pair there is doubtful: no difference without limit is told of it."""
    found = calibration(compared=NEARLY_EQUAL, doubtful_from=doubtful_from)

    with pytest.raises(
        HighConfidenceRefusedError, match=r"no more alike .* and 0\.8000"
    ) as refused:
        LIMITS.check(found, None)
    assert "limit" not in str(refused.value)
    assert found.differentials() == {}


@pytest.mark.parametrize(("unlabelled", "refused"), [(20, False), (21, True)])
def test_people_of_unknown_race_are_a_tenth_at_most(unlabelled: int, *, refused: bool) -> None:
    """Of 200 who were searched."""
    found = calibration(compared=(replace(NEARLY_EQUAL[0], unlabelled=unlabelled),))

    if not refused:
        LIMITS.check(found, None)
        return
    with pytest.raises(HighConfidenceRefusedError, match="21 of 200"):
        LIMITS.check(found, None)


def test_the_differential_is_said_with_its_counts() -> None:
    assert DIFFERENTIAL is not None
    told = DIFFERENTIAL.told

    assert DIFFERENTIAL.ratio == pytest.approx(28.2, abs=0.05)
    assert DIFFERENTIAL.high > 1000
    for part in ("121 of 1,802", "3 of 1,260", "51 people", "about 28 times", "known limit"):
        assert part in told
    assert "8.0 times or more, up to 163.4 times, if no two pairs shared a person" in told


def test_a_differential_whose_best_group_was_never_confused_is_told_without_a_number() -> None:
    rates = GroupRate("A", 12, 1000, 100), GroupRate("B", 0, 1000, 100)
    found = MeasuredDifferential("a set", 200, "a score", *rates)

    assert (found.ratio, found.high) == (None, inf)
    assert "0 of 1,000 pairs of different B people" in found.told
    assert "about" not in found.told
