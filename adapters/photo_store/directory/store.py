"""Keeps photos as files of a directory that several processes may share.

A key becomes the name `p-` and its bytes in base32hex, lower case: no key is ever a path, none
means something to the operating system, none differs from another only in case, and names sort
as keys do. Names longer than a file system allows continue in directories `d-...`. All of it is
spread over 256 directories by the key's SHA-256.
"""

import base64
import errno
import hashlib
import heapq
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from anyio import to_thread
from typing_extensions import override

from adapters.photo_store.directory.files import lock, make_directory, sync_directory, write
from app.domain.errors import CandidError, PhotoStoreUnavailableError
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
        errors = await self.put_all({key: photo})
        if errors:
            raise errors[key]

    @override
    async def put_all(self, photos: Mapping[str, bytes]) -> dict[str, CandidError]:
        failed = await _in_thread(lambda: self._put(photos))
        return {key: _unavailable(error) for key, error in failed.items()}

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
        await _in_thread(self._ping)

    def _path(self, key: str) -> Path:
        name = _encoded(key)
        parts = [name[start : start + _NAME] for start in range(0, len(name), _NAME)] or [""]
        drawer = hashlib.sha256(name.encode("ascii")).hexdigest()[:2]
        return self._root.joinpath(drawer, *(f"d-{part}" for part in parts[:-1]), f"p-{parts[-1]}")

    def _prepare(self) -> None:
        make_directory(self._unfinished)
        for path in self._unfinished.iterdir():
            _remove_if_abandoned(path)

    def _ping(self) -> None:
        file = self._unfinished / uuid.uuid4().hex
        for error in write(self._unfinished, {str(file): b"ping"}).values():
            raise error
        file.unlink()

    def _put(self, photos: Mapping[str, bytes], attempts: int = _ATTEMPTS) -> dict[str, OSError]:
        """Write photos; return what went wrong, by key."""
        paths = {key: str(self._path(key)) for key in photos}
        failed = write(self._unfinished, {paths[key]: photo for key, photo in photos.items()})
        errors = {key: failed[path] for key, path in paths.items() if path in failed}
        again = [key for key, error in errors.items() if isinstance(error, FileNotFoundError)]
        if again and attempts > 1:
            for key in again:
                del errors[key]
            errors |= self._put({key: photos[key] for key in again}, attempts - 1)
        return errors

    def _page(self, after: str | None) -> StoredKeys:
        """Return a page with a key in it, or the end: strange files alone are passed over."""
        start = None if after is None else _encoded(after)
        while True:
            names = (name for name in self._names() if start is None or name > start)
            page = heapq.nsmallest(_PAGE, names)
            keys = tuple(_decoded(name) for name in page if _is_ours(name))
            if len(page) < _PAGE:
                return StoredKeys(keys, None)
            if keys:
                return StoredKeys(keys, keys[-1])
            start = page[-1]

    def _names(self) -> Iterator[str]:
        for number in range(256):
            yield from _names_in(self._root / f"{number:02x}")


async def _in_thread(work: Callable[[], T]) -> T:
    """Run the file work in a thread; raises PhotoStoreUnavailableError from OSError."""
    try:
        return await to_thread.run_sync(work)
    except OSError as error:
        raise _unavailable(error) from error


def _unavailable(error: OSError) -> PhotoStoreUnavailableError:
    cause = _CAUSES.get(error.errno or 0, error.strerror or "its directory fails")
    told = PhotoStoreUnavailableError(f"The photo store cannot be used: {cause}. Try again.")
    told.__cause__ = error
    return told


def _encoded(key: str) -> str:
    raw = key.encode("utf-8", "surrogatepass")
    return base64.b32hexencode(raw).decode("ascii").rstrip("=").lower()


def _decoded(name: str) -> str:
    padded = name.upper() + "=" * (-len(name) % 8)
    return base64.b32hexdecode(padded).decode("utf-8", "surrogatepass")


def _is_ours(name: str) -> bool:
    try:
        return _encoded(_decoded(name)) == name
    except ValueError:  # also what base64 and UTF-8 raise
        return False


def _names_in(directory: Path, start: str = "") -> Iterator[str]:
    names: list[str] = []
    with suppress(FileNotFoundError, NotADirectoryError):
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
        sync_directory(path.parent)
    with suppress(OSError):  # the directory of a long key goes with the last key in it
        for parent in path.parents:
            if not parent.name.startswith("d-"):
                break
            parent.rmdir()


def _remove_if_abandoned(path: Path) -> None:
    """Remove the file unless its writer lives, which then still holds the lock."""
    with suppress(FileNotFoundError, BlockingIOError, PermissionError):
        with path.open("rb") as file:
            lock(file.fileno())
        path.unlink()
