"""What is not there, or must not be shown."""

from __future__ import annotations

from app.domain.errors.base import CandidError


class NotIndexedError(CandidError):
    """No photo is indexed under this id."""

    code = "not_indexed"
    text = "Nothing is indexed under this external_image_id."


class TombstonedError(CandidError):
    """The id was removed on purpose and stays removed."""

    code = "tombstoned"
    text = "This external_image_id was removed. Send restore=true to index it again on purpose."


class SearchNotFoundError(CandidError):
    """No such search is on record."""

    code = "search_not_found"
    text = "No search with this id is on record."


class BookingNotFoundError(CandidError):
    """The JMS knows no booking under this id."""

    code = "booking_not_found"
    text = "The jail management system knows no booking under this external_image_id."


class RecordWithheldError(CandidError):
    """The record is sealed, expunged, juvenile or restricted."""

    code = "record_withheld"
    text = "This record is not available."


class GalleryTooSmallError(CandidError):
    """Too few people whose person id is known to measure anything by; the text counts them."""

    code = "gallery_too_small"
    text = "The gallery holds too few people to calibrate on."


class NotCalibratedError(CandidError):
    """No calibration counts for the model that is served."""

    code = "not_calibrated"
    text = "No calibration counts for the model that is served; `candid calibrate` makes one."


class IdempotencyKeyReusedError(CandidError):
    """The Idempotency-Key was already used for another request."""

    code = "idempotency_key_reused"
    text = "This Idempotency-Key was already used with another request; send a new one."
