"""What is known of a model: whose it is, what it may be used for, and how it is fed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from adapters.face_engine.local.models.catalogue import Provenance
from app.domain.differential import MeasuredDifferential
from app.domain.score_scale import ScoreScale


class Kind(StrEnum):
    """What a network does."""

    DETECTOR = "detector"
    RECOGNITION = "recognition"


class Rights(StrEnum):
    """What the licence of the weights lets an agency do."""

    ANY_USE = "any use"
    NON_COMMERCIAL = "non-commercial"


@dataclass(frozen=True, slots=True)
class Intake:
    """How a network takes a face: the square's side, and (value - mean) * scale of each channel."""

    side: int  # pixels
    template: Literal["arcface", "dlib", "none"]  # where the eyes, nose and mouth lie in the square
    channels: Literal["RGB", "BGR"] = "RGB"
    mean: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Published:
    """One file of a publisher: where it lies, and which hosts may send it."""

    addresses: tuple[str, ...]  # tried in turn; none: the site has to bring the file
    hosts: tuple[str, ...]  # of the addresses and of what they may lead to, subdomains included
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model of the registry. One without a stated licence is none: it raises ValueError."""

    name: str  # of the setting and of the file, which is <name>.onnx
    kind: Kind
    provenance: Provenance
    rights: Rights
    licence_stated_at: str
    intake: Intake
    sha256: str  # of the ONNX file
    published: Published | None  # None: made here of files of the package registry
    dimensions: int | None = None  # of a template
    calibration: ScoreScale | None = None  # the shipped one
    differential: MeasuredDifferential | None = None  # None: not measured by Candid's makers
    report: str | None = None  # the page of docs/ with what was measured of it; None: nothing was
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold that nothing without a stated licence is offered."""
        if not self.provenance.licence.strip() or not self.licence_stated_at.strip():
            raise ValueError(f"{self.name}: no licence is stated for its weights")

    @property
    def needs_own_licence(self) -> bool:
        """Whether an agency may use it only by a licence of its own."""
        return self.rights is Rights.NON_COMMERCIAL

    @property
    def file_name(self) -> str:
        """The file in the directory of the models."""
        return f"{self.name}.onnx"
