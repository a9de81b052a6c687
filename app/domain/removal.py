"""Removals: what was asked to be forgotten, what was destroyed, and how that was proved."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RemovalReason(StrEnum):
    """Why something is removed: a closed list."""

    EXPUNGED = "expunged"
    SEALED = "sealed"
    JUVENILE = "juvenile"
    COURT_ORDER = "court_order"
    ERROR = "error"
    RETENTION = "retention"
    OTHER = "other"

    @property
    def hides_booking(self) -> bool:
        """Whether the stay must not be told of either, whatever the JMS lists."""
        return self not in {RemovalReason.ERROR, RemovalReason.RETENTION, RemovalReason.OTHER}


class RemovalSubject(StrEnum):
    """By what the photos are named."""

    EXTERNAL_IMAGE_ID = "external_image_id"
    PERSON_ID = "person_id"
    BOOKING_NUMBER = "booking_number"


class RemovalState(StrEnum):
    """How far a removal is."""

    PENDING = "pending"  # hidden already; something outside is still to be done, or to be asked
    PROVED = "proved"  # every place was asked, and none has anything
    LEFT = "left"  # a place still has something, which is named; it is asked again


class Place(StrEnum):
    """Where something of a photo may be."""

    RECORDS = "records"
    ENGINE = "engine"
    PHOTO_STORE = "photo_store"
    THUMBNAILS = "thumbnails"
    FIRST_ANSWERS = "first_answers"
    PROBES = "probes"
    DATA_KEYS = "data_keys"


class Finding(StrEnum):
    """What a place answered."""

    GONE = "gone"
    NONE_KEPT = "none_kept"  # nothing of this kind is ever kept here
    WAITING = "waiting"  # to be destroyed, and not yet
    LEFT = "left"
    UNAVAILABLE = "unavailable"  # it could not be asked


@dataclass(frozen=True, slots=True)
class RemovalRequest:
    """What is to be forgotten, why, and on whose authority."""

    subject: RemovalSubject
    value: str
    reason: RemovalReason
    authority_reference: str | None = None


@dataclass(frozen=True, slots=True)
class RemovedPhoto:
    """A photo of a removal, as it was on record; `removed_at` None: not yet removed."""

    external_image_id: str
    sha256: str | None = None
    photo_key: str | None = None
    face_ids: tuple[str, ...] = ()
    engine: str | None = None
    model: str | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What one place answered when it was asked for what is to be gone."""

    place: Place
    asked_at: datetime
    finding: Finding
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """One removal; its photos are listed apart."""

    removal_id: str
    request: RemovalRequest
    asked_at: datetime
    asked_by: str
    photos: int
    on_behalf_of: str | None = None
    unknown_bookings: int | None = None  # photos of which no booking number is known
    state: RemovalState = RemovalState.PENDING
    checks: tuple[Check, ...] = ()
    proved_at: datetime | None = None
    tries: int = 0
    dropped: tuple[str, ...] = ()
    """Photos that stay: the JMS said that they are another's before their turn came."""


_STATES = (
    ({Finding.WAITING, Finding.UNAVAILABLE}, RemovalState.PENDING),
    ({Finding.LEFT}, RemovalState.LEFT),
)


def state_of(checks: tuple[Check, ...]) -> RemovalState:
    """Return what the answers of all places together mean."""
    found = {check.finding for check in checks}
    states = (state for findings, state in _STATES if findings & found)
    return next(states, RemovalState.PROVED if found else RemovalState.PENDING)
