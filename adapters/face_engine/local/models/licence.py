"""Who said, and when, that the agency holds a licence of its own for a model; kept beside it."""

import json
import os
import pwd
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.face_engine.local.models.known import KnownModel

FILE = "accepted-licences.jsonl"
"""In the directory of the models: one acceptance a line, none of them ever changed."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the agency's counsel asks for: of which file, under which words, by whom, and when."""

    model: str
    sha256: str
    licence: str
    licence_stated_at: str
    accepted_at: str  # ISO 8601, UTC
    account: str  # of the machine, that gave the command
    machine: str


def acceptance_of(directory: Path, model: KnownModel) -> Acceptance | None:
    """Return the first acceptance of this very file under the words of its licence as they are now.

    A line that is no acceptance counts for none, and so does a record that cannot be read.
    """
    with suppress(OSError):
        lines = (directory / FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        accepted = (_read(line) for line in lines)
        return next((one for one in accepted if one and _covers(one, model)), None)
    return None


def record_acceptance(directory: Path, model: KnownModel) -> Path:
    """Add that who gives this command accepts, and return the file; raises OSError."""
    accepted = Acceptance(
        model=model.name,
        sha256=model.sha256,
        licence=model.provenance.licence,
        licence_stated_at=model.licence_stated_at,
        accepted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        account=_account(),
        machine=socket.gethostname(),
    )
    file = directory / FILE
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(asdict(accepted)) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    return file


def _covers(accepted: Acceptance, model: KnownModel) -> bool:
    return (accepted.sha256, accepted.licence) == (model.sha256, model.provenance.licence)


def _read(line: str) -> Acceptance | None:
    with suppress(ValueError, TypeError):
        return Acceptance(**json.loads(line))
    return None


def _account() -> str:
    """Return the name of the account, or its number where it has none, as in containers.

    Nothing that whoever gives the command can set counts: LOGNAME and USER are not asked.
    """
    with suppress(KeyError):
        return pwd.getpwuid(os.getuid()).pw_name
    return str(os.getuid())
