"""The face sets beside the checkout, and their templates by the local engine's own encoder."""

import csv
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import platformdirs

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import ModelFiles, install_models
from app.domain.evaluation import FaceRule
from app.domain.evaluation.chosen import chosen_face

Vectors = npt.NDArray[np.float32]

ROOT = Path(__file__).parents[1]
SETS = ROOT.parent / "shared" / "data"
MODELS = platformdirs.user_cache_path("candid") / "models"


@dataclass(frozen=True, slots=True)
class Photo:
    """One line of a set's protocol."""

    person: str
    path: Path
    role: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder made of one photo; no vector where it found no face."""

    person: str
    role: str
    faces: int
    vector: Vectors | None


def photos(name: str) -> list[Photo]:
    """Return the photos of a set; FileNotFoundError says where it was looked for."""
    with (SETS / name / "protocol.csv").open(newline="") as opened:
        return [
            Photo(row["person"], SETS / name / row["image"], row["role"])
            for row in csv.DictReader(opened)
        ]


def portraits() -> list[Photo]:
    """Return the London set whole: neutral portraits for the gallery, smiling ones as probes."""
    roles = {"neutral": "gallery_mated", "smiling": "probe_mated"}
    return [
        Photo(path.parent.name, path, roles[path.stem.rpartition("_")[2]])
        for path in sorted((SETS / "london").glob("*/*.jpg"))
    ]


def models() -> ModelFiles:
    """Return the models where the service keeps them, installed if need be."""
    return install_models(MODELS, print)


def central_vector(encoder: Encoder, photo: bytes) -> tuple[int, Vectors | None]:
    """Return how many faces there are and the template of the one nearest the middle.

    The people these sets name stand in the middle; others may stand nearer the camera.
    """
    reading = encoder.read(photo, "search")
    if len(reading.faces) > 1:
        middle = chosen_face(reading.faces, FaceRule.CENTRAL)
        if middle:
            reading = encoder.read(photo, "search", middle)
    if reading.template is None:
        return 0, None
    return len(reading.faces), np.frombuffer(reading.template, "<f2").astype(np.float32)


def encoded(every: Sequence[Photo]) -> list[Encoded]:
    """Encode all photos, one process a core."""
    with ProcessPoolExecutor(os.cpu_count(), initializer=_load, initargs=(models(),)) as pool:
        return list(pool.map(_encode, every, chunksize=50))


def by_role(every: Sequence[Encoded], *roles: str) -> Iterator[Encoded]:
    """Yield those of some roles."""
    return (one for one in every if one.role in roles)


_loaded: list[Encoder] = []  # one in each process of the pool


def _load(files: ModelFiles) -> None:
    _loaded.append(Encoder(files))


def _encode(photo: Photo) -> Encoded:
    count, vector = central_vector(_loaded[0], photo.path.read_bytes())
    return Encoded(photo.person, photo.role, count, vector)
