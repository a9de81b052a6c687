"""The stages of indexing called in a bare loop: `python -m bench.bare_encoder < paths`."""

from pathlib import Path

from adapters.face_engine.local.encoder import Encoder
from bench.face_sets import models
from bench.loops import told


def main() -> None:
    """Read every photo as an index call would."""
    encoder = Encoder(models())
    for path in told():
        encoder.read(Path(path).read_bytes(), "enrol", None)


if __name__ == "__main__":
    main()
