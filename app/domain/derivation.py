"""How a probe was made of the photo that it comes from: turned, cut out, made smaller, encoded.

Whoever searches says so; it is kept, so that the file held as evidence can be tied to the search.
"""

from dataclasses import dataclass
from typing import Final, Literal

from app.domain.errors import DerivationError
from app.domain.face import PhotoSize

MOST_STEPS: Final = 20
MOST_PIXELS: Final = 100_000
"""Of one side."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """Turned to the right by `degrees`."""

    degrees: Literal[90, 180, 270]
    step: Literal["rotated"] = "rotated"


@dataclass(frozen=True, slots=True)
class Cropped:
    """Cut out: a rectangle in pixels of the picture as it was before."""

    left: int
    top: int
    width: int
    height: int
    step: Literal["cropped"] = "cropped"


@dataclass(frozen=True, slots=True)
class Scaled:
    """Made smaller or larger, to so many pixels."""

    width: int
    height: int
    step: Literal["scaled"] = "scaled"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Written anew as a picture of another kind or quality, without what its file said besides."""

    media_type: Literal["image/jpeg", "image/png"]
    step: Literal["encoded"] = "encoded"


Step = Rotated | Cropped | Scaled | Encoded


@dataclass(frozen=True, slots=True)
class Derivation:
    """From which photo a probe comes, and what was done to it, in order, as the caller says.

    The original is measured upright, turned as its own file says (EXIF).
    """

    original_sha256: str
    original_width: int
    original_height: int
    steps: tuple[Step, ...]

    def check(self, probe: PhotoSize) -> None:
        """Raise DerivationError unless each step can follow, and all lead to the probe's size."""
        width, height = self.original_width, self.original_height
        for step in self.steps:
            if isinstance(step, Cropped) and not _is_within(step, width, height):
                raise DerivationError(f"{step_told(step)} is not within {width} x {height}.")
            width, height = _after(step, width, height)
        if (width, height) != (probe.width, probe.height):
            there = f"the probe has {probe.width} x {probe.height} pixels"
            raise DerivationError(f"the steps end at {width} x {height}, but {there}.")


def _is_within(cut: Cropped, width: int, height: int) -> bool:
    return cut.left + cut.width <= width and cut.top + cut.height <= height


def _after(step: Step, width: int, height: int) -> tuple[int, int]:
    match step:
        case Rotated(90 | 270):
            return height, width
        case Cropped() | Scaled():
            return step.width, step.height
        case _:
            return width, height


def step_told(step: Step) -> str:
    """Say a step in words."""
    match step:
        case Rotated(degrees):
            return f"turned right by {degrees} degrees"
        case Cropped(left, top, width, height):
            return f"cut out: {width} x {height} pixels from ({left}, {top})"
        case Scaled(width, height):
            return f"scaled to {width} x {height} pixels"
        case Encoded(media_type):
            return f"encoded as {media_type}"
