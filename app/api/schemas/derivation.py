"""How a probe was made of another photo, on the wire: sent and answered alike."""

from typing import Annotated, Literal, assert_never

from pydantic import ConfigDict, Field, StringConstraints

from app.api.schemas.wire import Wire
from app.domain.derivation import (
    MOST_PIXELS,
    MOST_STEPS,
    Cropped,
    Derivation,
    Encoded,
    Rotated,
    Scaled,
    Step,
)

Side = Annotated[int, Field(ge=1, le=MOST_PIXELS, description="Pixels.")]
Place = Annotated[int, Field(ge=0, le=MOST_PIXELS, description="Pixels.")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Exact(Wire):
    """A misspelt step must not be ignored in silence."""

    model_config = ConfigDict(extra="forbid")


class RotatedStep(_Exact):
    """Turned to the right."""

    step: Literal["rotated"]
    degrees: Literal[90, 180, 270]


class CroppedStep(_Exact):
    """Cut out: a rectangle of the picture as it was before."""

    step: Literal["cropped"]
    left: Place
    top: Place
    width: Side
    height: Side


class ScaledStep(_Exact):
    """Made smaller or larger."""

    step: Literal["scaled"]
    width: Side
    height: Side


class EncodedStep(_Exact):
    """Written anew, without what its file said besides."""

    step: Literal["encoded"]
    media_type: Literal["image/jpeg", "image/png"]


DerivationStep = Annotated[
    RotatedStep | CroppedStep | ScaledStep | EncodedStep, Field(discriminator="step")
]


class DerivationBody(_Exact):
    """From which photo a probe comes, and what was done to it, in order, as the caller says.

    Only the sizes are checked: the steps must lead from the original's to the probe's.
    """

    original_sha256: Sha256 = Field(description="Of the file that it comes from.")
    original_width: Side = Field(description="Of the original upright, turned as its EXIF says.")
    original_height: Side = Field(description="Of the original upright, turned as its EXIF says.")
    steps: list[DerivationStep] = Field(max_length=MOST_STEPS)

    def derivation(self) -> Derivation:
        """Return it in the domain's words."""
        return Derivation(
            self.original_sha256,
            self.original_width,
            self.original_height,
            tuple(map(_of, self.steps)),
        )


def _of(step: RotatedStep | CroppedStep | ScaledStep | EncodedStep) -> Step:
    match step:
        case RotatedStep():
            return Rotated(step.degrees)
        case CroppedStep():
            return Cropped(step.left, step.top, step.width, step.height)
        case ScaledStep():
            return Scaled(step.width, step.height)
        case EncodedStep():
            return Encoded(step.media_type)
        case _:
            assert_never(step)
