"""Use case: measure an engine on labelled photos, and say how sure one may be of the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.errors import SourceUnusableError
from app.domain.evaluation import (
    Evaluation,
    EvaluationFacts,
    FaceRule,
    LabelledPhoto,
    LabelledSet,
    PlacedPhoto,
    Protocol,
    Role,
    drawn,
)
from app.ports.labelled_photos import LabelledPhotos
from app.ports.measurement import Measurement, Searches
from app.ports.scratch_engine import ScratchEngines
from app.services.evaluation.account import digest_of, reading, remarks_on
from app.services.evaluation.showing import Showing
from app.services.evaluation.watching import Step, Watcher
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class Program:
    """What measures."""

    version: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to measure."""

    seed: int = 1
    face: FaceRule = FaceRule.SERVICE
    draws_all: bool = False  # the roles that the set gives are set aside
    most_probes: int | None = None  # of each kind, where they are drawn


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Enrols a set's gallery in a scratch engine, searches its probes, and measures."""

    photos: LabelledPhotos
    engines: ScratchEngines
    measurement: Measurement
    program: Program
    at_once: int  # photos

    async def __call__(self, wanted: Wanted, watcher: Watcher) -> Evaluation:
        """Measure; a photo's own fault counts as a miss and is listed.

        A mated probe that is the very photo enrolled for its person is left out.

        Raises SourceUnusableError for the set, EngineUnavailableError and
        EngineMisconfiguredError.
        """
        watcher.began(Step.LABELS, 0)
        labelled = await self.photos.labels()
        protocol = drawn(_to_draw(labelled.photos, wanted), wanted.seed, wanted.most_probes)
        gallery = protocol.of(Role.GALLERY_MATED, Role.GALLERY_DISTRACTOR)
        async with self.engines.opened(len(gallery)) as engine:
            showing = Showing(self.photos, engine, wanted.face, self.at_once, watcher)
            enrolled = await showing.enrol(gallery)
            same = await showing.enrolled_already(protocol.of(Role.PROBE_MATED))
            protocol = protocol.without(same)
            probes = _probes_left(protocol)
            tally = self.measurement.tally(
                Searches(gallery, enrolled, probes, engine.scores, engine.similarity)
            )
            await showing.search(probes, tally)
            facts = await self._facts(showing, labelled, protocol)
        watcher.began(Step.FIGURES, 0)
        figures = tally.figures()
        return Evaluation(
            facts,
            reading(self.measurement, protocol, showing.failures, of_photos=labelled.held is None),
            figures.open_set,
            figures.by_group,
            figures.doubts,
            (*labelled.remarks, *remarks_on(protocol, engine.scores, labelled.held, len(same))),
        )

    async def _facts(
        self, showing: Showing, labelled: LabelledSet, protocol: Protocol
    ) -> EvaluationFacts:
        described = await showing.engine.describe()
        return EvaluationFacts(
            engine=described.name,
            model=described.model,
            score=showing.engine.scores.name,
            score_scale=described.score_scale,
            scale_top=described.scale_top,
            candid_version=self.program.version,
            commit=self.program.commit,
            at=utc_now(),
            set_name=labelled.name,
            set_sha256=digest_of(protocol, showing.digests),
            seed=protocol.seed,
            bootstrap_seed=self.measurement.seed,
            bootstrap_samples=self.measurement.samples,
            face=showing.face,
            people=len({photo.person for photo in protocol.photos}),
            photos=protocol.counts,
            gallery_people=len({one.person for one in protocol.photos if one.role.is_gallery}),
        )


def _probes_left(protocol: Protocol) -> Sequence[PlacedPhoto]:
    """Return the probes; SourceUnusableError where all were enrolled photos themselves."""
    probes = protocol.of(Role.PROBE_MATED, Role.PROBE_NONMATED)
    if not probes:
        raise SourceUnusableError(
            "There is nothing to measure: every probe is the very same file as an enrolled photo "
            "of its person, and to find it again says nothing. Name other photos of them."
        )
    return probes


def _to_draw(photos: Sequence[LabelledPhoto], wanted: Wanted) -> Sequence[LabelledPhoto]:
    return [replace(one, role=None) for one in photos] if wanted.draws_all else photos
