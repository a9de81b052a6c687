"""face_recognition, used as its examples use it: a list of known faces, measured one and all."""

from collections.abc import Sequence
from pathlib import Path

import face_recognition
import numpy as np
from typing_extensions import override

from bench.contenders.contender import Contender, Floats, Halves, NoFaceError


class FaceRecognition(Contender):
    """face_recognition's own `face_distance` over all known faces, then numpy's sort."""

    @override
    def load(self, values: Halves) -> None:
        """Keep the list of encodings that its examples keep, as one array."""
        self._known = values.astype(np.float64)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """Measure and sort all."""
        distances = face_recognition.face_distance(self._known, query.astype(np.float64))
        return [int(row) for row in np.argsort(distances)[:count]]

    @override
    def find(self, photo: Path, count: int) -> Sequence[int]:
        """Load, locate, encode, and search."""
        return self.search(self.template(photo), count)

    @override
    def template(self, photo: Path) -> Floats:
        """Load, locate and encode."""
        image = face_recognition.load_image_file(photo)
        places = face_recognition.face_locations(image)
        if not places:
            raise NoFaceError
        encoding: Floats = face_recognition.face_encodings(image, places)[0]
        return encoding
