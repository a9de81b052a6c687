"""Signed heads in files."""

import json
from collections import deque
from pathlib import Path

from app.cli.console import CommandError
from app.domain.audit_chain import ChainHead
from app.services.audit.sign_head import SignedHead
from app.services.signatures import signed_by


def head_of(file: Path, public_key: str) -> ChainHead:
    """Read a head, or the one at the end of an export; CommandError where it is not signed so."""
    try:
        with file.open(encoding="utf-8") as lines:
            first = next(lines, "")
            is_export = first.startswith('{"candid_audit"')
            text = deque(lines, 1).pop() if is_export else first + lines.read()
        signed = json.loads(text)
    except (OSError, ValueError, IndexError) as error:
        raise CommandError(f"{file} cannot be read as a signed head: {error}.") from error
    key = signed_by(signed)
    if key is None:
        raise CommandError(f"{file} is no signed head, or was altered: its signature does not fit.")
    if key != public_key:
        raise CommandError(
            f"{file} was signed by another key ({key}); if that one counts, say it: --public-key."
        )
    said = signed["head"]
    return ChainHead(said["number"], said["hash"], said["signed_at"])


def keep_head(signed: SignedHead, to: Path) -> Path:
    """Write a head below a directory, or in a file, never over another; CommandError."""
    said = signed["head"]
    if to.is_dir() and isinstance(said, dict):
        signed_at = str(said["signed_at"]).replace(":", "").replace("-", "").replace(".", "")
        to /= f"candid-audit-{said['number']:012}-{signed_at}.json"
    try:
        with to.open("x", encoding="utf-8") as file:
            json.dump(signed, file, indent=1)
            file.write("\n")
    except OSError as error:
        raise CommandError(f"{to} cannot be written: {error.strerror or error}.") from error
    return to
