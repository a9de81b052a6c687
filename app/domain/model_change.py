"""A change of the model: new templates beside the old, switched over at once when complete."""

from dataclasses import dataclass

OTHER_MODEL = "other_model"
"""Why a photo is not searchable whose face was not read again before the model was switched."""


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """Which model a collection is served with, and how far a change of it is."""

    served: str
    next: str | None  # None: no change is under way
    faces: int  # that are served
    faces_beside: int  # of the next model
    forgetting: tuple[str, ...]  # models that were left, whose faces are being deleted

    @property
    def missing(self) -> int:
        """How many faces that are served now would be lost by switching now."""
        return max(self.faces - self.faces_beside, 0)
