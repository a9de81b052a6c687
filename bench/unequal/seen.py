"""What the default network says of each photo: several crops, each with its mirror image.

The raw embeddings are kept in `build/unequal-errors`, so that a second run of the same code on the
same photos encodes nothing.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image

from adapters.face_engine.local.alignment import (
    CHIP,
    FIRST_LOOK,
    SECOND_LOOK,
    TIGHTER,
    TRUST,
    Aligned,
)
from adapters.face_engine.local.finder import FaceFinder
from adapters.face_engine.local.geometry import PixelRows, Similarity, cut, pixel_rows
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.quality import measured
from adapters.face_engine.local.reading import Runtime
from adapters.face_engine.local.recognition import DlibRecognition
from adapters.face_engine.local.sessions import session_of
from adapters.pixels import read_pixels
from app.domain.errors import NoFaceError
from bench.face_sets import ROOT, Photo, models

Floats = npt.NDArray[np.float32]

CROPS: Final = 1.0, 0.94, 1.06
"""Scales of the chip about its middle: the product's own first, then a wider and a tighter one."""
FOLDER: Final = ROOT / "build" / "unequal-errors"
_ADAPTERS: Final = ROOT / "adapters"
_CODE: Final = (
    *sorted((_ADAPTERS / "face_engine" / "local").rglob("*.py")),
    _ADAPTERS / "pixels.py",
    Path(__file__),
)
"""What finds a face, cuts it out and encodes it; another state of it is encoded anew."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Some photos, and what was made of the face in each."""

    photos: Sequence[Photo]
    embeddings: Floats  # (photos, crops, 2, 128) as the network gives them; second the mirror's
    sharpness: Floats  # (photos,) 0 to 100, as the service tells it

    def at(self, places: Sequence[int]) -> "Seen":
        """Return those at some places, in their order."""
        photos = [self.photos[place] for place in places]
        chosen = np.array(places, np.int64)
        return Seen(photos, self.embeddings[chosen], self.sharpness[chosen])

    def of(self, *roles: str) -> "Seen":
        """Return those of some roles."""
        return self.at([at for at, photo in enumerate(self.photos) if photo.role in roles])

    def joined(self, other: "Seen") -> "Seen":
        """Return these and then the others."""
        return Seen(
            [*self.photos, *other.photos],
            np.concatenate([self.embeddings, other.embeddings]),
            np.concatenate([self.sharpness, other.sharpness]),
        )


def seen(name: str, photos: Sequence[Photo]) -> tuple[Seen, str]:
    """Return what the network says of a set's photos, and the model's name; encodes them once.

    Raises NoFaceError where a photo shows none: methods are compared on what all of them can use.
    """
    files = models()
    model = DlibRecognition(files.recognition, Runtime()).model
    kept = FOLDER / f"{name}-{known_by(model, photos)}.npz"
    if not kept.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(os.cpu_count(), initializer=_load, initargs=(files,)) as pool:
            embeddings, sharpness = zip(*pool.map(_encode, photos, chunksize=25), strict=True)
        keep(kept, np.stack(embeddings), np.array(sharpness, np.float32))
    with np.load(kept) as held:
        return Seen(photos, held["embeddings"], held["sharpness"]), model


def known_by(model: str, photos: Sequence[Photo]) -> str:
    """Hash all that the embeddings come of: networks, crops, photos to the byte, and the code."""
    told = hashlib.sha256(f"{model}\n{CROPS}\n".encode())
    for path in _CODE:
        told.update(hashlib.sha256(path.read_bytes()).digest())
    for photo in photos:
        told.update(f"{photo.path}\n".encode() + hashlib.sha256(photo.path.read_bytes()).digest())
    return told.hexdigest()[:12]


def keep(kept: Path, embeddings: Floats, sharpness: Floats) -> None:
    """Write beside it and rename: what is cut off is never read as whole."""
    with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".npz", delete=False) as part:
        np.savez(part, embeddings=embeddings, sharpness=sharpness)
    Path(part.name).replace(kept)


def chips(picture: Image.Image, face: Aligned) -> PixelRows:
    """Cut a face out at each scale of CROPS, and mirror it: (2 x crops, 150, 150, 3)."""
    points = face.sighting.points
    to_chip = (
        Similarity.between(points, SECOND_LOOK, TRUST)
        if face.confirmed
        else Similarity.between(points, FIRST_LOOK)
    ).then(TIGHTER)
    cuts = [pixel_rows(cut(picture, to_chip.then(_about_the_middle(one)), CHIP)) for one in CROPS]
    return np.stack([side for one in cuts for side in (one, one[:, ::-1])])


def _about_the_middle(scale: float) -> Similarity:
    return Similarity(scale, CHIP * (1 - scale) / 2 * (1 + 1j))


@dataclass(frozen=True, slots=True)
class _Loaded:
    finder: FaceFinder
    network: onnxruntime.InferenceSession


_loaded: list[_Loaded] = []  # one in each process of the pool


def _load(files: ModelFiles) -> None:
    _loaded.append(_Loaded(FaceFinder(files), session_of(files.recognition)))


def _encode(photo: Photo) -> tuple[Floats, float]:
    """Encode the face nearest the photo's middle: the sets' people stand there."""
    picture = read_pixels(photo.path.read_bytes()).picture
    faces = _loaded[0].finder.faces(picture)
    if not faces:
        raise NoFaceError
    face = min(faces, key=lambda one: _from_middle(picture, one))
    found: Floats = _loaded[0].network.run(("embedding",), {"pixels": chips(picture, face)})[0]
    return found.reshape(len(CROPS), 2, -1), measured(face, 1.0).sharpness or 0.0


def _from_middle(picture: Image.Image, face: Aligned) -> float:
    """Measure as `candid evaluate --face central` does."""
    middle = complex(face.sighting.places[:2].mean())
    return abs(middle.real / picture.width - 0.5) + abs(middle.imag / picture.height - 0.5)
