"""The environment of the programs that Candid is compared with, made once in build/."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def face_recognition_python() -> str:
    """Return a Python that has the package face_recognition, pinned by hash."""
    home = ROOT / "build" / "peers"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        _run(sys.executable, "-m", "venv", str(home))
        lock = str(ROOT / "requirements" / "peers.lock")
        _run(str(python), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", lock)
        (home / "ready").touch()
    return str(python)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own commands
