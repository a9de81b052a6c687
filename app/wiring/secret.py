"""The secret from which the service's keys are derived."""

import os
import secrets
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import Settings, SettingsError


def secret_of(settings: Settings) -> bytes:
    """Return the secret of the settings, or the data directory's own, made at first start.

    Raises SettingsError when the data directory cannot keep one.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.data_dir / "secret"
    try:
        if not path.exists():
            _make(path)
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"CANDID_DATA_DIR: {path} cannot be used: {reason}") from error


def derived(secret: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=f"candid {purpose}".encode()).derive(secret)


def _make(path: Path) -> None:
    """Write a new secret whole and never over another process's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_urlsafe(48).encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()
