"""Who did what, when and why: one entry for everything that is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.purpose import Purpose


class AuditAction(StrEnum):
    """What can be asked of the service that leaves a record."""

    SEARCH = "search"
    INDEX = "index"
    REMOVE = "remove"
    VIEW_PHOTO = "view_photo"
    VIEW_BOOKING = "view_booking"
    VIEW_SEARCH = "view_search"
    VIEW_INDEX = "view_index"  # a refused look; what is served shows nobody
    DETECT = "detect"
    COMPARE = "compare"
    LIST_FACES = "list_faces"
    MANAGE_COLLECTION = "manage_collection"
    MANAGE_USER = "manage_user"
    CREATE_KEY = "create_key"
    REVOKE_KEY = "revoke_key"
    ROTATE_KEY = "rotate_key"
    VIEW_KEYS = "view_keys"
    AUTHENTICATE = "authenticate"  # refused: no valid key, too many calls, or an address locked out
    START_IMPORT = "start_import"
    CHANGE_IMPORT = "change_import"  # pause, resume, cancel, retry
    VIEW_IMPORT = "view_import"
    CHANGE_MODEL = "change_model"  # switched, or given up
    VIEW_MODEL = "view_model"  # a refused look
    VIEW_AUDIT = "view_audit"
    VERIFY_AUDIT = "verify_audit"
    EXPORT_AUDIT = "export_audit"
    REPORT_AUDIT = "report_audit"
    SIGN_AUDIT = "sign_audit"  # a head, to be kept elsewhere
    VIEW_POLICY = "view_policy"  # a refused look
    VIEW_REVIEW = "view_review"
    VIEW_PICTURE = "view_picture"  # of a search under review, stamped
    REVIEW_PROBE = "review_probe"
    REVIEW_ANSWER = "review_answer"
    REVIEW_RELEASE = "review_release"
    REVIEW_CLOSE = "review_close"  # leads that are given to nobody
    DISCLOSE = "disclose"  # a search's whole package
    VIEW_ENCRYPTION = "view_encryption"  # how data keys are wrapped; never a key
    ROTATE_ENCRYPTION = "rotate_encryption"  # a new wrapping key
    SEAL = "seal"  # what an earlier version left in the clear
    ADOPT_ENCRYPTION = "adopt_encryption"  # data keys that the database has not used before
    REWRAP_ENCRYPTION = "rewrap_encryption"  # by the newest one, or by another key-encryption key
    VIEW_SELF = "view_self"  # a refused look
    BLOCK_PERSON = "block_person"
    UNBLOCK_PERSON = "unblock_person"
    VIEW_BLOCKED = "view_blocked"
    VIEW_PROBE = "view_probe"
    PLACE_HOLD = "place_hold"
    RELEASE_HOLD = "release_hold"
    VIEW_HOLDS = "view_holds"
    VIEW_REMOVAL = "view_removal"
    PROVE_REMOVAL = "prove_removal"  # that nothing of it is left, or what is
    PURGE = "purge"  # what was destroyed because it was due
    JMS_EVENT = "jms_event"  # what the JMS told by itself
    WITHHOLD = "withhold"  # hidden, stopped before its removal, or shown again: as the JMS said
    VIEW_WITHHELD = "view_withheld"
    CHANGE_WITHHELD = "change_withheld"  # removals confirmed, or the JMS asked again
    CALIBRATE = "calibrate"  # on the gallery's own photos
    DROP_CALIBRATION = "drop_calibration"
    EVALUATE_GALLERY = "evaluate_gallery"  # its faces compared with one another, by a command
    REPAIR = "repair"  # by `candid verify --repair`; what it indexes again is INDEX


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a key, a person or `anonymous` on loopback; from where, in which request."""

    name: str
    address: str | None
    request_id: str
    on_behalf_of: str | None = None
    signed_in: bool = field(default=False, compare=False)  # themselves: nobody speaks for them

    @property
    def person(self) -> str | None:
        """The person who asks, as far as it is known."""
        return self.name if self.signed_in else self.on_behalf_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """A call before it is known who sends it: from where, in which request, asking for what."""

    address: str | None
    request_id: str
    call: str = ""  # method and path

    def named(self, name: str) -> Actor:
        """Say who it is."""
        return Actor(name, self.address, self.request_id)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit; ids and hashes, never names, pictures or templates."""

    at: datetime
    action: AuditAction
    actor: Actor
    outcome: str  # "answered", or the code of the error
    external_image_id: str | None = None
    search_id: str | None = None
    case_number: str | None = None
    purpose: Purpose | None = None
    requested_by: str | None = None  # for whom it was searched; the actor is who did it
    photo_sha256: str | None = None
    engine: str | None = None
    model: str | None = None
    gallery_faces: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    terms_reference: str | None = None  # the records write it into every entry
