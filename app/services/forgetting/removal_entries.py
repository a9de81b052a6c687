"""What the audit keeps of a removal: ids and hashes."""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.removal import Removal, RemovalRequest, RemovalSubject, RemovedPhoto
from app.services.recorded import utc_now


def request_entry(request: RemovalRequest, actor: Actor, outcome: str) -> AuditEntry:
    """Begin the audit entry of what was asked for."""
    named = request.subject is RemovalSubject.EXTERNAL_IMAGE_ID
    told: dict[str, object] = {"reason": request.reason}
    if not named:
        told[request.subject] = request.value
    if request.authority_reference is not None:
        told["authority_reference"] = request.authority_reference
    photo = request.value if named else None
    action = AuditAction.REMOVE
    return AuditEntry(utc_now(), action, actor, outcome, external_image_id=photo, details=told)


def repeated_entry(request: RemovalRequest, actor: Actor, known: Removal) -> AuditEntry:
    """Return the audit entry of what was asked for before."""
    entry = request_entry(request, actor, "answered")
    told = {**entry.details, "removal_id": known.removal_id, "replayed": True}
    return replace(entry, details=told)


def removal_entry(
    removal: Removal,
    actor: Actor,
    buried: Sequence[RemovedPhoto],
    dropped: Sequence[str] = (),
) -> AuditEntry:
    """Return the audit entry of photos that were removed, and of those that stay after all."""
    entry = request_entry(removal.request, actor, "answered")
    photos = [
        {"external_image_id": one.external_image_id, "sha256": one.sha256, "face_ids": one.face_ids}
        for one in buried
    ]
    told = {**entry.details, "removal_id": removal.removal_id, "photos": photos}
    if dropped:
        told["not_meant_any_more"] = list(dropped)
    return replace(entry, details=told)
