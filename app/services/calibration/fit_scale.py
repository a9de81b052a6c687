"""Use case: fit a scale of similarities on labelled photos, beside the service."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from typing_extensions import override

from app.domain.errors import SourceUnusableError
from app.domain.evaluation import (
    FaceRule,
    LabelledPhoto,
    LabelledSet,
    PlacedPhoto,
    Protocol,
    Role,
)
from app.domain.score_scale import (
    EVENTS,
    RATES,
    ScaleData,
    ScalePoint,
    ScoreScale,
    fitted,
)
from app.ports.labelled_photos import LabelledPhotos
from app.ports.measurement import Taker
from app.ports.pair_scores import PairScores
from app.ports.scratch_engine import ScratchEngine, ScratchEngines
from app.services.evaluation.account import digest_of
from app.services.evaluation.showing import Showing
from app.services.evaluation.watching import Step, Watcher
from app.services.recorded import utc_now

_DECIMALS = range(4, 9)
"""Of raw scores: more than four say nothing, by the rate's own interval, but where all are close
together. A float32 near 1 has no more than eight."""
_OFF = 0.1  # of its share of pairs, which a point may be off, or as much as chance is


@dataclass(frozen=True, slots=True)
class FitScale:
    """Compares one photo of every person with everybody else's, and their further photos with it.

    A point of the scale is the raw score that its share of all pairs of different people reaches.
    """

    photos: LabelledPhotos
    engines: ScratchEngines
    pair_scores: Callable[[], PairScores]
    at_once: int  # photos

    async def __call__(self, face: FaceRule, watcher: Watcher) -> ScoreScale:
        """Fit; a photo that the engine would not enrol or search is left out.

        So is a further one that is, byte for byte, its person's one.

        Raises SourceUnusableError, also for a set of too few people, EngineUnavailableError and
        EngineMisconfiguredError.
        """
        watcher.began(Step.LABELS, 0)
        labelled = await self.photos.labels()
        ones, others = _placed(labelled)
        different, mated = self.pair_scores(), self.pair_scores()
        async with self.engines.opened(len(ones)) as engine:
            showing = Showing(self.photos, engine, face, self.at_once, watcher)
            await showing.enrol(ones)
            enrolled = [photo for photo in ones if photo.image not in showing.failures]
            place_of = {photo.person: place for place, photo in enumerate(ones)}
            places = [place_of[photo.person] for photo in enrolled]
            await showing.search(enrolled, _Later(different, places))
            same = await showing.enrolled_already(others)
            others = tuple(photo for photo in others if photo.image not in same)
            further = [place_of[photo.person] for photo in others]
            await showing.search(others, _Own(mated, further))
            watcher.began(Step.FIGURES, 0)
            digest = digest_of(Protocol((*ones, *others)), showing.digests)
            data = ScaleData(
                labelled.name, digest, len(enrolled), different.count, mated.count, utc_now()
            )
            return await _scale(engine, different, mated, data)


@dataclass(frozen=True, slots=True)
class _Later(Taker):
    """Takes each pair of different people once: what a probe scores with those after it."""

    pairs: PairScores
    places: Sequence[int]  # of the probes

    @override
    def add(self, probe: int, scores: "array[float]") -> None:
        self.pairs.add(scores[self.places[probe] + 1 :])


@dataclass(frozen=True, slots=True)
class _Own(Taker):
    """Takes what a probe scores with its own person."""

    pairs: PairScores
    places: Sequence[int]  # of the probes' persons

    @override
    def add(self, probe: int, scores: "array[float]") -> None:
        place = self.places[probe]
        self.pairs.add(scores[place : place + 1])


def _placed(
    labelled: LabelledSet,
) -> tuple[tuple[PlacedPhoto, ...], tuple[PlacedPhoto, ...]]:
    """Return one photo of each person, and all others.

    The one is the first that the set's roles do not make a mated probe, else the first.
    """
    first = dict[str, LabelledPhoto]()
    for photo in sorted(labelled.photos, key=lambda one: one.role is Role.PROBE_MATED):
        first.setdefault(photo.person, photo)
    ones = {photo.image for photo in first.values()}

    def placed(role: Role, *, is_first: bool) -> Iterator[PlacedPhoto]:
        for one in labelled.photos:
            if (one.image in ones) is is_first:
                yield PlacedPhoto(one.person, one.image, role, one.groups)

    return (
        tuple(placed(Role.GALLERY_MATED, is_first=True)),
        tuple(placed(Role.PROBE_MATED, is_first=False)),
    )


async def _scale(
    engine: ScratchEngine, different: PairScores, mated: PairScores, data: ScaleData
) -> ScoreScale:
    described = await engine.describe()
    points = tuple(_points(different, mated))
    if not points:
        raise SourceUnusableError(
            f"{data.set_name}: {data.people} people could be compared, which is too few for the "
            f"first point of a scale: {EVENTS} pairs must reach it, one pair in ten. Or too many "
            "pairs have one and the same score."
        )
    bottom = 0.0 if points[0].raw_score > 0 else engine.scores.low
    return fitted(described.name, described.model, bottom, points, data)


def _points(different: PairScores, mated: PairScores) -> Iterator[ScalePoint]:
    """Yield points up to the first that too few pairs reach, or no score parts from the others."""
    for similarity, rate in RATES.items():
        raw_score = _reached(different, rate)
        if raw_score is None:
            return
        counted = different.at_or_above(raw_score), mated.at_or_above(raw_score)
        yield ScalePoint(similarity, raw_score, rate, *counted)


def _reached(different: PairScores, rate: float) -> float | None:
    """Return the shortest raw score that EVENTS pairs reach, and about that share of them."""
    share = rate * different.count
    if share < EVENTS:
        return None
    off = max(_OFF * share, 2 * sqrt(share))
    reached = different.reached_by(rate)
    for decimals in _DECIMALS:
        raw_score = round(reached, decimals)
        pairs = different.at_or_above(raw_score)
        if pairs >= EVENTS and abs(pairs - share) <= off:
            return raw_score
    return None
