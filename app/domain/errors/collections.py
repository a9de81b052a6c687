"""Collections, their models, faces and users."""

from __future__ import annotations

from app.domain.errors.base import CandidError


class ModelSwitchedError(CandidError):
    """The model of the collection was switched while a photo was being indexed."""

    code = "model_switched"
    text = "The face model was switched at this moment, and nothing was changed; try again."


class NoModelChangeError(CandidError):
    """The collection is not changing to another model, or not here."""

    code = "no_model_change"
    text = (
        "No change of the model is under way in this service. Name the next model in "
        "CANDID_ENGINE__NEXT__MODEL, or in CANDID_ENGINE__NEXT__MODEL_PATH and "
        "CANDID_ENGINE__NEXT__MODEL_NAME, and start again."
    )


class ModelChangeIncompleteError(CandidError):
    """Switching to the next model now would lose faces."""

    code = "model_change_incomplete"

    def __init__(self, missing: int, accepted: int) -> None:
        super().__init__(
            f"{missing} of the faces that are searched now have none of the next model yet, and "
            f"would not be found after the switch ({accepted} accepted). Index their photos again "
            "by an import of mode force, look at those that fail, and accept only their number."
        )


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
