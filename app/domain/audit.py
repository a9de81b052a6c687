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


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: the key's name (or `anonymous` on loopback), from where, in which request."""

    name: str
    address: str | None
    request_id: str
    on_behalf_of: str | None = None


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
    photo_sha256: str | None = None
    engine: str | None = None
    model: str | None = None
    gallery_faces: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    terms_reference: str | None = None  # the records write it into every entry
