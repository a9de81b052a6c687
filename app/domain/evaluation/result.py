"""What one evaluation found: open-set figures, figures by group, and the facts to repeat it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.evaluation.labelled import FaceRule, Role
from app.domain.evaluation.rate import Rate, Ratio

SCHEMA = "candid-evaluation/1"

LEAST_PEOPLE = 10
"""A group of fewer people is told and compared with none."""

FEW_PEOPLE = 30
"""A group of fewer is compared, with the warning that its interval is what counts."""


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """What was measured on what, when and by which version: what another needs to repeat it."""

    engine: str
    model: str
    score: str  # what a raw score is: "cosine", "similarity"
    score_scale: str  # the name of the scale from 0 to `scale_top`
    scale_top: float
    candid_version: str
    commit: str | None  # None: not run from a checkout
    at: datetime  # UTC
    set_name: str
    set_sha256: str  # of the labels and every photo's bytes
    seed: int | None  # of the roles; None: the set gave them
    bootstrap_seed: int
    bootstrap_samples: int
    face: FaceRule
    people: int
    photos: Mapping[Role, int]
    gallery_people: int


@dataclass(frozen=True, slots=True)
class PhotoFailure:
    """A photo that could not be used, and the stable code of the reason, as `no_face`."""

    image: str
    person: str
    role: Role
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine made of the photos; every failure counts as a miss further down.

    Of faces that were enrolled before, finding and enrolling is not tried: both are 0 of 0.
    """

    failure_to_detect: Rate  # of all photos: no face was found, or the photo could not be read
    failure_to_enrol: Rate  # of the gallery's photos: for whatever reason
    failure_to_search: Rate  # of the probes
    failures: tuple[PhotoFailure, ...]  # the set's order


@dataclass(frozen=True, slots=True)
class RankPoint:
    """The share of mated searches whose person is not among the first `rank` people (threshold 0).

    1 - FNIR(rank) over all ranks is the cumulative match characteristic (CMC).
    """

    rank: int
    fnir: Rate


@dataclass(frozen=True, slots=True)
class MissAtFalsePositiveRate:
    """FNIR at the lowest threshold that lets no more than `fpir` of non-mated searches through.

    `threshold` is a raw score: at or above it counts. Where the non-mated probes are too few,
    `threshold`, `similarity` and `fnir` are None and `why_not` says what it would take.
    """

    fpir: float
    threshold: float | None
    similarity: float | None  # the threshold on the engine's scale
    measured_fpir: Rate | None
    fnir: Rate | None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class TradeOffPoint:
    """One point of the detection error trade-off (DET) curve."""

    threshold: float
    fpir: float
    fnir: float
    people: int | None = None  # behind the errors of the kind with fewer; None: an older result


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts in bins of equal width from `low` to `high`, raw scores; the ends take what is out."""

    low: float
    high: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenSet:
    """NIST's open-set figures (FRTE 1:N): mated and non-mated searches of one gallery.

    FNIR: mated searches whose person is not returned. FPIR: non-mated searches that return anybody
    at or above the threshold. Ranks count people, each by the best of their photos.
    """

    investigation: tuple[RankPoint, ...]  # ranks 1, 5 and 20
    identification: tuple[MissAtFalsePositiveRate, ...]  # FPIR 0.1, 0.01, 0.003, 0.001
    cmc: tuple[RankPoint, ...]  # ranks 1 to 50, or to the number of people
    det: tuple[TradeOffPoint, ...]  # threshold rising
    mated_scores: Histogram  # a mated search's best score of its own person
    nonmated_scores: Histogram  # a non-mated search's best score
    comparison_scores: Histogram  # every probe against every photo of somebody else


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group at one shared threshold.

    False match: a probe and a gallery photo of different people at or above the threshold. False
    non-match: a mated probe whose person's best score is below it, or that could not be searched.
    `compared_people` and `mated_people` are those behind the two rates (None: an older result).
    """

    group: str
    people: int
    probes: int
    false_match: Rate
    false_nonmatch: Rate
    fnir: tuple[RankPoint, ...]  # ranks 1, 5 and 20; of this group's mated probes
    warning: str | None = None  # where it is too small to say anything, or much
    compared_people: int | None = None  # of the probes or of the gallery, whichever are fewer
    mated_people: int | None = None

    @property
    def has_false_matches_to_compare(self) -> bool:
        """Whether enough people stand behind its false match rate."""
        people = self.people if self.compared_people is None else self.compared_people
        return self.false_match.n > 0 and people >= LEAST_PEOPLE

    @property
    def has_misses_to_compare(self) -> bool:
        """Whether enough people stand behind its false non-match rate."""
        people = self.people if self.mated_people is None else self.mated_people
        return self.false_nonmatch.n > 0 and people >= LEAST_PEOPLE


@dataclass(frozen=True, slots=True)
class SharedThreshold:
    """Every group at the threshold that gives one false match rate over all comparisons."""

    false_match_rate: float
    threshold: float
    similarity: float
    overall_false_match: Rate
    overall_false_nonmatch: Rate
    groups: tuple[GroupFigures, ...]
    false_match_ratio: Ratio | None  # None: no two groups are large enough, or no event in any
    false_nonmatch_ratio: Ratio | None

    @property
    def false_match_ratio_not_estimable(self) -> str | None:
        """Why it must not be quoted without its interval; None: it may be."""
        rates = {one.group: one.false_match for one in self.groups}
        return _few_behind(self.false_match_ratio, rates)

    @property
    def false_nonmatch_ratio_not_estimable(self) -> str | None:
        """Why it must not be quoted without its interval; None: it may be."""
        rates = {one.group: one.false_nonmatch for one in self.groups}
        return _few_behind(self.false_nonmatch_ratio, rates)


@dataclass(frozen=True, slots=True)
class GroupedBy:
    """One column of the set.

    Where people have one value each (`of_person`), false matches are counted between people of the
    same group. Else, as with pose, they are counted by the probe's value against everybody.
    """

    column: str
    of_person: bool
    unlabelled: int  # photos without a value, counted in no group
    thresholds: tuple[SharedThreshold, ...]
    contradicted: int = 0  # people of several values in a column of people, counted in no group


def _few_behind(ratio: Ratio | None, rates: Mapping[str, Rate]) -> str | None:
    """Say which of the two rates that a ratio is made of is not to be quoted, and why."""
    if ratio is None:
        return None
    whys = [
        (one, rate.not_estimable) for one, rate in rates.items() if one in (ratio.worst, ratio.best)
    ]
    return "; ".join(f"{group}: {why}" for group, why in whys if why) or None


class LabelDoubtKind(StrEnum):
    """Why a pair of photos looks mislabelled."""

    TWO_NAMES = "two_names"  # two people on record, and the photos are very alike
    ONE_NAME = "one_name"  # one person on record, and the photos are unlike


@dataclass(frozen=True, slots=True)
class LabelDoubt:
    """Two photos whose labels somebody should check; nothing was left out because of it."""

    kind: LabelDoubtKind
    image: str
    person: str
    other_image: str
    other_person: str
    score: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One engine measured on one set."""

    facts: EvaluationFacts
    reading: Reading
    open_set: OpenSet
    by_group: tuple[GroupedBy, ...]  # empty where the set has no such column
    doubts: tuple[LabelDoubt, ...]  # most doubtful first, at most 100
    remarks: tuple[str, ...] = ()  # for people: what of it must be read with care

    @property
    def is_older(self) -> bool:
        """Whether its intervals are of the older, narrower kind."""
        reading = self.reading
        ranks = (point.fnir for point in self.open_set.investigation)
        rates = (reading.failure_to_detect, reading.failure_to_search, *ranks)
        return any(rate.is_older for rate in rates)
