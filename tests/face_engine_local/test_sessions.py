"""What a loaded network keeps, in every process that reads photos."""

import sys

import numpy as np

from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.sessions import session_of


def test_a_loaded_network_keeps_no_copy_of_its_file(model_files: ModelFiles) -> None:
    content = model_files.recognition.read_bytes()
    before = sys.getrefcount(content)

    session = session_of(content)

    assert sys.getrefcount(content) == before
    assert session.run(None, {"pixels": np.zeros((1, 150, 150, 3), np.uint8)})
