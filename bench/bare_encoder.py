"""The stages of indexing called in a bare loop: `python -m bench.bare_encoder < paths`.

It says that it is ready, reads paths, and tells the processor's seconds that the photos took.
"""

import sys
import time
from pathlib import Path

from adapters.face_engine.local.encoder import Encoder
from bench.face_sets import models
from bench.loops import told


def main() -> None:
    """Read every photo as an index call would."""
    encoder = Encoder(models())
    paths = told()
    began = time.process_time()
    for path in paths:
        encoder.read(Path(path).read_bytes(), "enrol", None)
    sys.stdout.write(f"{time.process_time() - began}\n")


if __name__ == "__main__":
    main()
