"""What verifying finds: where the JMS, the photo store, the records and the engine disagree."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.booking import RecordStatus
from app.domain.face import Box
from app.domain.photo import View
from app.domain.record import IndexStatus


class Finding(StrEnum):
    """One kind of disagreement; those that are information are no fault of anybody's."""

    MISSING_IN_RECORDS = "missing_in_records"  # the JMS lists it; nothing says why it is not in
    MISSING_PHOTO = "missing_photo"  # on record, and the photo store does not have it
    ORPHANED_PHOTO = "orphaned_photo"  # stored, and neither a record nor an intent names it
    STALE_PHOTO = "stale_photo"  # stored bytes are not those on record, or the JMS has others now
    MISSING_FACE = "missing_face"  # indexed, and its face cannot be found by a search
    ORPHANED_FACE = "orphaned_face"  # can be found, and no record counts it
    DOUBLE_FACE = "double_face"  # the same face of the same picture, current twice
    WRONG_MODEL = "wrong_model"  # a face of another model than the engine's
    MISSING_KEY = "missing_key"  # the data key of a photo or template on record is gone
    ORPHANED_KEY = "orphaned_key"  # a data key of what is on no record: it must not outlive it
    LEFT_INTENTS = "left_intents"  # begun outside the database and not settled in its time
    DOUBLE_PHOTO = "double_photo"  # the same picture under several ids
    BESIDE_FACE = "beside_face"  # under a photo's id; only the Rekognition calls add such
    UNKNOWN_TO_JMS = "unknown_to_jms"  # on record, and the JMS knows no booking

    @property
    def is_information(self) -> bool:
        """Whether it is told and is no error: nothing has to be mended."""
        return self in _INFORMATION


_INFORMATION = frozenset({Finding.DOUBLE_PHOTO, Finding.BESIDE_FACE, Finding.UNKNOWN_TO_JMS})


class Part(StrEnum):
    """What is compared with the records, one after the other."""

    LISTING = "listing"  # the photos that the JMS lists
    BOOKINGS = "bookings"  # the bookings that the JMS knows
    PHOTOS = "photos"  # the keys of the photo store
    KEYS = "keys"  # the data keys of photos, templates and probes
    DOUBLES = "doubles"  # the records among themselves
    FACES = "faces"  # the faces and templates that count
    ENGINE = "engine"  # the faces that an engine outside holds
    CONTENT = "content"  # the bytes of stored photos
    SAMPLE = "sample"  # the bytes of some photos as the JMS has them now
    INTENTS = "intents"


@dataclass(frozen=True, slots=True)
class Mend:
    """What repairing did about a finding, or why it did nothing."""

    is_done: bool
    what: str


@dataclass(frozen=True, slots=True)
class Found:
    """One disagreement; ids and keys only, never names or pictures."""

    finding: Finding
    detail: str
    external_image_id: str | None = None
    photo_key: str | None = None
    face_id: str | None = None
    mend: Mend | None = None  # None: nothing was tried
    collection: str | None = None  # another one than the service's own


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A part that could not be compared, or not to its end."""

    part: Part
    why: str


@dataclass(slots=True)
class Tally:
    """What was counted on the way; small, however many photos there are."""

    began_at: datetime
    found: Counter[Finding] = field(default_factory=Counter)
    mended: Counter[Finding] = field(default_factory=Counter)
    known_reasons: Counter[str] = field(default_factory=Counter)  # listed, not indexed, and why
    withheld: int = 0  # on record with a status that hides them
    looked_at: Counter[Part] = field(default_factory=Counter)  # things of the other side
    records: int = 0
    not_compared: list[NotCompared] = field(default_factory=list)

    def count(self, found: Found) -> None:
        """Count a finding, and that it was mended."""
        self.found[found.finding] += 1
        if found.mend is not None and found.mend.is_done:
            self.mended[found.finding] += 1

    @property
    def left(self) -> int:
        """How many errors were found and not mended."""
        errors = [one for one in self.found if not one.is_information]
        return sum(self.found[one] - self.mended[one] for one in errors)


@dataclass(frozen=True, slots=True)
class NamedFace:
    """A face that a record names."""

    face_id: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class CheckedFace:
    """A current face, with what is said of its photo at the same moment."""

    face_id: str
    external_image_id: str
    is_named: bool  # False: a client of the Rekognition calls gave no id
    model: str | None
    has_template: bool
    status: IndexStatus | None  # of its photo; None: there is no record
    image_id: str | None = None
    box: Box | None = None
    is_sealed: bool = False  # its template cannot be read without its data key


@dataclass(frozen=True, slots=True)
class CheckedPhoto:
    """A record and the faces that are current under its id, as of one moment."""

    external_image_id: str
    status: IndexStatus
    view: View
    sha256: str | None
    photo_key: str | None  # None: its face came without the photo being kept
    model: str | None
    changed_at: datetime
    reason: str | None
    record_status: RecordStatus
    named: tuple[NamedFace, ...]
    current: tuple[CheckedFace, ...]


@dataclass(frozen=True, slots=True)
class Models:
    """Whose faces count in a collection."""

    served: str | None  # None: no service has run yet
    passing: frozenset[str] = frozenset()  # made beside for a change of the model, or going
