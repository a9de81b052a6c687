"""Which program this is: its version, and its commit where it runs from a checkout."""

import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import app
from app.services.evaluation import Program

_GIT_SECONDS = 10.0


def this_program() -> Program:
    """Return the version, and the commit (with `-dirty` where files differ from it)."""
    root = Path(app.__file__).parents[1]
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return Program(version("candid"))
    try:
        said = subprocess.run(  # noqa: S603 - a program that was looked up, with constants
            [git, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True,
            check=True,
            text=True,
            timeout=_GIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return Program(version("candid"))
    return Program(version("candid"), said.stdout.strip() or None)
