"""What is to be forgotten, what must not be, and what is forgotten already."""

from __future__ import annotations

from app.domain.errors.base import CandidError


class PreservationHoldError(CandidError):
    """A preservation hold keeps what was to be removed."""

    code = "preservation_hold"
    text = "A preservation hold is on it; nothing was changed."

    def __init__(self, hold_id: str = "", what: str = "") -> None:
        self.hold_id = hold_id
        told = f"The preservation hold {hold_id} is on {what}; nothing was changed."
        super().__init__(told if hold_id else "")


class HoldNotFoundError(CandidError):
    """No such hold was ever placed."""

    code = "hold_not_found"
    text = "No preservation hold with this id was placed."


class HoldReleasedError(CandidError):
    """The hold was released before."""

    code = "hold_released"
    text = "This preservation hold was released before; `GET /holds` says when and why."


class RemovalNotFoundError(CandidError):
    """No such removal was asked for."""

    code = "removal_not_found"
    text = "No removal with this id was asked for."


class NothingToRemoveError(CandidError):
    """No photo on record is meant."""

    code = "nothing_to_remove"
    text = "No photo on record is of this person or booking."


class ProbeNotKeptError(CandidError):
    """The search's probe was never kept."""

    code = "probe_not_kept"
    text = "The probe of this search was never kept; its hash is in the search."


class ProbeDestroyedError(CandidError):
    """The search's probe was kept and is destroyed."""

    code = "probe_destroyed"
    text = "The probe of this search is kept by its hash only."
