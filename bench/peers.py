"""The environment of what Candid is compared with, apart from its own: `python -m bench.peers`.

It is made once, in build/peers, of exactly what requirements/peers.lock names, and by `make bench`.
A bench that is run without it says which peers are not installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = ROOT / "build" / "peers"
PYTHON = HOME / "bin" / "python"
_LOCK = ROOT / "requirements" / "peers.lock"
_MADE_OF = HOME / "made-of.lock"


def installed() -> bool:
    """Say whether the environment is there, and of the lock as it is."""
    return _MADE_OF.exists() and _MADE_OF.read_bytes() == _LOCK.read_bytes()


def install() -> None:
    """Make the environment unless it is there; its date tells make(1) that it was looked at."""
    if installed():
        _MADE_OF.touch()
        return
    _run(sys.executable, "-m", "venv", "--clear", str(HOME))
    uv = shutil.which("uv")
    pip = (uv, "pip") if uv else (str(PYTHON), "-m", "pip")
    of = ("--python", str(PYTHON)) if uv else ("--disable-pip-version-check",)
    pinned = ("--quiet", "--no-deps", "--require-hashes", "-r", str(_LOCK))
    _run(*pip, "install", *of, *pinned)
    shutil.copyfile(_LOCK, _MADE_OF)  # last: it says that all is there


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - our own commands


if __name__ == "__main__":
    install()
