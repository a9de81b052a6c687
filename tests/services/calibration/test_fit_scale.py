"""A scale of similarities from labelled photos: ranks of pairs of different people."""

from collections.abc import Sequence

import pytest

from adapters.measurement import NumpyPairScores
from app.domain.errors import SourceUnusableError
from app.domain.evaluation import FaceRule, LabelledPhoto, Role
from app.domain.score_scale import ScoreScale
from app.services.calibration.fit_scale import FitScale
from app.services.evaluation import Unwatched
from tests.fakes import likeness
from tests.fakes_calibration import FakeLabelledPhotos, FakeScratchEngines

NAMES = [f"person {n}" for n in range(80)]
PHOTOS = [LabelledPhoto(name, f"{name}/1") for name in NAMES]


async def fitted(photos: Sequence[LabelledPhoto], spread: float = 1.0) -> ScoreScale:
    fit = FitScale(FakeLabelledPhotos(*photos), FakeScratchEngines(spread), NumpyPairScores, 3)
    return await fit(FaceRule.SERVICE, Unwatched())


async def test_a_point_is_the_score_that_its_share_of_pairs_reaches() -> None:
    scale = await fitted(PHOTOS)

    scores = sorted(
        likeness(one, other) / 100 for at, one in enumerate(NAMES) for other in NAMES[at + 1 :]
    )
    first, second = scale.points
    assert (first.similarity, first.false_match_rate) == (20, 0.1)
    assert first.raw_score == pytest.approx(scores[round(0.9 * len(scores))], abs=0.01)
    assert (second.similarity, second.false_match_rate) == (40, 0.01)
    assert first.raw_score < second.raw_score
    assert scale.rises


async def test_it_ends_where_fewer_than_thirty_pairs_are() -> None:
    """80 people are 3,160 pairs: 32 for one in a hundred, 3 for one in a thousand."""
    scale = await fitted(PHOTOS)

    assert scale.data.pairs == 3160
    assert (scale.ends_at, scale.top) == (0.01, 40)


async def test_where_all_scores_are_near_one_a_point_has_the_decimals_that_part_them() -> None:
    scale = await fitted(PHOTOS, spread=0.0005)

    first, second = scale.points
    assert first.pairs == pytest.approx(316, abs=32)
    assert 30 <= second.pairs <= 43
    assert scale.rises


async def test_a_scale_of_scores_that_are_all_the_same_is_refused() -> None:
    with pytest.raises(SourceUnusableError, match="one and the same score"):
        await fitted(PHOTOS, spread=1e-9)


async def test_too_few_people_are_refused() -> None:
    with pytest.raises(SourceUnusableError, match="20 people"):
        await fitted(PHOTOS[:20])


async def test_further_photos_are_pairs_of_one_person_and_never_of_two() -> None:
    further = [LabelledPhoto(name, f"{name}/2") for name in NAMES[:10]]

    scale = await fitted([*PHOTOS, *further])

    assert (scale.data.people, scale.data.pairs, scale.data.mated_pairs) == (80, 3160, 10)
    assert scale.points[-1].mated_pairs == 10


async def test_the_very_file_under_two_bookings_is_no_pair_of_one_person() -> None:
    copies = [LabelledPhoto(name, f"{name}/1#again") for name in NAMES[:10]]
    further = LabelledPhoto(NAMES[0], f"{NAMES[0]}/2")

    scale, without = [await fitted([*PHOTOS, further, *more]) for more in (copies, [])]

    assert (scale.data.mated_pairs, scale.points[-1].mated_pairs) == (1, 1)
    assert scale.data.sha256 == without.data.sha256


async def test_the_one_photo_of_a_person_is_not_a_probe_where_the_set_says_so() -> None:
    """All have a blurred probe first: taken for the one, nobody could be compared."""
    probes = [LabelledPhoto(name, f"{name}/blurred", Role.PROBE_MATED) for name in NAMES]

    scale = await fitted([*probes, *PHOTOS])

    assert (scale.data.people, scale.data.mated_pairs) == (80, 0)


async def test_who_cannot_be_enrolled_is_left_out() -> None:
    blurred = LabelledPhoto("nobody", "nobody/blurred")

    scale = await fitted([blurred, *PHOTOS])

    assert (scale.data.people, scale.data.pairs) == (80, 3160)


async def test_a_name_tells_set_model_and_points() -> None:
    one, again, other = [await fitted(each) for each in (PHOTOS, PHOTOS, PHOTOS[:40])]

    assert one.name.startswith("fmr-drawn-people:fake/1:")
    assert one.name == again.name
    assert one.name != other.name
