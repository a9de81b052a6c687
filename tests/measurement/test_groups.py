from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.measurement.independence import wilson
from app.domain.evaluation import GroupedBy, PlacedPhoto, Role, SharedThreshold
from tests.measurement.test_open_set import exported_of, few
from tests.measurement.worlds import World, photo, world


def by_sex(made: World, samples: int = 50) -> GroupedBy:
    (grouped,) = made.figures(samples).by_group
    return grouped


@few
@given(st.integers(0, 10_000))
def test_rates_by_group_are_those_of_an_independent_computation(seed: int) -> None:
    made = world(seed, people=70, away=40, groups=True)
    sex = {one.image: one.groups["sex"] for one in (*made.gallery, *made.probes)}

    grouped = by_sex(made)

    again = exported_of(made)
    everybody = again.comparisons(again.probes, [True] * len(again.images))
    assert grouped.of_person
    assert [shared.false_match_rate for shared in grouped.thresholds] == [1e-2]
    for shared in grouped.thresholds:
        assert shared.overall_false_match.n == len(everybody)
        passing = sum(score >= shared.threshold for score in everybody)
        assert shared.overall_false_match.k == passing <= shared.false_match_rate * len(everybody)
        assert shared.overall_false_nonmatch.k == again.missed_below(shared.threshold)
        for group in shared.groups:
            probes = [probe for probe in again.probes if sex[probe.image] == group.group]
            places = [sex[image] == group.group for image in again.images]
            within = again.comparisons(probes, places)
            assert group.false_match.n == len(within)
            assert group.false_match.k == sum(score >= shared.threshold for score in within)
            mated = [probe for probe in probes if probe.is_mated]
            assert group.false_nonmatch.n == len(mated)
            assert group.false_nonmatch.k == sum(
                again.mate_score(probe) < shared.threshold for probe in mated
            )
            assert group.fnir[0].fnir.k == sum(again.rank(probe) > 1 for probe in mated)
            assert group.probes == len(probes)


def test_a_group_that_errs_more_is_the_worst_and_its_interval_says_so() -> None:
    shared = shared_of(world(3, people=120, away=80, groups=True), worse=0.2)

    ratio = shared.false_match_ratio
    assert ratio is not None
    assert (ratio.worst, ratio.best) == ("M", "F")
    assert ratio.value is not None
    assert ratio.interval is not None
    assert 1 < ratio.interval.low < ratio.value


def test_a_best_group_without_an_event_leaves_the_ratio_open_above() -> None:
    shared = shared_of(world(3, people=120, away=80, groups=True), worse=0.9)

    ratio = shared.false_match_ratio
    assert ratio is not None
    assert ratio.value is None
    assert ratio.interval is not None
    assert ratio.interval.high is None
    assert ratio.interval.low > 1


def shared_of(made: World, worse: float) -> SharedThreshold:
    """Make the scores of men with other men higher."""
    rows = [
        None
        if row is None
        else [
            score
            + worse
            * (probe.groups["sex"] == one.groups["sex"] == "M" and probe.person != one.person)
            for one, score in zip(made.gallery, row, strict=True)
        ]
        for probe, row in zip(made.probes, made.rows, strict=True)
    ]
    return by_sex(World(made.gallery, made.probes, rows, made.enrolled), 200).thresholds[0]


def labelled(photos: Sequence[PlacedPhoto], column: str = "sex") -> list[PlacedPhoto]:
    """Put two people into X, 18 into Y and the other enrolled ones into Z."""

    def group(person: str) -> str:
        return "X" if person < "p002" else "Y" if person < "p020" else "Z"

    return [
        replace(one, groups={column: group(one.person)} if one.person < "q" else {})
        for one in photos
    ]


def of_three_sizes(distractors: int = 0) -> World:
    made = world(5, people=70, away=300, failing=0)
    more = [
        photo(f"p001-{one}", 0, Role.GALLERY_DISTRACTOR, {"sex": "X"}) for one in range(distractors)
    ]
    gallery = [*labelled(made.gallery), *more]
    rows = [[*(row or ()), *([0.0] * distractors)] for row in made.rows]
    return World(gallery, labelled(made.probes), rows, [True] * len(gallery))


def test_a_small_group_is_told_with_a_warning_and_a_very_small_one_compared_with_none() -> None:
    shared = by_sex(of_three_sizes()).thresholds[0]

    warnings = {group.group: group.warning for group in shared.groups}
    assert warnings == {
        "X": "2 people: too few to say anything about this group",
        "Y": "only 18 people: read the intervals, not the figures",
        "Z": None,
    }
    for ratio in (shared.false_match_ratio, shared.false_nonmatch_ratio):
        assert ratio is not None
        assert {ratio.worst, ratio.best} == {"Y", "Z"}


def test_people_who_are_searched_for_by_nobody_make_no_group_large() -> None:
    shared = by_sex(of_three_sizes(distractors=40)).thresholds[0]

    small = shared.groups[0]
    assert (small.people, small.compared_people, small.mated_people) == (42, 2, 2)
    assert small.warning == "2 people: too few to say anything about this group"


def test_false_matches_and_misses_are_warned_of_each_by_its_own_people() -> None:
    made = of_three_sizes(distractors=40)
    probes = [
        replace(one, groups={"sex": "X"}) if one.role is Role.PROBE_NONMATED else one
        for one in made.probes
    ]

    grouped = by_sex(World(made.gallery, probes, made.rows, made.enrolled))

    small = grouped.thresholds[0].groups[0]
    assert (small.compared_people, small.mated_people) == (42, 2)
    assert small.warning == "misses: 2 people: too few to say anything about this group"


def test_both_directions_of_two_people_are_one_pair_behind_a_rate() -> None:
    group = {"sex": "F"}
    gallery = [photo(f"p{at:03}", 0, Role.GALLERY_MATED, group) for at in range(60)]
    probes = [photo(f"p{at:03}", 1, Role.PROBE_MATED, group) for at in range(60)]
    scores = np.random.default_rng(1).random((60, 60))
    alike = ((scores + scores.T) / 2).tolist()  # of two people, whoever of them is searched

    rate = by_sex(World(gallery, probes, alike, [True] * 60)).thresholds[0].groups[0].false_match

    assert (rate.k, rate.distinct, rate.of_pairs) == (34, 12, True)
    assert rate.not_estimable == (
        "34 events of only 12 pairs of people with nobody in common, fewer than 30"
    )


def test_misses_of_a_group_are_on_its_people_whatever_the_others_tell() -> None:
    """40 men, of whom many are missed, each by some photos; 10 women with 20 photos, never."""
    probes, rows = list[PlacedPhoto](), list[list[float] | None]()
    random = np.random.default_rng(1)
    people = [(f"m{at:02}", "M", 5) for at in range(40)] + [
        (f"w{at:02}", "F", 20) for at in range(10)
    ]
    gallery = [photo(who, 0, Role.GALLERY_MATED, {"sex": sex}) for who, sex, _ in people]
    for place, (who, sex, photos) in enumerate(people):
        for number in range(photos):
            probes.append(photo(who, number + 1, Role.PROBE_MATED, {"sex": sex}))
            scores = random.normal(0.2, 0.1, len(people))
            scores[place] = 0.0 if sex == "M" and random.random() < 0.3 else 0.9
            rows.append([float(one) for one in scores])

    shared = by_sex(World(gallery, probes, rows, [True] * len(gallery)), 200).thresholds[0]

    women = shared.groups[0].false_nonmatch
    assert (women.k, women.n) == (0, 200)
    assert women.interval is not None
    assert women.interval.high == pytest.approx(wilson(0, 10)[1])


def test_a_property_of_the_photo_is_counted_by_the_probe_against_everybody() -> None:
    made = world(5, people=60, away=60)
    probes = [
        photo(one.person, at, one.role, {"pose": "side" if at % 2 else "front"})
        for at, one in enumerate(made.probes)
    ]

    (grouped,) = World(made.gallery, probes, made.rows, made.enrolled).figures().by_group

    assert not grouped.of_person
    assert grouped.unlabelled == len(made.gallery)
    again = exported_of(made)
    sides = [probe for at, probe in enumerate(again.probes) if at % 2]
    everybody = again.comparisons(sides, [True] * len(again.images))
    (side,) = [one for one in grouped.thresholds[0].groups if one.group == "side"]
    assert side.false_match.n == len(everybody)


def test_groups_that_nobody_is_searched_for_in_have_false_matches_alone() -> None:
    made = world(5, people=60, away=100, groups=True)
    others = [at for at, one in enumerate(made.probes) if one.role is Role.PROBE_NONMATED]
    probes, rows = [made.probes[at] for at in others], [made.rows[at] for at in others]

    shared = by_sex(World(made.gallery, probes, rows, made.enrolled)).thresholds[0]

    assert shared.overall_false_nonmatch.n == 0
    assert shared.false_nonmatch_ratio is None
    assert all(group.false_match.n and not group.false_nonmatch.n for group in shared.groups)


def test_too_few_comparisons_give_no_threshold() -> None:
    made = world(1, people=5, away=3, groups=True)

    assert by_sex(made).thresholds == ()


def test_pairs_that_look_mislabelled_are_listed() -> None:
    gallery = [photo(f"p{at}", 0, Role.GALLERY_MATED) for at in range(20)]
    probes = [photo(f"p{at}", 1, Role.PROBE_MATED) for at in range(20)]
    rows = [[0.9 if one == other else 0.2 for other in range(20)] for one in range(20)]
    rows[3][7] = 0.97  # two people who are one
    rows[5][5] = 0.1  # one person who is two
    made = World(gallery, probes, rows, [True] * 20)

    doubts = made.figures().doubts

    assert [(one.kind, one.image, one.other_image) for one in doubts] == [
        ("two_names", "p3/1.jpg", "p7/0.jpg"),
        ("one_name", "p5/1.jpg", "p5/0.jpg"),
    ]
    assert doubts[0].score == pytest.approx(0.97)
    assert doubts[0].similarity == pytest.approx(98.5)
