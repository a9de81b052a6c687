"""The use case on the fake engine, whose similarity is that of the names."""

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from typing_extensions import override

from adapters.face_engine.temporary import TemporaryCollections
from adapters.measurement import NumpyMeasurement
from app.domain.errors import EngineUnavailableError, PhotoMissingError
from app.domain.evaluation import (
    FaceRule,
    PlacedPhoto,
    Role,
)
from app.ports.scratch_engine import RawScores
from app.services.evaluation import Evaluate, Program, Step, Unwatched, Wanted, Watcher
from app.services.evaluation.in_order import in_order
from tests.fakes import DrawnFace, drawn_photo
from tests.fakes_collections import FakeFaceCollections
from tests.services.evaluation.drawn_sets import (
    drawn_set,
    evaluate,
    evaluated,
)


@dataclass
class Listening(Watcher):
    steps: list[tuple[Step, int]] = field(default_factory=list)
    done: int = 0
    places: list[tuple[str, bool]] = field(default_factory=list)
    rows: list[tuple[str, bool]] = field(default_factory=list)

    @override
    def began(self, step: Step, photos: int) -> None:
        self.steps.append((step, photos))

    @override
    def advanced(self) -> None:
        self.done += 1

    @override
    def enrolled(self, gallery: Sequence[PlacedPhoto], enrolled: Sequence[bool]) -> None:
        images = (photo.image for photo in gallery)
        self.places = list(zip(images, enrolled, strict=True))

    @override
    def searched(self, probe: PlacedPhoto, scores: "array[float] | None") -> None:
        self.rows.append((probe.image, scores is not None))


async def test_an_engine_that_never_errs_is_measured_so_and_leaves_nothing() -> None:
    evaluation = await evaluated(drawn_set())

    facts = evaluation.facts
    assert (facts.engine, facts.model, facts.score) == ("fake", "fake/1", "similarity")
    assert (facts.candid_version, facts.commit) == ("1.0", "abc")
    assert (facts.people, facts.gallery_people, facts.seed) == (8, 6, None)
    assert facts.photos == {
        Role.GALLERY_MATED: 6,
        Role.PROBE_MATED: 6,
        Role.PROBE_NONMATED: 2,
    }
    assert [point.fnir.k for point in evaluation.open_set.investigation] == [0, 0, 0]
    assert evaluation.reading.failures == ()
    assert evaluation.reading.failure_to_detect.n == 14
    assert evaluation.remarks == ("Drawn by hand.",)


async def test_photos_that_fail_are_listed_and_count_as_misses() -> None:
    photos = drawn_set(
        {
            "Ada-1": drawn_photo(),  # nobody: Ada is not enrolled
            "Bea-2": drawn_photo(),
            "Cyn-1": drawn_photo("Cyn", DrawnFace("Eve", 0.45)),  # two alike
            "Dee-1": drawn_photo(DrawnFace("Dee", dark=True)),  # too poor
            "Zoe": None,
            "Fay-2": b"no photo at all",
        }
    )

    evaluation = await evaluated(photos)

    assert {one.image: one.reason for one in evaluation.reading.failures} == {
        "Ada-1": "no_face",
        "Bea-2": "no_face",
        "Cyn-1": "several_faces",
        "Dee-1": "face_refused",
        "Fay-2": "unsupported_photo",
        "Zoe": "photo_missing",
    }
    reading = evaluation.reading
    assert (reading.failure_to_detect.k, reading.failure_to_detect.n) == (4, 14)
    assert (reading.failure_to_enrol.k, reading.failure_to_enrol.n) == (3, 6)
    assert (reading.failure_to_search.k, reading.failure_to_search.n) == (3, 8)
    missed = evaluation.open_set.investigation[0].fnir
    assert (missed.k, missed.n) == (5, 6)


async def test_a_rule_says_whose_face_counts() -> None:
    two = drawn_photo("Cyn", DrawnFace("Eve", 0.45))

    largest = await evaluated(drawn_set({"Cyn-1": two}), Wanted(face=FaceRule.LARGEST))

    assert largest.reading.failures == ()
    assert largest.facts.face is FaceRule.LARGEST


async def test_the_same_set_gives_the_same_figures_and_hash_and_a_changed_photo_another() -> None:
    one, again = [await evaluated(drawn_set()) for _ in range(2)]
    other = await evaluated(drawn_set({"Ada-2": drawn_photo("Ada", note="3")}))

    assert replace(again, facts=replace(again.facts, at=one.facts.at)) == one
    assert other.facts.set_sha256 != one.facts.set_sha256
    assert other.open_set == one.open_set


async def test_roles_are_drawn_anew_when_that_is_wanted() -> None:
    evaluation = await evaluated(drawn_set(), Wanted(seed=5, draws_all=True))

    assert evaluation.facts.seed == 5
    assert evaluation.facts.photos[Role.PROBE_NONMATED] == 2  # those with one photo come first
    assert evaluation.facts.photos[Role.GALLERY_MATED] == 6


async def test_who_watches_hears_every_step_photo_and_score_in_the_sets_order() -> None:
    watcher = Listening()

    await evaluate(
        drawn_set({"Ada-1": drawn_photo(), "Bea-2": drawn_photo()}), FakeFaceCollections()
    )(Wanted(), watcher)

    assert watcher.steps == [
        (Step.LABELS, 0),
        (Step.ENROL, 6),
        (Step.SAME, 6),
        (Step.SEARCH, 8),
        (Step.FIGURES, 0),
    ]
    assert watcher.done == 20
    assert watcher.places[:2] == [("Ada-1", False), ("Bea-1", True)]
    assert watcher.rows[:2] == [("Ada-2", True), ("Bea-2", False)]
    assert [image for image, _ in watcher.rows[-2:]] == ["Yan", "Zoe"]


async def test_an_engine_that_is_down_ends_the_measurement_and_nothing_is_left() -> None:
    collections = FakeFaceCollections(down=True)

    with pytest.raises(EngineUnavailableError):
        await evaluate(drawn_set(), collections)(Wanted(), Unwatched())


async def test_a_measurement_that_is_cancelled_leaves_nothing() -> None:
    collections = FakeFaceCollections()
    searching = asyncio.Event()

    class Waiting(Unwatched):
        @override
        def began(self, step: Step, photos: int) -> None:
            if step is Step.SEARCH:
                searching.set()

    task = asyncio.create_task(evaluate(drawn_set(), collections)(Wanted(), Waiting()))
    await searching.wait()
    assert "scratch" in collections.open
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert collections.open == {}


async def test_an_engine_that_tells_too_few_candidates_is_remarked_on() -> None:
    engines = TemporaryCollections(
        FakeFaceCollections(), "scratch", RawScores("similarity", 0.0, 100.0, 5), print
    )
    measure = Evaluate(drawn_set(), engines, NumpyMeasurement(100), Program("1.0"), 1)

    evaluation = await measure(Wanted(), Unwatched())

    assert evaluation.remarks[-1].startswith("The engine tells only the 5 strongest candidates")


async def test_results_come_in_order_and_what_fails_ends_the_rest() -> None:
    started = list[int]()

    async def work(number: int) -> int:
        started.append(number)
        await asyncio.sleep(0.01 / number if number else 0)
        if number == 3:
            raise PhotoMissingError
        return number

    results = list[int]()

    async def gather() -> None:
        async for one in in_order(range(10), work, 2):
            results.append(one)

    with pytest.raises(PhotoMissingError):
        await gather()

    assert results == [0, 1, 2]
    assert max(started) <= 4
