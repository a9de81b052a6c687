"""Everything that can go wrong in the core's own words; HTTP is told in `app.api.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.face import Face, RefusedFace


class CandidError(Exception):
    """Base of every error the core raises on purpose; the text is meant for the API's caller."""

    code: ClassVar[str] = "internal"
    text: ClassVar[str] = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.text)


class InvalidExternalImageIdError(CandidError):
    """The id cannot be the join between photo, face and booking."""

    code = "invalid_external_image_id"
    text = (
        "external_image_id must match [a-zA-Z0-9_.\\-:]{1,255} and not consist of dots only; "
        "encode other ids before sending them."
    )


class NoFaceError(CandidError):
    """The photo holds no face."""

    code = "no_face"
    text = "No face was found. Send a photo in which one face is upright, lit and unobstructed."


class SeveralFacesError(CandidError):
    """It is not clear which of several faces is the booked person's."""

    code = "several_faces"

    def __init__(self, faces: Sequence[Face]) -> None:
        super().__init__(
            f"{len(faces)} faces were found and none is clearly the largest; choose one with "
            f"face=0 to face={len(faces) - 1} (largest first), or crop the photo."
        )
        self.faces = tuple(faces)


class FaceIndexError(CandidError):
    """The chosen face does not exist."""

    code = "face_index"

    def __init__(self, wanted: int, count: int) -> None:
        super().__init__(f"face={wanted} was asked for, but the photo has {count} face(s), from 0.")


class FaceRefusedError(CandidError):
    """The face is not good enough to be enrolled."""

    code = "face_refused"

    def __init__(self, refused: Sequence[RefusedFace]) -> None:
        reasons = sorted({reason for face in refused for reason in face.reasons})
        super().__init__(f"The face cannot be enrolled: {', '.join(reasons)}. Send a better photo.")
        self.refused = tuple(refused)


class PhotoUnreadableError(CandidError):
    """The bytes are of a known format but cannot be decoded."""

    code = "photo_unreadable"
    text = "The photo cannot be decoded: it is damaged or cut short. Export it again."


class UnsupportedPhotoError(CandidError):
    """The bytes are of no format that is read here."""

    code = "unsupported_photo"
    text = "The file is not a photo that can be read here; send JPEG, PNG, WebP, GIF, TIFF or BMP."


class PhotoTooLargeError(CandidError):
    """The photo is larger than the stated limit."""

    code = "photo_too_large"


class PhotoTooCostlyError(CandidError):
    """Reading the photo took more memory or time than one photo may."""

    code = "photo_too_costly"
    text = (
        "Reading the photo took more time or memory than one photo may. Export it again, smaller."
    )


class EngineUnavailableError(CandidError):
    """The face engine did not answer; the same call may succeed later."""

    code = "engine_unavailable"
    text = "The face engine does not answer at the moment; try again."


class EngineMisconfiguredError(CandidError):
    """The face engine refuses what it is asked: a setting or a permission is wrong."""

    code = "engine_misconfigured"
    text = "The face engine cannot be used as it is set up; the log says what to change."


class JmsUnavailableError(CandidError):
    """The jail management system did not answer; the same call may succeed later."""

    code = "jms_unavailable"
    text = "The jail management system does not answer at the moment; try again."


class JmsMisconfiguredError(CandidError):
    """The jail management system answered what cannot be used: a setting or mapping is wrong."""

    code = "jms_misconfigured"
    text = "The jail management system answers what cannot be used; the log says why."


class JmsCannotListError(CandidError):
    """This kind of JMS connection knows bookings but no photos."""

    code = "jms_cannot_list"
    text = "This JMS connection cannot list photos."


class PhotoStoreUnavailableError(CandidError):
    """The photo store cannot be read or written now (a full disk, for instance)."""

    code = "photo_store_unavailable"
    text = "The photo store cannot be used at the moment; nothing was changed. Try again."


class PhotoStoreMisconfiguredError(CandidError):
    """The photo store refuses what it is asked: a setting or a permission is wrong."""

    code = "photo_store_misconfigured"
    text = "The photo store cannot be used as it is set up; the log says what to change."


class ObjectNotReadableError(CandidError):
    """What the caller named by bucket and key is no image that can be read there."""

    code = "object_not_readable"
    text = "The object cannot be read; check its bucket, its key and its version."


class RecordsUnavailableError(CandidError):
    """The database does not answer, so nothing can be recorded and nothing is answered."""

    code = "records_unavailable"
    text = "The records cannot be written at the moment, so nothing is answered. Try again."


class FaceNotHeldError(CandidError):
    """The collection holds no such face."""

    code = "face_not_held"
    text = "The collection holds no face with this id."


class CollectionNotFoundError(CandidError):
    """There is no such collection."""

    code = "collection_not_found"
    text = "There is no collection with this id."


class CollectionExistsError(CandidError):
    """There is a collection of this name already."""

    code = "collection_exists"
    text = "There is a collection with this id already."


class CollectionInUseError(CandidError):
    """The collection is the service's own and cannot be deleted by a call."""

    code = "collection_in_use"
    text = (
        "This collection is the one that the service's own calls use. To give it up, set another "
        "CANDID_ENGINE__COLLECTION_ID first."
    )


class CollectionModelError(CandidError):
    """The collection's faces are of another model than the engine's."""

    code = "collection_model"

    def __init__(self, collection_id: str, holds: str, runs: str) -> None:
        super().__init__(
            f"The collection {collection_id} holds faces of the model {holds} and the engine runs "
            f"{runs}; they do not compare. Index its photos again into a new collection."
        )


class UserNotFoundError(CandidError):
    """The collection knows no such user."""

    code = "user_not_found"
    text = "The collection knows no user with this id."


class UserExistsError(CandidError):
    """The collection knows a user of this name already."""

    code = "user_exists"
    text = "The collection knows a user with this id already."


class TooManyFacesOfUserError(CandidError):
    """A user may not have so many faces."""

    code = "too_many_faces_of_user"
    text = "A user may have at most 100 faces; disassociate some first."


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


class JmsNotConfiguredError(CandidError):
    """No jail management system is connected."""

    code = "jms_not_configured"
    text = "No jail management system is connected; set CANDID_JMS__PATH or CANDID_JMS__BASE_URL."


class RecordWithheldError(CandidError):
    """The record is sealed, expunged, juvenile or restricted."""

    code = "record_withheld"
    text = "This record is not available."


class PurposeRequiredError(CandidError):
    """A search needs its purpose."""

    code = "purpose_required"


class CaseNumberRequiredError(CandidError):
    """A search for this purpose needs its case number."""

    code = "case_number_required"


class IdempotencyKeyReusedError(CandidError):
    """The Idempotency-Key was already used for another request."""

    code = "idempotency_key_reused"
    text = "This Idempotency-Key was already used with another request; send a new one."


class UnauthenticatedError(CandidError):
    """No valid key came with the request."""

    code = "unauthenticated"
    text = "Send a valid API key as `Authorization: Bearer KEY`."


class ScopeMissingError(CandidError):
    """The key is valid and is not for this."""

    code = "scope_missing"
    text = "This key does not have the scope that the call needs."

    def __init__(self, any_of: Iterable[str]) -> None:
        wanted = " or ".join(any_of)
        super().__init__(f"This call needs a key with the scope {wanted}; the key sent has others.")


class ProviderTermsError(CandidError):
    """The face engine's provider restricts such searches, and no permission is on record."""

    code = "provider_terms"
    text = (
        "The terms of the face engine's provider restrict police use: only the purposes "
        "missing_person and training_test are served until an administrator records in "
        "CANDID_ENGINE__TERMS_REFERENCE what the agency relies on."
    )


class ForeignOriginError(CandidError):
    """A page of another site, or a name of another machine, where nobody needs a key."""

    code = "foreign_origin"
    text = (
        "Without keys only programs of this machine and this service's own pages are answered: "
        "use http://localhost or http://127.0.0.1, or require keys with CANDID_AUTH__KIND=keys."
    )


class LinkExpiredError(CandidError):
    """A signed address is out of date or was altered."""

    code = "link_expired"
    text = "This address has expired or was altered; ask for the search or record again."


class ServiceBusyError(CandidError):
    """More is being asked at once than the machine can hold."""

    code = "busy"
    text = "The service is busy; try again in a moment."
