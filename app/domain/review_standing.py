"""Where a review stands: read off its entries alone, of which later ones take the place of earlier.

The first people to answer, as many as the rules want, are its reviewers. They agree when they hold
the same candidates to be possible leads. Where they do not, one more person's answer decides: the
examiner's. Or they correct their answers until they agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from app.domain.review import (
    CLOSED,
    Review,
    ReviewAnswer,
    ReviewEntry,
    ReviewState,
    Suitability,
)
from app.domain.review_people import Reviewer

_OPEN_EYES = frozenset({ReviewState.AWAITING_RELEASE, *CLOSED}) - {ReviewState.UNSUITABLE}
"""Where no answer is awaited that others could colour.

A probe found unsuitable may be found suitable again, by anybody.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a review's entries come to."""

    review: Review
    probe: ReviewEntry | None  # the newest decision
    answers: tuple[ReviewEntry, ...]  # each person's newest, in the order of their first ones
    released: tuple[ReviewEntry, ...]

    @classmethod
    def of(cls, review: Review) -> Self:
        """Read it off the entries."""
        newest = list[ReviewEntry]()
        for entry in review.entries:
            if entry.answer is not None:
                same = (one for one in newest if one.reviewer.is_same(entry.reviewer))
                if (earlier := next(same, None)) is None:
                    newest.append(entry)
                else:
                    newest[newest.index(earlier)] = entry
        probes = [entry for entry in review.entries if entry.probe is not None]
        released = tuple(entry for entry in review.entries if entry.release is not None)
        return cls(review, probes[-1] if probes else None, tuple(newest), released)

    @property
    def state(self) -> ReviewState:
        """Where it stands."""
        if self.released:
            return ReviewState.LEAD_RELEASED
        if self.probe is None or self.probe.probe is None:
            return ReviewState.AWAITING_PROBE
        if self.probe.probe.suitability is Suitability.UNSUITABLE:
            return ReviewState.UNSUITABLE
        if not self.review.candidates:
            return ReviewState.NO_LEAD
        return self._answered()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is awaited."""
        return self.state in CLOSED

    @property
    def leads(self) -> frozenset[str] | None:
        """The possible leads that are agreed on or decided; None: not yet."""
        if len(self.answers) < self.review.rules.reviewers:
            return None
        found = {answer.leads for answer in self._deciding}
        return found.pop() if len(found) == 1 else None

    @property
    def release_stands(self) -> bool:
        """Whether every lead that was released is still agreed on, and the probe suitable."""
        unsuitable = (
            self.probe is not None
            and self.probe.probe is not None
            and self.probe.probe.suitability is Suitability.UNSUITABLE
        )
        return not unsuitable and self.released_ids <= (self.leads or frozenset())

    @property
    def released_ids(self) -> frozenset[str]:
        """The candidates that were given to the case."""
        found = (entry.release for entry in self.released)
        return frozenset(one.external_image_id for one in found if one is not None)

    def answer_of(self, reviewer: Reviewer) -> ReviewEntry | None:
        """Return the newest answer of a person."""
        return next((one for one in self.answers if one.reviewer.is_same(reviewer)), None)

    def must_be_blind(self, reviewer: Reviewer) -> bool:
        """Say whether this person's answer is still awaited, so that nothing may colour it."""
        return self.answer_of(reviewer) is None and self.state not in _OPEN_EYES

    @property
    def _deciding(self) -> Sequence[ReviewAnswer]:
        count = self.review.rules.reviewers
        entries = self.answers[count:] or self.answers[:count]
        return [entry.answer for entry in entries if entry.answer is not None]

    def _answered(self) -> ReviewState:
        if len(self.answers) < self.review.rules.reviewers:
            return ReviewState.IN_REVIEW
        if self.leads is None:
            return ReviewState.DISAGREEMENT
        if self.leads:
            closed = (
                self.review.entries[-1].close is not None
            )  # whatever comes later opens it again
            return ReviewState.NOT_RELEASED if closed else ReviewState.AWAITING_RELEASE
        if any(answer.is_inconclusive for answer in self._deciding):
            return ReviewState.INCONCLUSIVE
        return ReviewState.NO_LEAD
