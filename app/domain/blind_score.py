"""What a blind test showed, once its answers and its results are open."""

from dataclasses import dataclass
from typing import Final

from app.domain.blind_test import (
    NOT_NOTED,
    BlindAnswers,
    BlindResults,
    BlindTest,
    NotedSeals,
    ProbeReturned,
    check_opening,
)
from app.domain.exact_interval import exact_interval

RANKS: Final = (1, 5)


@dataclass(frozen=True, slots=True)
class BlindOutcome:
    """One probe: the truth, what came back, and the right person's rank, if they came back."""

    number: int
    truth: tuple[str, ...]  # empty: not in the gallery
    returned: ProbeReturned
    rank: int | None

    @property
    def is_mated(self) -> bool:
        """Whether the person is in the gallery."""
        return bool(self.truth)

    @property
    def counts(self) -> bool:
        """Whether it tells of finding a person: finding an enrolled file again does not."""
        return self.returned.same_file is None


@dataclass(frozen=True, slots=True)
class FoundWithin:
    """How many right people came back within so many ranks; the interval is one of 95 %."""

    rank: int
    count: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OpenedBlindTest:
    """All of a test, opened."""

    test: BlindTest
    results: BlindResults
    answers: BlindAnswers
    opened_at: str  # RFC 3339
    outcomes: tuple[BlindOutcome, ...]
    found: tuple[FoundWithin, ...]  # none where no probe's person is in the gallery
    noted: NotedSeals

    @property
    def mated(self) -> tuple[BlindOutcome, ...]:
        """Return the probes that count of people who are in the gallery."""
        return tuple(one for one in self.outcomes if one.counts and one.is_mated)

    @property
    def non_mated(self) -> tuple[BlindOutcome, ...]:
        """Return the probes that count of people who are not."""
        return tuple(one for one in self.outcomes if one.counts and not one.is_mated)

    @property
    def left_out(self) -> tuple[BlindOutcome, ...]:
        """Return the probes that are enrolled files themselves, and are in no figure."""
        return tuple(one for one in self.outcomes if not one.counts)

    @property
    def mated_people(self) -> int:
        """Count the people in the gallery of whom there are probes; a shared id is one person."""
        people: list[set[str]] = []
        for one in self.mated:
            ids = set(one.truth)
            ids.update(*(known for known in people if known & ids))
            people = [known for known in people if not known & ids] + [ids]
        return len(people)


def opened(
    test: BlindTest,
    results: BlindResults,
    answers: BlindAnswers,
    opened_at: str,
    noted: NotedSeals = NOT_NOTED,
) -> OpenedBlindTest:
    """Hold the results against the answers. What was not searched, for want of a face, is a miss.

    Raises what `check_opening` raises.
    """
    check_opening(test, results, answers, noted)
    truths = {one.sha256: one.external_image_ids for one in answers.answers}
    returned = {one.number: one for one in results.returned}
    outcomes = tuple(
        BlindOutcome(
            probe.number,
            truths[probe.sha256],
            returned[probe.number],
            _rank(truths[probe.sha256], returned[probe.number]),
        )
        for probe in test.probes
    )
    ranks = [one.rank for one in outcomes if one.counts and one.is_mated]
    found = _found(ranks, results.facts.candidates_asked)
    return OpenedBlindTest(test, results, answers, opened_at, outcomes, found, noted)


def _rank(truth: tuple[str, ...], returned: ProbeReturned) -> int | None:
    right = (one for one in returned.candidates if set(truth) & set(one.external_image_ids))
    return next((one.rank for one in right), None)


def _found(ranks: list[int | None], asked: int) -> tuple[FoundWithin, ...]:
    if not ranks:
        return ()
    within = tuple(rank for rank in RANKS if rank <= asked)
    counts = [sum(one is not None and one <= rank for one in ranks) for rank in within]
    return tuple(
        FoundWithin(rank, count, len(ranks), *exact_interval(count, len(ranks)))
        for rank, count in zip(within, counts, strict=True)
    )
