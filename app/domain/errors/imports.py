"""Imports and where their photos come from."""

from __future__ import annotations

from app.domain.errors.base import CandidError


class ImportInTroubleError(CandidError):
    """An import paused by itself, and waits for somebody who mends what it says."""

    code = "import_in_trouble"
    text = "An import paused by itself; GET /imports says why."


class TooManyWatchersError(CandidError):
    """So many streams of events are open that one more is not sent."""

    code = "too_many_watchers"
    text = (
        "So many watch imports already that no further stream is opened; try again later, or ask "
        "GET /imports/{import_id} now and then."
    )


class SourceUnavailableError(CandidError):
    """The source of an import does not answer; the same call may succeed later."""

    code = "source_unavailable"
    text = "The source of the photos does not answer at the moment; try again."


class SourceTimeoutError(SourceUnavailableError):
    """The source of an import took too long."""

    code = "source_timeout"
    text = "The source of the photos took too long; try again."


class SourceUnusableError(CandidError):
    """The source of an import is not there, not allowed, or not what it was said to be."""

    code = "source_unusable"


class PhotoMissingError(CandidError):
    """The source lists a photo and does not have it."""

    code = "photo_missing"
    text = "The source lists this photo and does not have it."


class ImportNotFoundError(CandidError):
    """No such import is on record."""

    code = "import_not_found"
    text = "No import with this id is on record."


class ImportItemNotFoundError(CandidError):
    """The import has no such item."""

    code = "import_item_not_found"
    text = "The import has no item at this position."


class ImportRunningError(CandidError):
    """Another import is open."""

    code = "import_running"

    def __init__(self, import_id: str) -> None:
        super().__init__(
            f"Import {import_id} is not at its end; watch it, or cancel it before starting another."
        )


class ImportStateError(CandidError):
    """The import is not in a state in which this can be done."""

    code = "import_state"
