"""The face model on the wire."""

from typing import Self

from pydantic import Field

from app.api.schemas.wire import Moment, Wire
from app.domain.model_change import ModelStanding
from app.domain.selectivity import GalleryCalibration


class SwitchIn(Wire, extra="forbid"):
    """How complete a change has to be."""

    accept_loss: int = Field(
        default=0, ge=0, description="So many faces at most may be found no more afterwards."
    )


class ModelCalibrationOut(Wire):
    """On whom it was measured how often others reach a score."""

    calibration_id: str
    made_at: Moment
    probes: int = Field(description="People searched, one photo each, their own photos left out.")
    people: int = Field(description="Among whom they were searched.")
    faces: int = Field(description="Theirs.")


class ModelOut(Wire):
    """Which face model is served, and how far a change of it is."""

    served: str = Field(description="The model that searches are answered with.")
    next: str | None = Field(description="The model that is changed to; null: no change.")
    faces: int = Field(description="Faces that are searched now.")
    faces_of_next: int = Field(description="Faces of the next model, kept beside them.")
    missing: int = Field(description="Faces that would be lost by switching now; 0 without `next`.")
    forgetting: list[str] = Field(description="Models left, whose faces are being deleted.")
    calibration: ModelCalibrationOut | None = Field(
        description="Of the served model, on the site's own booking photos; null: none counts."
    )

    @classmethod
    def of(cls, standing: ModelStanding, calibration: GalleryCalibration | None) -> Self:
        """Render where the collection stands."""
        return cls(
            served=standing.served,
            next=standing.next,
            faces=standing.faces,
            faces_of_next=standing.faces_beside,
            missing=standing.missing if standing.next else 0,
            forgetting=list(standing.forgetting),
            calibration=calibration and ModelCalibrationOut.model_validate(calibration),
        )
