"""Rows of removals, and what they say."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter

from app.domain.removal import (
    Check,
    Removal,
    RemovalReason,
    RemovalRequest,
    RemovalState,
    RemovalSubject,
    RemovedPhoto,
)

CHECKS: Final = TypeAdapter(tuple[Check, ...], config=ConfigDict(hide_input_in_errors=True))

COLUMNS = (
    "removal_id, subject, value, reason, authority_reference, asked_at, asked_by, photos, "
    "on_behalf_of, unknown_bookings, state, checks::text, proved_at, tries, dropped"
)


def removal_of(row: Sequence[Any]) -> Removal:
    """Read a removal from its `COLUMNS`."""
    removal_id, subject, value, reason, reference, asked_at, asked_by, photos = row[:8]
    on_behalf_of, unknown_bookings, state, checks, proved_at, tries, dropped = row[8:]
    asked = RemovalRequest(RemovalSubject(subject), value, RemovalReason(reason), reference)
    return Removal(
        removal_id,
        asked,
        asked_at,
        asked_by,
        photos,
        on_behalf_of,
        unknown_bookings,
        RemovalState(state),
        CHECKS.validate_json(checks),
        proved_at,
        tries,
        tuple(dropped),
    )


def photo_of(row: Sequence[Any]) -> RemovedPhoto:
    """Read what was removed with one photo."""
    external_image_id, sha256, photo_key, face_ids, engine, model, removed_at = row
    return RemovedPhoto(
        external_image_id, sha256, photo_key, tuple(face_ids), engine, model, removed_at
    )
