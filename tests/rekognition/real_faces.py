"""Real faces for the stub: seen by the local engine's networks, at Rekognition's interface."""

import numpy as np

from adapters.face_engine.local.encoder import Encoder
from tests.rekognition_answers import SeenFace


class RealFaces:
    """Sees what the encoder sees; similarity is the cosine, from 0 to 100."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def faces(self, image: bytes) -> list[SeenFace]:
        seen = self._encoder.read(image, "detect")
        return [
            SeenFace(
                box=(face.box.left, face.box.top, face.box.width, face.box.height),
                identity=self._encoder.read(image, "search", index).template,
                reasons=tuple(str(reason) for reason in seen.reasons[index]),
            )
            for index, face in enumerate(seen.faces)
        ]

    def similarity(self, one: object, other: object) -> float:
        assert isinstance(one, bytes)
        assert isinstance(other, bytes)
        first, second = (np.frombuffer(each, "<f2").astype(np.float64) for each in (one, other))
        return 100 * min(1.0, max(0.0, float(first @ second)))
