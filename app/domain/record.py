"""What is on record of a photo: whether it is indexed, with which faces, and its standing."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.booking import RecordStatus
from app.domain.face import Face, PhotoSize
from app.domain.photo import View


class IndexStatus(StrEnum):
    """What became of a photo."""

    INDEXED = "indexed"
    SKIPPED = "skipped"  # stored, not searchable
    REMOVED = "removed"  # a tombstone: nothing is kept but the id


class IndexOutcome(StrEnum):
    """What one index call changed."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the JMS last said of a photo's person and record; `as_of` None: it never answered."""

    person_id: str | None = None
    status: RecordStatus = RecordStatus.ACTIVE
    as_of: datetime | None = None
    taken_at: datetime | None = None
    booking_number: str | None = None
    other_person_ids: tuple[str, ...] = ()  # that mean this person too, or once did
    previous_booking_numbers: tuple[str, ...] = ()  # of this stay


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """A face on record."""

    face_id: str
    face: Face


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """A photo on record; unique by its id in the collection."""

    external_image_id: str
    status: IndexStatus
    view: View
    sha256: str | None  # None once removed
    photo_key: str | None
    size: PhotoSize | None
    faces: tuple[FaceRecord, ...]
    engine: str | None
    model: str | None
    changed_at: datetime
    reason: str | None = None  # why it was skipped
    standing: Standing = field(default_factory=Standing)
    next_model: str | None = None  # of faces kept beside; whoever writes a record drops them


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """What an index call answers."""

    outcome: IndexOutcome
    record: PhotoRecord


@dataclass(frozen=True, slots=True)
class CurrentFace:
    """A face that the records count as current, and the photo it belongs to."""

    face_id: str
    external_image_id: str
    standing: Standing


class IntentKind(StrEnum):
    """What a process was about to do outside the database."""

    ENROL = "enrol"
    DISCARD = "discard"
    DELETE_COLLECTION = "delete_collection"  # its row is gone already
    UNITE = "unite"  # a photo's person has several, which the engine may search together


@dataclass(frozen=True, slots=True)
class Intent:
    """Written before an effect outside the database, so that a crash leaves nothing unknown."""

    intent_id: str
    kind: IntentKind
    external_image_id: str
    photo_key: str | None
    face_ids: tuple[str, ...]
    opened_at: datetime
