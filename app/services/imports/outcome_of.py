"""What an error means for the photo of an import, and whether the import can go on at all."""

from collections.abc import Mapping
from typing import Final

from app.domain import errors
from app.domain.face import RefusalReason
from app.domain.imports import ImportItem, ItemOutcome, ItemReason, ItemStatus

MOST_ATTEMPTS: Final = 5
"""Of a photo whose failure may pass; then it is kept as failed."""

_FIRST_WAIT, _GROWTH, _LONGEST_WAIT = 5.0, 3.0, 300.0  # seconds before the next attempt

_DETAIL: Final = 300
"""Characters kept of an error's text."""

_REASONS: Mapping[type[errors.CandidError], ItemReason] = {
    errors.NoFaceError: ItemReason.NO_FACE,
    errors.SeveralFacesError: ItemReason.SEVERAL_FACES,
    errors.FaceIndexError: ItemReason.NO_FACE,
    errors.PhotoUnreadableError: ItemReason.PHOTO_UNREADABLE,
    errors.UnsupportedPhotoError: ItemReason.NOT_A_PICTURE,
    errors.PhotoTooLargeError: ItemReason.PHOTO_TOO_LARGE,
    errors.PhotoTooCostlyError: ItemReason.PHOTO_TOO_COSTLY,
    errors.PhotoMissingError: ItemReason.PHOTO_MISSING,
    errors.InvalidExternalImageIdError: ItemReason.ID_NOT_ENCODABLE,
    errors.TombstonedError: ItemReason.TOMBSTONED,
    errors.PreservationHoldError: ItemReason.PRESERVATION_HOLD,
    errors.NotIndexedError: ItemReason.TOMBSTONED,  # removed while it was to be read again
    errors.SourceTimeoutError: ItemReason.SOURCE_TIMEOUT,
    errors.SourceUnavailableError: ItemReason.SOURCE_UNAVAILABLE,
    errors.SourceUnusableError: ItemReason.ENTRY_UNUSABLE,
    errors.EngineUnavailableError: ItemReason.ENGINE_UNAVAILABLE,
    errors.ServiceBusyError: ItemReason.ENGINE_UNAVAILABLE,
    errors.TooManyCallsError: ItemReason.ENGINE_UNAVAILABLE,
    errors.ModelSwitchedError: ItemReason.ENGINE_UNAVAILABLE,
    errors.PhotoStoreUnavailableError: ItemReason.STORE_UNAVAILABLE,
    errors.PhotoStoreMisconfiguredError: ItemReason.STORE_UNAVAILABLE,  # perhaps of one name alone
    errors.DataKeysUnavailableError: ItemReason.STORE_UNAVAILABLE,
    errors.DataKeysMisconfiguredError: ItemReason.STORE_UNAVAILABLE,
}

_STOPS: Final = (
    errors.EngineMisconfiguredError,
    errors.JmsMisconfiguredError,
    errors.NoModelChangeError,
)
"""After these no other photo will fare better: the import pauses, and this photo waits."""


def stops_import(error: BaseException) -> bool:
    """Say whether the import had better pause at once."""
    return isinstance(error, _STOPS)


def reason_of(error: BaseException) -> ItemReason:
    """Return why a photo was not indexed."""
    if isinstance(error, errors.FaceRefusedError):
        refused = {reason for face in error.refused for reason in face.reasons}
        small = RefusalReason.SMALL_BOUNDING_BOX in refused
        return ItemReason.FACE_TOO_SMALL if small else ItemReason.FACE_REFUSED
    for kind in type(error).__mro__:
        if kind in _REASONS:
            return _REASONS[kind]
    if isinstance(error, errors.CandidError):
        return ItemReason.ENGINE_REFUSED
    return ItemReason.INTERNAL


def outcome_of(item: ImportItem, error: BaseException) -> ItemOutcome:
    """Return what becomes of an item: it fails, or waits to be tried again.

    What stops the import is not the photo's doing, so its attempt does not count.
    """
    if stops_import(error):
        return ItemOutcome(item.position, ItemStatus.WAITING)
    reason = reason_of(error)
    detail = _detail(error)
    if reason is ItemReason.TOMBSTONED:
        return ItemOutcome(item.position, ItemStatus.SKIPPED, reason, detail)
    if item.attempts + 1 < _attempts_of(reason):
        wait = min(_FIRST_WAIT * _GROWTH**item.attempts, _LONGEST_WAIT)
        return ItemOutcome(item.position, ItemStatus.WAITING, reason, detail, spread(wait, item))
    return ItemOutcome(item.position, ItemStatus.FAILED, reason, detail)


def _attempts_of(reason: ItemReason) -> int:
    if reason is ItemReason.PHOTO_TOO_COSTLY:
        return 2  # its process ended, perhaps not by its doing
    return MOST_ATTEMPTS if reason.is_transient else 1


def held_back(outcome: ItemOutcome, item: ImportItem) -> ItemOutcome:
    """Return what becomes of an item that an outage struck: its attempt does not count."""
    if outcome.reason is None or not outcome.reason.is_transient:
        return outcome
    wait = spread(_FIRST_WAIT, item)
    return ItemOutcome(item.position, ItemStatus.WAITING, again_in=wait)


def spread(wait: float, item: ImportItem) -> float:
    """Return the wait with up to a quarter more, so that not all come back at once."""
    return wait * (1 + (item.position * 2654435761 % 997) / 997 / 4)


def _detail(error: BaseException) -> str:
    """Keep an error's words; of a defect its kind alone, since its text may hold anything."""
    text = str(error) if isinstance(error, errors.CandidError) else type(error).__name__
    return " ".join(text.split())[:_DETAIL]
