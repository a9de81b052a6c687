from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import SourceUnusableError
from app.domain.evaluation import LabelledPhoto, PlacedPhoto, Protocol, Role, drawn


def photos_of(counts: dict[str, int]) -> list[LabelledPhoto]:
    return [
        LabelledPhoto(person, f"{person}/{number}.jpg")
        for person, count in counts.items()
        for number in range(count)
    ]


def roles(protocol: Protocol) -> dict[str, Role]:
    return {photo.image: photo.role for photo in protocol.photos}


people = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(1, 4), min_size=3)


@given(people, st.integers(), st.randoms())
def test_the_draw_depends_on_the_seed_alone(
    counts: dict[str, int], seed: int, random: Random
) -> None:
    photos = photos_of(counts)
    shuffled = random.sample(photos, len(photos))

    assert roles(drawn(photos, seed)) == roles(drawn(shuffled, seed))


@given(people, st.integers())
def test_everybody_drawn_is_enrolled_once_or_kept_away_wholly(
    counts: dict[str, int], seed: int
) -> None:
    protocol = drawn(photos_of(counts), seed)

    assert protocol.seed == seed
    away = 0
    for person, count in counts.items():
        own = Counter(photo.role for photo in protocol.photos if photo.person == person)
        if own[Role.PROBE_NONMATED]:
            assert own == {Role.PROBE_NONMATED: count}
            away += 1
        else:
            assert own[Role.GALLERY_MATED] + own[Role.GALLERY_DISTRACTOR] == 1
            assert own[Role.PROBE_MATED] == count - 1
            assert (own[Role.GALLERY_DISTRACTOR] == 1) == (count == 1)
    assert away == len(counts) // 3


def test_people_with_a_single_photo_are_kept_away_first() -> None:
    protocol = drawn(photos_of({"a": 2, "b": 2, "c": 1, "d": 2, "e": 1, "f": 2}), 5)

    assert {one.person for one in protocol.of(Role.PROBE_NONMATED)} == {"c", "e"}


def test_at_most_so_many_probes_are_drawn_of_each_kind() -> None:
    protocol = drawn(photos_of({f"p{one}": 3 for one in range(60)}), 1, most_probes=10)

    assert protocol.counts[Role.PROBE_NONMATED] == 10
    assert protocol.counts[Role.PROBE_MATED] == 10
    assert protocol.counts[Role.GALLERY_MATED] + protocol.counts[Role.GALLERY_DISTRACTOR] == 50


@given(people, st.integers(), st.integers(1, 3))
def test_whoever_is_enrolled_and_searched_by_nobody_is_a_distractor(
    counts: dict[str, int], seed: int, most: int
) -> None:
    protocol = drawn(photos_of(counts | {"g": 3, "h": 3}), seed, most_probes=most)

    searched_for = {photo.person for photo in protocol.of(Role.PROBE_MATED)}
    assert {photo.person for photo in protocol.of(Role.GALLERY_MATED)} == searched_for
    assert not {photo.person for photo in protocol.of(Role.GALLERY_DISTRACTOR)} & searched_for


def test_the_part_of_an_enrolled_photo_follows_the_probes_that_are_drawn() -> None:
    """As a table reads `gallery` where a person's other rows are blank."""
    told = [LabelledPhoto("a", "a1", Role.GALLERY_DISTRACTOR), LabelledPhoto("a", "a2")]

    assert roles(drawn(told, 1)) == {"a1": Role.GALLERY_MATED, "a2": Role.PROBE_MATED}


def test_whose_only_probe_is_left_out_is_searched_for_by_nobody() -> None:
    protocol = Protocol(
        (
            PlacedPhoto("a", "a1", Role.GALLERY_MATED),
            PlacedPhoto("a", "a2", Role.PROBE_MATED),
            PlacedPhoto("b", "b1", Role.GALLERY_MATED),
            PlacedPhoto("b", "b2", Role.PROBE_MATED),
        ),
        3,
    )

    left = protocol.without({"a2"})

    assert left.seed == 3
    assert roles(left) == {
        "a1": Role.GALLERY_DISTRACTOR,
        "b1": Role.GALLERY_MATED,
        "b2": Role.PROBE_MATED,
    }


def test_roles_that_are_given_stay_and_say_what_the_others_are() -> None:
    given_roles = [
        LabelledPhoto("a", "a1", Role.GALLERY_MATED),
        LabelledPhoto("a", "a2"),
        LabelledPhoto("b", "b1"),
        LabelledPhoto("b", "b2", Role.PROBE_MATED),
        LabelledPhoto("b", "b3"),
        LabelledPhoto("c", "c1"),
        LabelledPhoto("c", "c2", Role.PROBE_NONMATED),
    ]

    assert roles(drawn(given_roles, 1)) == {
        "a1": Role.GALLERY_MATED,
        "a2": Role.PROBE_MATED,
        "b1": Role.GALLERY_MATED,
        "b2": Role.PROBE_MATED,
        "b3": Role.PROBE_MATED,
        "c1": Role.PROBE_NONMATED,
        "c2": Role.PROBE_NONMATED,
    }


def test_a_set_that_gives_every_role_needs_no_seed() -> None:
    whole = [
        LabelledPhoto("a", "a1", Role.GALLERY_MATED),
        LabelledPhoto("a", "a2", Role.PROBE_MATED),
    ]

    assert drawn(whole, 7).seed is None


@pytest.mark.parametrize(
    ("photos", "told"),
    [
        ([], "nothing to measure"),
        (photos_of({"a": 1, "b": 1}), "nothing to measure"),
        ([LabelledPhoto("a", "a1", Role.PROBE_MATED)], "a1 is a mated probe, and no photo of a"),
        (
            [
                LabelledPhoto("a", "a1", Role.GALLERY_MATED),
                LabelledPhoto("a", "a2", Role.PROBE_NONMATED),
            ],
            "a2 is a non-mated probe, and a photo of a is enrolled",
        ),
    ],
)
def test_a_set_that_measures_nothing_or_contradicts_itself_is_refused(
    photos: list[LabelledPhoto], told: str
) -> None:
    with pytest.raises(SourceUnusableError, match=told):
        drawn(photos, 1)
