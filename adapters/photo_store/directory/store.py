"""Keeps photos as files of a directory that several processes may share.

A key becomes the name `p-` and its bytes in base32hex, lower case: no key is ever a path, none
means something to the operating system, none differs from another only in case, and names sort
as keys do. Names longer than a file system allows continue in directories `d-...`. All of it is
spread over 256 directories by the key's SHA-256.
"""

import base64
import binascii
import errno
import hashlib
import heapq
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from anyio import to_thread
from typing_extensions import override

from app.domain.errors import PhotoStoreUnavailableError
from app.ports.photo_store import PhotoStore, PhotoStream, StoredKeys, whole

T = TypeVar("T")

_NAME = 200
"""Characters of a key in one name; file systems allow 255, of which encrypting ones take some."""

_PAGE = 10_000
"""Keys in a page; each page reads every name once (0.5 s for 100,000 photos on one core)."""

_ATTEMPTS = 10
"""How often a write starts anew because a delete beside it took the directory away."""

_CAUSES = {
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "its disk quota is used up",
    errno.EACCES: "the service may not read or write its directory",
    errno.EPERM: "the service may not read or write its directory",
    errno.EROFS: "its disk is mounted read-only",
    errno.EIO: "its disk reports errors",
}


class DirectoryPhotoStore(PhotoStore):
    """Keeps photos below `root`, readable by the service's user only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / "unfinished"

    async def prepare(self) -> None:
        """Make the directory and remove what writers that were killed left behind."""
        await _in_thread(self._prepare)

    @override
    async def put(self, key: str, photo: bytes) -> None:
        await _in_thread(lambda: self._put(self._path(key), photo))

    @override
    async def get(self, key: str) -> bytes | None:
        return await _in_thread(lambda: _read(self._path(key)))

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        photo = await self.get(key)
        return None if photo is None else whole(photo)

    @override
    async def delete(self, key: str) -> None:
        await _in_thread(lambda: _remove(self._path(key)))

    @override
    async def exists(self, key: str) -> bool:
        return await self.size(key) is not None

    async def size(self, key: str) -> int | None:
        """Return how many bytes the photo has, or None."""
        return await _in_thread(lambda: _size(self._path(key)))

    @override
    async def list(self, after: str | None) -> StoredKeys:
        return await _in_thread(lambda: self._page(after))

    @override
    async def ping(self) -> None:
        await _in_thread(lambda: self._written(b"ping").unlink())

    def _path(self, key: str) -> Path:
        name = _encoded(key)
        parts = [name[start : start + _NAME] for start in range(0, len(name), _NAME)] or [""]
        drawer = hashlib.sha256(name.encode("ascii")).hexdigest()[:2]
        return self._root.joinpath(drawer, *(f"d-{part}" for part in parts[:-1]), f"p-{parts[-1]}")

    def _prepare(self) -> None:
        _make_directory(self._unfinished)
        for path in self._unfinished.iterdir():
            _remove_if_abandoned(path)

    def _put(self, path: Path, photo: bytes) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            written = self._written(photo)
            try:
                _make_directory(path.parent)
                written.replace(path)
                _sync_directory(path.parent)
            except FileNotFoundError:
                written.unlink(missing_ok=True)
                if attempt == _ATTEMPTS:
                    raise
            except OSError:
                written.unlink(missing_ok=True)
                raise
            else:
                return

    def _written(self, content: bytes) -> Path:
        """Write to a name of its own, locked while it is written, and make it durable."""
        _make_directory(self._unfinished)
        path = self._unfinished / uuid.uuid4().hex
        try:
            with os.fdopen(
                os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
            ) as file:
                _lock(file.fileno())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path

    def _page(self, after: str | None) -> StoredKeys:
        start = "" if after is None else _encoded(after)
        names = (name for name in self._names() if after is None or name > start)
        page = heapq.nsmallest(_PAGE, names)
        keys = tuple(_decoded(name) for name in page if _is_ours(name))
        return StoredKeys(keys, keys[-1] if len(page) == _PAGE else None)

    def _names(self) -> Iterator[str]:
        for number in range(256):
            yield from _names_in(self._root / f"{number:02x}")


async def _in_thread(work: Callable[[], T]) -> T:
    """Run the file work in a thread; raises PhotoStoreUnavailableError from OSError."""
    try:
        return await to_thread.run_sync(work)
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0, error.strerror or "its directory fails")
        raise PhotoStoreUnavailableError(
            f"The photo store cannot be used: {cause}. Try again."
        ) from error


def _encoded(key: str) -> str:
    raw = key.encode("utf-8", "surrogatepass")
    return base64.b32hexencode(raw).decode("ascii").rstrip("=").lower()


def _decoded(name: str) -> str:
    padded = name.upper() + "=" * (-len(name) % 8)
    return base64.b32hexdecode(padded).decode("utf-8", "surrogatepass")


def _is_ours(name: str) -> bool:
    try:
        return _encoded(_decoded(name)) == name
    except (binascii.Error, UnicodeDecodeError):
        return False


def _names_in(directory: Path, start: str = "") -> Iterator[str]:
    names: list[str] = []
    with suppress(FileNotFoundError):
        names = os.listdir(directory)  # noqa: PTH208 -- a Path for each takes five times as long
    for name in names:
        if name.startswith("p-"):
            yield start + name[2:]
        elif name.startswith("d-"):
            yield from _names_in(directory / name, start + name[2:])


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
        _sync_directory(path.parent)
    with suppress(OSError):  # the directory of a long key goes with the last key in it
        for parent in path.parents:
            if not parent.name.startswith("d-"):
                break
            parent.rmdir()


def _make_directory(directory: Path) -> None:
    if directory.is_dir():
        return
    _make_directory(directory.parent)
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    if sys.platform == "win32":  # NTFS journals its names; a directory cannot be opened there
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform != "win32":  # there, an open file cannot be removed anyway
        import fcntl  # noqa: PLC0415 -- not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_if_abandoned(path: Path) -> None:
    """Remove the file unless its writer lives, which then still holds the lock."""
    with suppress(FileNotFoundError, BlockingIOError, PermissionError):
        with path.open("rb") as file:
            _lock(file.fileno())
        path.unlink()
