"""What an encoder process says of a photo, as it travels between the processes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from app.domain.errors import EngineMisconfiguredError
from app.domain.face import Box, Face, PhotoSize, Point, Quality, RefusalReason
from app.domain.score_scale import ScoreScale

if TYPE_CHECKING:  # the service itself loads no network
    from adapters.face_engine.local.encoder import Reading

Purpose = Literal["enrol", "search", "index", "detect"]
"""Whose templates are wanted: the booked person's, the probe's, everybody's, or nobody's."""

Provider = Literal["CPU", "OPENVINO", "CUDA"]
"""Execution providers of ONNX Runtime."""

LOAD = "adapters.face_engine.local.process:load"
LOAD_ALL = "adapters.face_engine.local.process:load_all"
READ = "adapters.face_engine.local.process:read"


@dataclass(frozen=True, slots=True)
class SiteNetwork:
    """The agency's own ONNX network: one float32 NCHW input of 112x112, one embedding out.

    A pixel becomes (value - mean) * scale, as ArcFace's 127.5 and 1/127.5 or SFace's 0 and 1.
    """

    path: Path
    name: str
    mean: float = 127.5
    scale: float = 1 / 127.5
    channels: Literal["RGB", "BGR"] = "RGB"
    sha256: str | None = None
    """What the file must have. A service has it of every file: what it was at the start."""
    known: str | None = None
    """The name that Candid knows the file by, which the site may call otherwise."""
    by_name: bool = False
    """Whether settings say that name alone: its file is then one that Candid installs."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the recognition network runs on; the detectors always run on one thread of the CPU."""

    provider: Provider = "CPU"
    threads: int = 1

    @property
    def suffix(self) -> str:
        """What the model's name ends in: other providers round differently."""
        return "" if self.provider == "CPU" else f"+{self.provider.lower()}"


@dataclass(frozen=True, slots=True)
class Networks:
    """Which networks the encoder processes load, and the largest photo they decode."""

    directory: Path
    site: SiteNetwork | None = None
    limit_megapixels: float = 50
    runtime: Runtime = Runtime()
    scale: ScoreScale | None = None  # of the site's own; None: the one that comes with the model

    def request(self) -> dict[str, Any]:
        """Return the part of a call's request that names the encoder."""
        site = {**asdict(self.site), "path": str(self.site.path)} if self.site else None
        return {
            "directory": str(self.directory),
            "site": site,
            "limit_megapixels": self.limit_megapixels,
            "runtime": [self.runtime.provider, self.runtime.threads],
        }


@dataclass(frozen=True, slots=True)
class EncoderFacts:
    """What the loaded networks say of themselves."""

    model: str
    dimensions: int
    site: bool
    known: str | None = None
    """The name of a model that Candid knows, besides the one that comes with it."""
    scale: ScoreScale | None = None  # of the site's own, for this very model


@dataclass(frozen=True, slots=True)
class PhotoRead:
    """A photo's faces, why each may not be enrolled, and the templates that were wanted."""

    size: PhotoSize
    faces: tuple[Face, ...]  # largest first
    reasons: tuple[tuple[RefusalReason, ...], ...]
    templates: bytes  # of the face chosen or, to index, of every face, one after another
    decode_ms: float
    encode_ms: float

    @property
    def template(self) -> bytes:
        """The template of the face chosen; raises EngineMisconfiguredError where there is none."""
        if not self.templates:
            raise EngineMisconfiguredError("An encoder process gave a face without a template.")
        return self.templates

    def of_every_face(self, dimensions: int) -> list[bytes]:
        """Return the templates of all faces; raises EngineMisconfiguredError where one misses."""
        length = 2 * dimensions
        if len(self.templates) != length * len(self.faces):
            raise EngineMisconfiguredError("An encoder process gave faces without templates.")
        starts = range(0, len(self.templates), length)
        return [self.templates[start : start + length] for start in starts]

    @classmethod
    def unpacked(cls, answer: Mapping[str, Any], templates: bytes) -> Self:
        """Read what a process said; raises EngineMisconfiguredError when it makes no sense."""
        try:
            return cls(
                size=PhotoSize(*map(int, answer["size"])),
                faces=tuple(_face(face) for face in answer["faces"]),
                reasons=tuple(tuple(map(RefusalReason, each)) for each in answer["reasons"]),
                templates=templates,
                decode_ms=float(answer["decode_ms"]),
                encode_ms=float(answer["encode_ms"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EngineMisconfiguredError("An encoder process gave no reading.") from error


def packed(reading: "Reading") -> tuple[dict[str, Any], bytes]:
    """Return a reading as an answer of a process."""
    answer = {
        "size": [reading.size.width, reading.size.height],
        "faces": [asdict(face) for face in reading.faces],
        "reasons": reading.reasons,
        "decode_ms": reading.decode_ms,
        "encode_ms": reading.encode_ms,
    }
    return answer, b"".join(reading.templates)


def _face(answer: Mapping[str, Any]) -> Face:
    return Face(
        Box(**{name: float(value) for name, value in answer["box"].items()}),
        Quality(**{name: _number(value) for name, value in answer["quality"].items()}),
        tuple(Point(float(point["x"]), float(point["y"])) for point in answer["landmarks"]),
    )


def _number(value: object) -> Any:  # noqa: ANN401 (a quality's fields are int, float or None)
    if value is None or isinstance(value, (int, float)):
        return value
    raise TypeError("not a number")
