"""Turns an aligned face into a template: a unit vector as little-endian float16."""

from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image
from typing_extensions import override

from adapters.face_engine.local.alignment import (
    FIRST_LOOK,
    LOOK_SCALE,
    SECOND_LOOK,
    TIGHTER,
    TRUST,
    Aligned,
)
from adapters.face_engine.local.blaze_face import one_thread_session
from adapters.face_engine.local.geometry import PixelRows, Points, Similarity, cut, pixel_rows
from adapters.face_engine.local.models import WEIGHTS, Network
from adapters.face_engine.local.reading import SiteNetwork
from app.domain.errors import EngineMisconfiguredError

Floats = npt.NDArray[np.float32]

ARCFACE = np.array([38.2946 + 51.6963j, 73.5318 + 51.5014j, 56.0252 + 71.7366j, 56.1396 + 92.2848j])
"""The 112-pixel template of ArcFace (insightface `arcface_dst`); its mouth corners averaged."""
ARCFACE_SIDE = 112
_RECIPE = 1  # counts changes to how chips are cut and averaged that the constants do not show


class Recognition(Protocol):
    """A network that tells faces apart."""

    model: str
    dimensions: int

    def vector(self, picture: Image.Image, face: Aligned) -> Floats:
        """Return the unit vector of one face."""
        ...


class DlibRecognition(Recognition):
    """dlib's ResNet on the chip and on its mirror image, averaged."""

    def __init__(self, file: Path) -> None:
        self._session = one_thread_session(file)
        self.dimensions = int(self._session.get_outputs()[0].shape[1])
        weights = "".join(WEIGHTS[network].onnx_sha256 for network in Network)
        self.model = f"dlib-resnet-v1+blazeface/1-{_short_hash(weights.encode())}"

    @override
    def vector(self, picture: Image.Image, face: Aligned) -> Floats:
        (embeddings,) = self._session.run(("embedding",), {"pixels": _with_mirror(face.chip)})
        return _unit(embeddings.sum(0))


class SiteRecognition(Recognition):
    """The agency's own network on the 112-pixel chip and on its mirror image, averaged."""

    def __init__(self, site: SiteNetwork) -> None:
        """Raises EngineMisconfiguredError when the file is no such network."""
        try:
            weights = site.path.read_bytes()
            self._session = one_thread_session(site.path)
        except Exception as error:  # onnxruntime's exceptions have no common base
            raise EngineMisconfiguredError(
                f"The face model {site.path} cannot be loaded: {error}"
            ) from error
        shape = self._session.get_inputs()[0].shape
        if shape[1:] != [3, ARCFACE_SIDE, ARCFACE_SIDE]:
            raise EngineMisconfiguredError(
                f"The face model {site.path} takes {shape}, not [N, 3, 112, 112]."
            )
        self._site = site
        self._input = self._session.get_inputs()[0].name
        self._batch = shape[0] != 1
        blank = np.zeros((2, ARCFACE_SIDE, ARCFACE_SIDE, 3), np.uint8)
        self.dimensions = len(self._run(blank))
        settings = f"{site.mean} {site.scale} {site.channels}".encode()
        self.model = f"{site.name}+blazeface/1-{_short_hash(weights + settings)}"

    @override
    def vector(self, picture: Image.Image, face: Aligned) -> Floats:
        to_chip = Similarity.between(face.sighting.points, ARCFACE, TRUST)
        chip = pixel_rows(cut(picture, to_chip, ARCFACE_SIDE))
        if self._site.channels == "BGR":
            chip = chip[:, :, ::-1]
        return _unit(self._run(_with_mirror(chip)))

    def _run(self, chips: PixelRows) -> Floats:
        planes = chips.transpose(0, 3, 1, 2).astype(np.float32)
        values = (planes - np.float32(self._site.mean)) * np.float32(self._site.scale)
        batches = [values] if self._batch else [values[:1], values[1:]]
        found = [self._session.run(None, {self._input: batch})[0] for batch in batches]
        total: Floats = np.concatenate(found).reshape(2, -1).sum(0)
        return total


def template(vector: Floats) -> bytes:
    """Pack a unit vector as it is kept and compared: float16, little-endian."""
    return vector.astype("<f2").tobytes()


def _with_mirror(chip: PixelRows) -> PixelRows:
    return np.stack([chip, chip[:, ::-1]])


def _unit(vector: Floats) -> Floats:
    length = float(np.linalg.norm(vector))
    return (vector / (length or 1.0)).astype(np.float32)


def _short_hash(weights: bytes) -> str:
    """Eight hex digits that change with the weights, the alignment and the recipe."""
    places: list[Points] = [FIRST_LOOK, SECOND_LOOK, ARCFACE]
    fit = f"{LOOK_SCALE} {TRUST.tolist()} {TIGHTER}"
    recipe = f"{_RECIPE} {fit} {[one.tolist() for one in places]}".encode()
    return sha256(sha256(weights).digest() + recipe).hexdigest()[:8]
