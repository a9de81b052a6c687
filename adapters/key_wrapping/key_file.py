"""A key-encryption key in a file: 32 bytes in base64, made once and never overwritten."""

import base64
import binascii
import glob
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from anyio import to_thread
from typing_extensions import override

from adapters.key_wrapping.encryption_key import EncryptionKey, MemoryKey
from app.domain.errors import DataKeysMisconfiguredError

_BYTES: Final = 32


class KeyFile(EncryptionKey):
    """Reads the file when it is needed first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: MemoryKey | None = None

    @override
    async def prepare(self) -> None:
        await to_thread.run_sync(self._prepare)

    @override
    async def name(self) -> str:
        return await (await self._key()).name()

    @override
    async def wrap(self, key: bytes, bound_to: str) -> bytes:
        return await (await self._key()).wrap(key, bound_to)

    @override
    async def unwrap(self, wrapped: bytes, bound_to: str) -> bytes | None:
        return await (await self._key()).unwrap(wrapped, bound_to)

    async def _key(self) -> MemoryKey:
        if self._read is None:
            self._read = MemoryKey(await to_thread.run_sync(self._content))
        return self._read

    def _content(self) -> bytes:
        try:
            text = self.path.read_bytes()
        except FileNotFoundError as error:
            raise DataKeysMisconfiguredError(
                f"The key-encryption key {self.path} is not there, but data keys are wrapped by "
                "one. Put its copy back, or name it with CANDID_ENCRYPTION__KEY_FILE."
            ) from error
        except OSError as error:
            raise self._unusable(error) from error
        key = self._decoded(text)
        _sweep(self.path)
        return key

    def _decoded(self, text: bytes) -> bytes:
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _BYTES:
            raise DataKeysMisconfiguredError(
                f"The key-encryption key {self.path} is no 32 bytes in base64; put its copy back."
            )
        return key

    def _prepare(self) -> None:
        try:
            if not self.path.exists():
                _make(self.path)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> DataKeysMisconfiguredError:
        return DataKeysMisconfiguredError(
            f"The key-encryption key {self.path} cannot be used: {error.strerror or error}."
        )


def _make(path: Path) -> None:
    """Write a new key whole, durably and never over another process's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=_begun(path), dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except (FileExistsError, FileNotFoundError):
        if not path.exists():
            raise
        return  # another process was faster, and may have swept up here
    finally:
        Path(name).unlink(missing_ok=True)
    _sync(path.parent)


def _begun(path: Path) -> str:
    return f".{path.name}-"


def _sweep(path: Path) -> None:
    """Remove what a process left that was killed while it made the key: it may be the very key."""
    with suppress(OSError):  # it is there, read-only perhaps, whatever lies beside it
        for left in path.parent.glob(f"{glob.escape(_begun(path))}*"):
            left.unlink(missing_ok=True)


def _sync(directory: Path) -> None:
    if os.name == "nt":  # a directory cannot be opened there; NTFS journals its names
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
