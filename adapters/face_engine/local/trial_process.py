"""What a trial of a recognition model runs inside an encoder process."""

from functools import cache
from time import perf_counter
from typing import Any

import numpy as np
from numpy.random import default_rng  # here: once the process is closed nothing can be imported
from PIL import Image

from adapters.face_engine.local.alignment import CHIP, Aligned
from adapters.face_engine.local.blaze_face import Sighting
from adapters.face_engine.local.process import Answer, encoder_of
from app.domain.errors import EngineMisconfiguredError

_MOST_ALIKE = 0.9999
"""Cosine of two pictures of noise, above which a network sees nothing; of one, twice, below it."""
_PLACES = (  # of a face in a picture of 480 x 600: the box, the eyes, nose, mouth, ears
    (140 + 180j, 340 + 400j, 195 + 250j, 285 + 250j, 240 + 300j, 240 + 350j, 150 + 270j, 330 + 270j)
)


def prepare(_: dict[str, Any], __: bytes) -> Answer:
    """Make what the others need, before the process is closed."""
    for seed in (1, 2):
        _noise(seed)
    return {}, b""


def check_that_it_sees(request: dict[str, Any], _: bytes) -> Answer:
    """Raise EngineMisconfiguredError when two pictures of noise give one template, or one two."""
    recognition = encoder_of(request["encoder"]).recognition
    one, other, again = (recognition.vector(*_noise(seed)) for seed in (1, 2, 1))
    if float(one @ other) > _MOST_ALIKE:
        raise EngineMisconfiguredError(
            f"{recognition.model} gives the same for two pictures that have nothing in common: "
            "its pixels are scaled in another way than its settings say, or it is no network that "
            "tells faces apart."
        )
    if float(one @ again) < _MOST_ALIKE:
        raise EngineMisconfiguredError(
            f"{recognition.model} gives another template each time for the same picture: something "
            "in it is drawn by chance, such as a dropout that was left on; export it for inference."
        )
    return {}, b""


def faces_a_second(request: dict[str, Any], _: bytes) -> Answer:
    """Encode one face, with its mirror image, again and again for so many `seconds`."""
    recognition = encoder_of(request["encoder"]).recognition
    picture, face = _noise(1)
    recognition.vector(picture, face)  # what is done once does not count
    begun, faces = perf_counter(), 0
    while (passed := perf_counter() - begun) < request["seconds"]:
        recognition.vector(picture, face)
        faces += 1
    return {"faces_a_second": faces / passed}, b""


@cache
def _noise(seed: int) -> tuple[Image.Image, Aligned]:
    random = default_rng(seed)
    rows = random.integers(0, 256, (600, 480, 3), dtype=np.uint8)
    chip = random.integers(0, 256, (CHIP, CHIP, 3), dtype=np.uint8)
    places = np.array(_PLACES, np.complex128)
    return Image.fromarray(rows), Aligned(Sighting(1.0, places), chip, confirmed=True)
