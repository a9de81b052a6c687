"""Preservation holds and removals on the wire."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from app.api.schemas.asked import Asked, Line, Text
from app.api.schemas.wire import Moment, Wire
from app.domain.hold import Hold, HoldKind, HoldRequest
from app.domain.removal import (
    Finding,
    Place,
    Removal,
    RemovalReason,
    RemovalRequest,
    RemovalState,
    RemovalSubject,
    RemovedPhoto,
)
from app.services.forgetting.manage_holds import PlacedHold
from app.services.forgetting.read_removals import WholeRemoval

_LONGEST_ID = 255


class HoldIn(Asked):
    """What is to be preserved."""

    kind: HoldKind
    value: str = Field(
        pattern=r"\S",
        max_length=_LONGEST_ID,
        description="The case number, the person's id in the JMS, the external_image_id, or the "
        "search_id, exactly as it is on record.",
    )
    reason: Text = Field(description="Kept with the hold, not in the audit.")
    authority_reference: Line = Field(description="The order, letter or policy; in the audit too.")

    @property
    def asked(self) -> HoldRequest:
        """What the use case is asked."""
        value = self.value.strip() if self.kind is HoldKind.CASE else self.value  # as searches do
        return HoldRequest(self.kind, value, self.reason, self.authority_reference)


class HoldOut(Wire):
    """A hold; in force while `released_at` is null, and kept as history afterwards."""

    hold_id: str
    kind: HoldKind
    value: str
    reason: str
    authority_reference: str
    placed_at: Moment
    placed_by: str
    on_behalf_of: str | None
    released_at: Moment | None
    released_by: str | None
    release_reason: str | None

    @classmethod
    def of(cls, hold: Hold) -> Self:
        """Render a hold."""
        return cls(**_hold(hold))


class PlacedHoldOut(HoldOut):
    """A hold that was placed, and how much it is on now."""

    photos: int = Field(description="Of the person, or the one photo: 0 may mean a misspelt id.")
    searches: int = Field(description="Made for the case, or the one search.")

    @classmethod
    def placed(cls, placed: PlacedHold) -> Self:
        """Render a new hold."""
        return cls(**_hold(placed.hold), photos=placed.photos, searches=placed.searches)


def _hold(hold: Hold) -> dict[str, Any]:
    release = hold.release
    return {
        "hold_id": hold.hold_id,
        "kind": hold.asked.kind,
        "value": hold.asked.value,
        "reason": hold.asked.reason,
        "authority_reference": hold.asked.authority_reference,
        "placed_at": hold.placed_at,
        "placed_by": hold.placed_by,
        "on_behalf_of": hold.on_behalf_of,
        "released_at": release and release.at,
        "released_by": release and release.by,
        "release_reason": release and release.reason,
    }


class RemovalIn(Asked):
    """What is to be removed: exactly one of the first three."""

    external_image_id: str | None = Field(default=None, max_length=_LONGEST_ID)
    person_id: str | None = Field(default=None, min_length=1, max_length=_LONGEST_ID)
    booking_number: str | None = Field(default=None, min_length=1, max_length=_LONGEST_ID)
    reason: RemovalReason
    authority_reference: Line = Field(
        description="The order, statute or policy; in the audit and the receipt."
    )

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if len(self._named()) != 1:
            raise ValueError("name one of external_image_id, person_id and booking_number")
        return self

    @property
    def asked(self) -> RemovalRequest:
        """What the use case is asked."""
        [(subject, value)] = self._named().items()
        return RemovalRequest(subject, value, self.reason, self.authority_reference)

    def _named(self) -> Mapping[RemovalSubject, str]:
        said = {subject: getattr(self, subject.value) for subject in RemovalSubject}
        return {subject: value for subject, value in said.items() if value is not None}


class CheckOut(Wire):
    """What one place answered when it was asked for what is to be gone."""

    place: Place
    asked_at: Moment
    finding: Finding
    left: list[str]


class RemovalOut(Wire):
    """A removal. `proved`: every place was asked, and none has anything left."""

    removal_id: str
    state: RemovalState
    external_image_id: str | None
    person_id: str | None
    booking_number: str | None
    reason: RemovalReason
    authority_reference: str | None
    asked_at: Moment
    asked_by: str
    on_behalf_of: str | None
    photos: int = Field(description="How many were on record when it was asked.")
    photos_without_booking_number: int | None = Field(
        description="With a booking_number: so many photos on record have none that is known, and "
        "may be of this booking; else null."
    )
    checks: list[CheckOut]
    proved_at: Moment | None

    @classmethod
    def of(cls, removal: Removal) -> Self:
        """Render a removal."""
        return cls(**_removal(removal))


class RemovedPhotoOut(Wire):
    """A photo of a removal as it was on record; `removed_at` null: a hold keeps it."""

    external_image_id: str
    sha256: str | None
    photo_key: str | None = Field(description="Where the photo store had it.")
    face_ids: list[str]
    engine: str | None
    model: str | None
    removed_at: Moment | None


class WholeRemovalOut(RemovalOut):
    """A removal with its photos and its signed receipt."""

    removed: list[RemovedPhotoOut]
    signed: dict[str, Any] = Field(
        description="`receipt` and `signature` (Ed25519, base64, over the receipt's canonical "
        "form); docs/verify_receipt.py verifies it. It never changes once the state is `proved`."
    )

    @classmethod
    def whole(cls, found: WholeRemoval) -> Self:
        """Render a removal with everything."""
        removed = [_removed(photo) for photo in found.photos]
        return cls(**_removal(found.removal), removed=removed, signed=dict(found.receipt))


def _removal(removal: Removal) -> dict[str, Any]:
    asked = removal.request
    subjects = {subject.value: None for subject in RemovalSubject} | {
        asked.subject.value: asked.value
    }
    return {
        **subjects,
        "removal_id": removal.removal_id,
        "state": removal.state,
        "reason": asked.reason,
        "authority_reference": asked.authority_reference,
        "asked_at": removal.asked_at,
        "asked_by": removal.asked_by,
        "on_behalf_of": removal.on_behalf_of,
        "photos": removal.photos,
        "photos_without_booking_number": removal.unknown_bookings,
        "checks": [CheckOut.model_validate(check) for check in removal.checks],
        "proved_at": removal.proved_at,
    }


def _removed(photo: RemovedPhoto) -> RemovedPhotoOut:
    return RemovedPhotoOut.model_validate(photo)
