"""The part of the records port that is about the model of the unit's own collection.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.model_change import ModelStanding


@dataclass(frozen=True, slots=True)
class ForgottenFaces:
    """Faces of models that were left, which count no more; `next` goes into the following call."""

    face_ids: Sequence[str]
    next: str


class ModelRecords(Protocol):
    """Which model the collection is served with, and the one that it changes to."""

    async def standing(self) -> ModelStanding | None:
        """Return where the collection stands; None where none is on record.

        Within a unit no other unit changes faces or models from here to the commit.
        """
        ...

    async def begin(self, model: str) -> None:
        """Change to this model from the commit on; its faces are taken beside those served."""
        ...

    async def switch(self) -> None:
        """Serve with the next model from the commit on; what is left of the old may be forgotten.

        Users keep their people: the next faces of a user's photos become the user's.
        """
        ...

    async def give_up(self) -> None:
        """Change to no other model from the commit on; the next faces may be forgotten."""
        ...

    async def forget(self, models: Sequence[str], after: str, limit: int) -> ForgottenFaces | None:
        """Delete up to `limit` faces of models that were left, from photo `after` on ("": all).

        Return them; None when there are no more. Nobody enrols one of them again before the unit
        ends, so that their keys are destroyed within it: what is cut short is done once more.
        """
        ...

    async def forgotten(self, models: Sequence[str]) -> None:
        """Say that nothing of these models is left."""
        ...
