"""The back-fill: an import of many photos, its items, and what became of each."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.photo import View


class SourceKind(StrEnum):
    """Where an import finds its photos."""

    JMS = "jms"  # the listing of the jail management system
    FOLDER = "folder"
    MANIFEST = "manifest"  # a CSV or JSON Lines file of ids and paths or URLs
    S3 = "s3"  # a prefix of the photo store's bucket service
    ZIP = "zip"
    RECORDS = "records"  # what is on record here, read from the photo store


class ImportMode(StrEnum):
    """Which photos an import takes."""

    MISSING = "missing"  # those not on record yet
    CHANGED = "changed"  # those too whose bytes are others than on record
    FORCE = "force"  # all: each is read again


class FacesRule(StrEnum):
    """Which face of a photo is the booked person's when there are several."""

    DOMINANT = "dominant"  # the largest where it is clearly so; else the photo is refused
    LARGEST = "largest"


class ImportState(StrEnum):
    """Where an import stands; the last two are its end."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether it goes on, now or when it is resumed."""
        return self in {ImportState.RUNNING, ImportState.PAUSED}


class ItemStatus(StrEnum):
    """What became of one photo of an import."""

    WAITING = "waiting"  # to be done; for a dry run: would be indexed
    INDEXED = "indexed"  # stored, searchable and on record
    SKIPPED = "skipped"  # not to be indexed, by a rule; nothing is wrong
    FAILED = "failed"  # to be looked at, or tried again


class ItemReason(StrEnum):
    """Why a photo was not indexed."""

    # Skipped.
    ALREADY_INDEXED = "already_indexed"
    UNCHANGED = "unchanged"
    NOT_FRONT_VIEW = "not_front_view"
    TOMBSTONED = "tombstoned"
    WITHHELD = "withheld"  # by its record status
    DUPLICATE_ID = "duplicate_id"  # the listing has another photo under the same id
    # Failed: the photo or its entry is at fault.
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_TOO_SMALL = "face_too_small"
    FACE_REFUSED = "face_refused"  # the engine's quality rules
    PHOTO_UNREADABLE = "photo_unreadable"
    NOT_A_PICTURE = "not_a_picture"
    PHOTO_TOO_LARGE = "photo_too_large"
    PHOTO_TOO_COSTLY = "photo_too_costly"
    PHOTO_MISSING = "photo_missing"  # the source lists it and does not have it
    ID_NOT_ENCODABLE = "id_not_encodable"
    ENTRY_UNUSABLE = "entry_unusable"  # the listing's entry says too little, or nonsense
    ENGINE_REFUSED = "engine_refused"
    PRESERVATION_HOLD = "preservation_hold"  # it would take the place of one that is held
    # Failed: something was down; tried again before it is kept.
    SOURCE_TIMEOUT = "source_timeout"
    SOURCE_UNAVAILABLE = "source_unavailable"
    ENGINE_UNAVAILABLE = "engine_unavailable"
    STORE_UNAVAILABLE = "store_unavailable"  # the photo store did not take the photo
    INTERNAL = "internal"  # a defect of ours; the log has it

    @property
    def is_transient(self) -> bool:
        """Whether the same photo may succeed a little later."""
        return self in _TRANSIENT


_TRANSIENT = frozenset(
    {
        ItemReason.SOURCE_TIMEOUT,
        ItemReason.SOURCE_UNAVAILABLE,
        ItemReason.ENGINE_UNAVAILABLE,
        ItemReason.STORE_UNAVAILABLE,
        ItemReason.INTERNAL,
    }
)


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where the photos are; `location` is a path, a prefix, or empty for the JMS and the records.

    `pattern` says how a file's name holds the id where no manifest does: `{id}`, with `*` for what
    does not matter, as in `{id}_F.jpg`. None: the id is the file's name without its ending.
    """

    kind: SourceKind
    location: str = ""
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What was asked of an import."""

    source: ImportSource
    mode: ImportMode = ImportMode.MISSING
    since: datetime | None = None  # only photos that are new or changed since then
    limit: int | None = None  # at most so many photos
    dry_run: bool = False  # list and count, index nothing
    faces: FacesRule = FacesRule.DOMINANT


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a dry run foretells."""

    photos: int  # that would be indexed
    seconds: float | None  # None: no photo could be tried
    dollars: float | None  # what the engine's provider would charge; None: nothing
    sampled: int  # photos that were read to measure the speed


@dataclass(frozen=True, slots=True)
class Import:
    """One import on record."""

    import_id: str
    options: ImportOptions
    state: ImportState
    trouble: str | None  # why it paused by itself, for people
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    cursor: str | None  # where its listing goes on
    pages: int  # listed so far
    is_listed: bool  # the listing has ended
    duplicates: int  # entries whose id the listing had named before, the same photo or another
    scheduled: bool = False  # begun by the schedule, not by a person
    estimate: Estimate | None = None  # of a dry run, once it is listed
    resumed_at: datetime | None = field(default=None, compare=False)  # or began; as the records say

    @property
    def is_in_trouble(self) -> bool:
        """Whether it paused by itself, so that somebody had better look."""
        return self.state is ImportState.PAUSED and self.trouble is not None


@dataclass(frozen=True, slots=True)
class NewItem:
    """One entry of a listing, as it goes on record.

    With a `reason` it is settled at once: skipped or failed (see `status`), never fetched.
    """

    external_image_id: str  # encoded; of an entry that has no usable id, "" and it never collides
    location: str  # where the bytes are, in the source's own words
    view: View = View.FRONT
    taken_at: datetime | None = None
    booking_number: str | None = None
    status: ItemStatus = ItemStatus.WAITING
    reason: ItemReason | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One photo of an import."""

    position: int  # its place in the listing, from 1
    external_image_id: str
    location: str
    view: View
    taken_at: datetime | None
    booking_number: str | None
    status: ItemStatus
    reason: ItemReason | None
    detail: str | None
    attempts: int
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What came of one attempt at a leased item; WAITING returns it, due after `again_in` seconds.

    An attempt counts only where there is a reason.
    """

    position: int
    status: ItemStatus
    reason: ItemReason | None = None
    detail: str | None = None
    again_in: float = 0.0


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many items there are of each kind."""

    waiting: int = 0  # leased ones included
    indexed: int = 0
    skipped: int = 0
    failed: int = 0
    reasons: tuple[tuple[ItemReason, int], ...] = ()  # of skipped and failed ones, most first

    @property
    def total(self) -> int:
        """All items listed so far."""
        return self.waiting + self.indexed + self.skipped + self.failed


@dataclass(frozen=True, slots=True)
class ImportWorker:
    """A process that works on imports."""

    worker_id: str
    host: str
    pid: int
    since: datetime
    beat_at: datetime
    leased: int = 0  # items it has in hand
