"""DeepFace's own `find` and `search`, with the weights that Candid uses (its model "Dlib").

Its datastore is written beforehand, in its own format, with the templates; `refresh_database=False`
spares it reading the folder for new photos. It loads the datastore at each call, as it always does.
`search` reads a database at each call: SQLite's here, of the rows that its `register` would write.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import deepface.DeepFace
import numpy as np
from deepface.modules.database.sqlite import SqliteClient
from deepface.modules.exceptions import FaceNotDetected
from typing_extensions import override

from bench.contenders.contender import Contender, Floats, Halves, NoFaceError, blocks

_DATASTORE = "ds_model_dlib_detector_dlib_aligned_normalization_base_expand_0.npz"
_MODEL = {"model_name": "Dlib", "detector_backend": "dlib"}
_WEIGHTS = "dlib_face_recognition_resnet_model_v1.dat", "shape_predictor_5_face_landmarks.dat"


class AsItComes(Contender):
    """As a data frame, its default where pandas is installed: a Python loop over the rows."""

    return_type = "pandas"

    @override
    def begin(self) -> None:
        """Put the weights where DeepFace looks for them."""
        _give_weights(self.folder)

    @override
    def load(self, values: Halves) -> None:
        """Write the datastore."""
        count = len(values)
        numbers = {f"target_{side}": np.zeros(count, np.int64) for side in "xywh"}
        names = np.array([f"{row}.jpg" for row in range(count)])
        np.savez(
            self.folder / _DATASTORE,
            embedding=values.astype(np.float64),
            has_embedding=np.ones(count, bool),
            identity=names,
            hash=names,
            **numbers,  # type: ignore[arg-type]  # numpy's stub takes these names for its options
        )

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        """It has no search by template alone."""
        raise NotImplementedError

    @override
    def find(self, photo: Path, count: int) -> Sequence[int]:
        """Detect, encode and search, as one call."""
        try:
            [found, *_] = self.found(photo, count)
        except FaceNotDetected as none:
            raise NoFaceError from none
        return [int(Path(name).stem) for name in self.identities(found)]

    @override
    def template(self, photo: Path) -> Floats:
        """Detect and encode."""
        try:
            [represented, *_] = deepface.DeepFace.represent(str(photo), **_MODEL)
        except FaceNotDetected as none:
            raise NoFaceError from none
        return np.array(represented["embedding"], np.float32)

    def found(self, photo: Path, count: int) -> Sequence[Any]:
        """Return those found for each face of the photo."""
        told: Sequence[Any] = deepface.DeepFace.find(
            str(photo),
            str(self.folder),
            similarity_search=True,
            k=count,
            refresh_database=False,
            silent=True,
            return_type=self.return_type,
            **_MODEL,
        )
        return told

    def identities(self, found: Any) -> Sequence[str]:  # noqa: ANN401 - a data frame
        """Return the names of those found, nearest first."""
        return list(found["identity"])


class Batched(AsItComes):
    """As dictionaries, "optimized for large batch processing": all distances in one product."""

    return_type = "dict"

    @override
    def identities(self, found: Any) -> Sequence[str]:
        """Return the names of those found, nearest first."""
        return [str(one["identity"]) for one in found]


class Search(AsItComes):
    """`search` in a database, exactly: a Python loop over all rows, read at each call.

    The pictures of the faces, which `register` would write beside the templates, are left out.
    """

    return_type = "dict"

    @override
    def load(self, values: Halves) -> None:
        """Write the rows in one SQLite file."""
        client = SqliteClient(str(self.folder / "deepface.sqlite"))
        self.open.callback(client.close)
        self._connection = client.conn
        said = {**_MODEL, "aligned": True, "l2_normalized": False, "face": np.zeros((1, 1, 3))}
        for start, block in blocks(values):
            rows = [
                {**said, "img_name": f"{row}.jpg", "embedding": numbers}
                for row, numbers in enumerate(block.tolist(), start)
            ]
            client.insert_embeddings(rows)

    @override
    def found(self, photo: Path, count: int) -> Sequence[Any]:
        told: Sequence[Any] = deepface.DeepFace.search(
            str(photo),
            similarity_search=True,
            k=count,
            database_type="sqlite",
            connection=self._connection,
            return_type=self.return_type,
            **_MODEL,
        )
        return told

    @override
    def identities(self, found: Any) -> Sequence[str]:
        """Return the names of those found, nearest first."""
        return [str(one["img_name"]) for one in found]


def _give_weights(home: Path) -> None:
    package = find_spec("face_recognition_models")
    assert package is not None
    assert package.submodule_search_locations
    [place] = package.submodule_search_locations
    weights = home / ".deepface" / "weights"
    weights.mkdir(parents=True)
    for name in _WEIGHTS:
        (weights / name).symlink_to(Path(place) / "models" / name)
    os.environ["DEEPFACE_HOME"] = str(home)  # noqa: TID251 - DeepFace reads it
