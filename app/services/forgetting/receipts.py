"""The receipt of a removal: who asked, what was destroyed, and what every place answered then."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from app.domain.audit_record import moment
from app.domain.removal import Check, Removal, RemovedPhoto
from app.ports.removal_records import SignedReceipt
from app.services.recorded import utc_now
from app.services.signatures import Signer

KIND = "candid removal receipt, version 1"

_KEPT = (
    "a tombstone of each photo's id, so that no import brings it back",
    "this receipt and the audit: ids, hashes and who asked, no picture, template or name",
    "past searches as they were answered, sealed; a removed candidate is shown redacted",
    "probes of other bytes, whoever they show: other pictures that were searched, encrypted",
    "reviews of past searches: ids and what reviewers wrote, sealed",
    "copies outside this service (backups, exports, other systems) are not reached by it",
)


def signed_receipt(
    signer: Signer, collection: str, removal: Removal, photos: Sequence[RemovedPhoto]
) -> SignedReceipt:
    """Sign what is known of a removal by now."""
    asked = removal.request
    receipt: dict[str, object] = {
        "kind": KIND,
        "removal_id": removal.removal_id,
        "collection": collection,
        "state": removal.state,
        "asked": {
            "at": moment(removal.asked_at),
            "by": removal.asked_by,
            "on_behalf_of": removal.on_behalf_of,
            asked.subject: asked.value,
            "reason": asked.reason,
            "authority_reference": asked.authority_reference,
        },
        "photos": [_photo(photo) for photo in photos],
        "not_meant_any_more": list(removal.dropped),
        "photos_without_booking_number": removal.unknown_bookings,
        "checks": [_check(check) for check in removal.checks],
        "proved_at": _moment(removal.proved_at),
        "signed_at": moment(utc_now()),
        "kept": list(_KEPT),
    }
    return signer.signed(receipt, under="receipt")


def _photo(photo: RemovedPhoto) -> dict[str, object]:
    told = asdict(photo)
    told["face_ids"] = list(photo.face_ids)
    told["removed_at"] = _moment(photo.removed_at)
    return told


def _check(check: Check) -> dict[str, object]:
    asked_at, left = moment(check.asked_at), list(check.left)
    return {"place": check.place, "asked_at": asked_at, "finding": check.finding, "left": left}


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None
