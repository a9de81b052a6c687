"""What keeps a review's step from being recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors.base import CandidError

if TYPE_CHECKING:
    from collections.abc import Sequence


class ReviewStateError(CandidError):
    """The review does not stand where this could be done."""

    code = "review_state"
    text = "The review does not stand where this can be done; look at it again."


class ReviewEntryStandsError(CandidError):
    """There is an entry already, of the same person or of another."""

    code = "review_entry_stands"
    text = "This was decided already. To correct it, name the entry in corrects."

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Entry {number} says this already. Look at it, and to correct it send "
            f"corrects={number}; it stays on record."
        )


class ReviewerExcludedError(CandidError):
    """Who made the search, or asked for it, does not review it here."""

    code = "reviewer_excluded"
    text = "Who made this search or asked for it does not review it here."

    def __init__(self, rule: str = "") -> None:
        super().__init__(f"{self.text[:-1]}: {rule}." if rule else "")


class ReviewerNotBlindError(CandidError):
    """The person has seen what a further reviewer must not have seen."""

    code = "reviewer_not_blind"
    text = (
        "You have seen this search's answer, and of several reviewers only one may have. Somebody "
        "who has not must answer."
    )

    def __init__(self, rule: str = "") -> None:
        super().__init__(f"{self.text[:-1]}: {rule}." if rule else "")


class ReviewAnswerError(CandidError):
    """What was sent does not fit the search's candidates."""

    code = "review_answer"
    text = "The answer does not fit the candidates; the fields are named."

    def __init__(self, complaints: Sequence[tuple[str, str]] = ()) -> None:
        named = "; ".join(f"{field}: {message}" for field, message in complaints)
        super().__init__(named and f"The answer does not fit. {named}.")
        self.complaints = tuple(complaints)


class CorroborationRequiredError(CandidError):
    """A lead is released only with evidence of another kind."""

    code = "corroboration_required"
    text = "A lead is released here only with its corroboration: kind, reference and text."

    def __init__(self, rule: str = "") -> None:
        super().__init__(f"{self.text[:-1]}: {rule}." if rule else "")


class PictureNotFoundError(CandidError):
    """There is no such picture, or it may not be shown now."""

    code = "picture_not_found"
    text = (
        "There is no such picture of this search, or it is not shown (any more): decide on the "
        "probe first; a photo that was removed or sealed since is gone."
    )
