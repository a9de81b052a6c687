"""Turns one picture into the many files that people send."""

import io

import numpy as np
from PIL import Image

from app.domain.face import Face


def opened(photo: bytes) -> Image.Image:
    return Image.open(io.BytesIO(photo)).convert("RGB")


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def likeness(one: bytes | None, other: bytes | None) -> float:
    """The cosine of two templates."""
    assert one is not None
    assert other is not None
    a, b = (np.frombuffer(packed, "<f2").astype(np.float32) for packed in (one, other))
    return float(a @ b)


def middle(face: Face) -> tuple[float, float]:
    return face.box.left + face.box.width / 2, face.box.top + face.box.height / 2
