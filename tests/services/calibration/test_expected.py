"""Candidates with how many other people are expected to equal them, and the mode by that."""

from dataclasses import replace

import pytest

from app.domain.audit import AuditAction
from app.domain.differential import GroupRate, MeasuredDifferential
from app.domain.errors import HighConfidenceRefusedError
from app.domain.high_confidence import HighConfidence, SearchMode
from app.domain.search import SearchOptions
from app.services.recorded import utc_now
from tests.domain.calibrations import NEARLY_EQUAL, calibration, curve
from tests.fakes import FakeFaceEngine
from tests.jails import Jail

HIGH = SearchOptions(mode=SearchMode.HIGH_CONFIDENCE)
GROUPS = (
    curve("sex F", 100, 100 * 999, 10_000, 1000, 100, 10, 0),
    curve("sex M", 100, 100 * 999, 11_000, 1100, 100, 10, 0),
)


@pytest.fixture
def measured_engine() -> FakeFaceEngine:
    return FakeFaceEngine(
        differential=MeasuredDifferential(
            "a set",
            90,
            "a score",
            GroupRate("A", 1100, 100_000, 20_000),
            GroupRate("B", 1000, 100_000, 20_000),
        )
    )


async def calibrate(jail: Jail, model: str = "fake/1", faces: int = 2000) -> None:
    async with jail.records.unit() as unit:
        measured = calibration(*GROUPS, model=model, compared=NEARLY_EQUAL, made_at=utc_now())
        await unit.calibrations.add(replace(measured, faces=faces, nameless=0))


async def test_nothing_is_expected_without_a_calibration(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})

    [candidate] = (await jail.search("Ann")).candidates

    assert candidate.expected_false_positives is None


async def test_a_new_calibration_counts_for_the_next_search(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "B1": "Bob"})
    await calibrate(jail)

    answer = await jail.search("Ann")

    best, other = (one.expected_false_positives for one in answer.candidates)
    assert best is not None
    assert other is not None
    assert best.people == other.people == 1  # two faces, and two of each person
    assert best.expected is None
    assert 0 < best.high < other.high
    assert best.worst_group is not None
    async with jail.records.unit() as unit:
        assert await unit.searches.get(answer.search_id) == answer


async def test_a_calibration_of_another_model_counts_for_nothing(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    await calibrate(jail, "another/1")

    [candidate] = (await jail.search("Ann")).candidates

    assert candidate.expected_false_positives is None


async def test_the_mode_is_refused_without_a_calibration_and_the_refusal_recorded(
    jail: Jail,
) -> None:
    await jail.book({"A1": "Ann"})

    with pytest.raises(HighConfidenceRefusedError):
        await jail.search("Ann", options=HIGH)

    entry = (await jail.audit())[-1]
    assert (entry.action, entry.outcome) == (AuditAction.SEARCH, "high_confidence_refused")


async def test_the_mode_leaves_out_whom_others_may_equal_and_says_how_many(
    jail: Jail, measured_engine: FakeFaceEngine
) -> None:
    jail.engine = measured_engine
    jail.high_confidence = HighConfidence(most_expected=0.003)
    await jail.book({"A1": "Ann", "B1": "Bob", "C1": "Cem"})
    await calibrate(jail, faces=3)
    everybody = await jail.search("Ann")
    worst = everybody.candidates[0].expected_false_positives
    assert worst is not None
    jail.high_confidence = HighConfidence(most_expected=worst.bound)

    answer = await jail.search("Ann", options=HIGH)

    assert [one.external_image_id for one in answer.candidates] == ["A1"]
    assert answer.mode is SearchMode.HIGH_CONFIDENCE
    [told] = answer.probe.warnings
    assert "2 of those looked at are left out" in told
    assert "lead" in told


async def test_nobody_at_all_is_a_normal_answer(
    jail: Jail, measured_engine: FakeFaceEngine
) -> None:
    jail.engine = measured_engine
    await jail.book({"B1": "Bob"})
    await calibrate(jail, faces=1)
    [candidate] = (await jail.search("Ann")).candidates
    assert candidate.expected_false_positives is not None
    jail.high_confidence = HighConfidence(candidate.expected_false_positives.bound * 0.99)

    assert (await jail.search("Ann", options=HIGH)).candidates == ()


async def test_where_nobody_could_be_shown_at_any_score_the_mode_is_refused(
    jail: Jail, measured_engine: FakeFaceEngine
) -> None:
    jail.engine = measured_engine
    await jail.book({"A1": "Ann"})
    await calibrate(jail, faces=1)

    with pytest.raises(HighConfidenceRefusedError, match="nobody could be shown"):
        await jail.search("Ann", options=HIGH)


@pytest.mark.parametrize("mode", [None, HIGH])
async def test_an_outgrown_calibration_is_told_with_each_answer_and_refuses_the_mode(
    jail: Jail, mode: SearchOptions | None
) -> None:
    """Made on three faces; there are five now."""
    await jail.book({f"A{n}": f"person {n}" for n in range(5)})
    made = calibration(*GROUPS, compared=NEARLY_EQUAL, made_at=utc_now())
    async with jail.records.unit() as unit:
        await unit.calibrations.add(replace(made, faces=3, nameless=0))

    if mode is None:
        [told] = (await jail.search("person 1")).probe.warnings
        assert "made on 3 faces, and the gallery holds 5 now" in told
    else:
        with pytest.raises(HighConfidenceRefusedError, match="gallery holds 5 now"):
            await jail.search("person 1", options=mode)
