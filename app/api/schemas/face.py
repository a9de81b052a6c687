"""Faces on the wire."""

from pydantic import Field

from app.api.schemas.wire import Ratio, Tenths, Wire
from app.domain.face import Detected, Face


class BoxOut(Wire):
    """A rectangle in ratios of the upright photo's width and height."""

    left: Ratio = Field(examples=[0.31])
    top: Ratio = Field(examples=[0.22])
    width: Ratio = Field(examples=[0.38])
    height: Ratio = Field(examples=[0.42])


class QualityOut(Wire):
    """What can be said of a face as a picture; null where the engine does not say."""

    size: int = Field(description="Pixels of the shorter side of the box.", examples=[212])
    confidence: Tenths = Field(description="0 to 100, that this is a face.", examples=[97.1])
    sharpness: Tenths | None = Field(description="0 to 100", examples=[71.5])
    brightness: Tenths | None = Field(description="0 to 100", examples=[58.0])
    yaw: Tenths | None = Field(description="degrees", examples=[-3.2])
    pitch: Tenths | None = Field(description="degrees", examples=[4.0])
    roll: Tenths | None = Field(description="degrees", examples=[0.8])


class FaceOut(Wire):
    """A face found in a photo."""

    box: BoxOut
    quality: QualityOut


class DetectedOut(Wire):
    """The faces of a photo, largest first."""

    width: int = Field(examples=[480])
    height: int = Field(examples=[600])
    faces: list[FaceOut]

    @classmethod
    def of(cls, detected: Detected) -> "DetectedOut":
        """Render a detection."""
        return cls(
            width=detected.size.width,
            height=detected.size.height,
            faces=[face_out(face) for face in detected.faces],
        )


def face_out(face: Face) -> FaceOut:
    """Render a face."""
    return FaceOut.model_validate(face)
