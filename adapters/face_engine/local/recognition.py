"""Turns an aligned face into a template: a unit vector as little-endian float16."""

import math
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image
from typing_extensions import override

from adapters.face_engine.local.alignment import (
    CHIP,
    FIRST_LOOK,
    LOOK_SCALE,
    SECOND_LOOK,
    TIGHTER,
    TRUST,
    Aligned,
)
from adapters.face_engine.local.embedding_network import SIDE, EmbeddingNetwork
from adapters.face_engine.local.geometry import PixelRows, Points, Similarity, cut, pixel_rows
from adapters.face_engine.local.models import WEIGHTS, Network, Weights, verified
from adapters.face_engine.local.reading import Runtime, SiteNetwork
from adapters.face_engine.local.sessions import session_of
from app.domain.errors import EngineMisconfiguredError

Floats = npt.NDArray[np.float32]

ARCFACE = np.array([38.2946 + 51.6963j, 73.5318 + 51.5014j, 56.0252 + 71.7366j, 56.1396 + 92.2848j])
"""The 112-pixel template of ArcFace (insightface `arcface_dst`); its mouth corners averaged."""
_RECIPE = 1  # counts changes to how chips are cut and averaged that the constants do not show
_DETECTORS = (Network.SHORT_RANGE, Network.FULL_RANGE)
_FIRST_DETECTORS = (
    "dce2729e3e56dffdb0b97548ad2e0b4d0df72c96681c75bfad77af84bc18bcce",
    "00b6241befd42ee8691f175ec369a6b65f7aebdfaa98cc0934fcbe9b78529f8f",
)
"""The weights whose landmarks the first sites' networks were fed by: galleries stand under names
that do not tell of them."""


class Recognition(Protocol):
    """A network that tells faces apart."""

    model: str
    dimensions: int

    def vector(self, picture: Image.Image, face: Aligned) -> Floats:
        """Return the unit vector of one face; raises EngineMisconfiguredError when it is none."""
        ...


class DlibRecognition(Recognition):
    """dlib's ResNet on the chip and on its mirror image, averaged."""

    def __init__(self, file: Path, runtime: Runtime) -> None:
        """Raises EngineMisconfiguredError when the file is not dlib's."""
        self._session = session_of(verified(file, Network.RECOGNITION), runtime)
        self.dimensions = int(self._session.get_outputs()[0].shape[1])
        # Providers start their threads at the first run, and a process may start none later.
        self._embeddings(np.zeros((2, CHIP, CHIP, 3), np.uint8))
        weights = "".join(WEIGHTS[network].onnx_sha256 for network in Network)
        short_hash = _short_hash(sha256(weights.encode()).digest())
        self.model = f"dlib-resnet-v1+blazeface{runtime.suffix}/1-{short_hash}"

    @override
    def vector(self, picture: Image.Image, face: Aligned) -> Floats:
        return _unit(self._embeddings(_with_mirror(face.chip)).sum(0))

    def _embeddings(self, chips: PixelRows) -> Floats:
        found: Floats = self._session.run(("embedding",), {"pixels": chips})[0]
        return found


class SiteRecognition(Recognition):
    """The agency's own network on the 112-pixel chip and on its mirror image, averaged."""

    def __init__(self, site: SiteNetwork, runtime: Runtime) -> None:
        """Raises EngineMisconfiguredError when the file is no such network."""
        self._network = EmbeddingNetwork(site, runtime)
        self._site = site
        self.dimensions = self._network.dimensions
        settings = f"{site.mean} {site.scale} {site.channels}".encode()
        short_hash = _short_hash(self._network.digest_with(settings + told_of_detectors(WEIGHTS)))
        self.model = f"{site.name}+blazeface{runtime.suffix}/1-{short_hash}"

    @override
    def vector(self, picture: Image.Image, face: Aligned) -> Floats:
        to_chip = Similarity.between(face.sighting.points, ARCFACE, TRUST)
        chip = pixel_rows(cut(picture, to_chip, SIDE))
        if self._site.channels == "BGR":
            chip = chip[:, :, ::-1]
        planes = _with_mirror(chip).transpose(0, 3, 1, 2).astype(np.float32)
        values = (planes - np.float32(self._site.mean)) * np.float32(self._site.scale)
        return _unit(self._network.embeddings(values).sum(0))


def template(vector: Floats) -> bytes:
    """Pack a unit vector as it is kept and compared: float16, little-endian."""
    return vector.astype("<f2").tobytes()


def _with_mirror(chip: PixelRows) -> PixelRows:
    return np.stack([chip, chip[:, ::-1]])


def _unit(vector: Floats) -> Floats:
    """Scale to length 1; a template of zeros would be like nobody, and like it for ever."""
    length = float(np.linalg.norm(vector))
    if not math.isfinite(length) or length == 0:
        raise EngineMisconfiguredError(
            "The recognition network gave only zeros, or numbers that are none: its pixels are "
            "scaled in another way than its settings say, its file is damaged, or its provider "
            "does not work in the encoder processes. `candid models check` tries it."
        )
    return (vector / length).astype(np.float32)


def told_of_detectors(weights: Mapping[Network, Weights]) -> bytes:
    """Return what a site's model version tells of the detectors: nothing of the first ones.

    A template depends on their landmarks, so with other detectors it is of another model.
    """
    pinned = tuple(weights[network].onnx_sha256 for network in _DETECTORS)
    return b"" if pinned == _FIRST_DETECTORS else " ".join(("", *pinned)).encode()


def _short_hash(weights: bytes) -> str:
    """Eight hex digits that change with the weights (their SHA-256), alignment and recipe."""
    places: list[Points] = [FIRST_LOOK, SECOND_LOOK, ARCFACE]
    fit = f"{LOOK_SCALE} {TRUST.tolist()} {TIGHTER}"
    recipe = f"{_RECIPE} {fit} {[one.tolist() for one in places]}".encode()
    return sha256(weights + recipe).hexdigest()[:8]
