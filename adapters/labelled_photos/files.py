"""The photos of a set as files, read when they are wanted."""

import asyncio
import hashlib
from pathlib import Path

from typing_extensions import override

from adapters.labelled_photos.folder import people_in
from adapters.labelled_photos.table import photos_in
from app.domain.errors import PhotoMissingError, SourceUnusableError
from app.domain.evaluation import LabelledPhoto, LabelledSet
from app.ports.labelled_photos import LabelledPhotos
from app.ports.photo_source import PHOTO_BYTES, checked_photo

PROTOCOL = "protocol.csv"
"""A folder that holds a CSV file of this name is read by it, not by its folders."""


def labelled_files(path: Path) -> "PhotoFiles":
    """Return the set at a path; SourceUnusableError where nothing is there."""
    if path.is_dir() and (path / PROTOCOL).is_file():
        return PhotoFiles(path / PROTOCOL, _writable(path.resolve().name))
    if not path.exists():
        raise SourceUnusableError(
            f"There is nothing at {path}. Name a folder with one folder of photos a person, or a "
            "CSV file with the columns person and image."
        )
    place = path.resolve()
    return PhotoFiles(path, _writable(place.stem if path.is_file() else place.name))


class PhotoFiles(LabelledPhotos):
    """A CSV file and the photos it names, or a folder with one folder of photos a person."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name

    @override
    async def labels(self) -> LabelledSet:
        return LabelledSet(self._name, await asyncio.to_thread(self._photos))

    @override
    async def shown(self, image: str) -> bytes:
        root = self._path.parent if self._path.is_file() else self._path
        return checked_photo(await asyncio.to_thread(_read, root / image))

    @override
    def digest(self, image: str, shown: bytes) -> bytes:
        return hashlib.sha256(shown).digest()

    def _photos(self) -> tuple[LabelledPhoto, ...]:
        try:
            return photos_in(self._path) if self._path.is_file() else people_in(self._path)
        except OSError as error:
            raise SourceUnusableError(f"{self._path} cannot be read: {error}") from error


def _writable(name: str) -> str:
    """Return a name with the bytes that are not UTF-8 escaped."""
    return name.encode(errors="backslashreplace").decode()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(PHOTO_BYTES + 1)
    except OSError as error:
        raise PhotoMissingError(f"{path} cannot be read: {error.strerror}") from error
