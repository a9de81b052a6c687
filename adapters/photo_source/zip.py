"""The photo source port on a ZIP file, which is read where it lies: nothing is unpacked."""

import lzma
import struct
import threading
import zipfile
import zlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, Self

from anyio import to_thread
from typing_extensions import override

from adapters.photo_source.disk import LISTING_SECONDS, PHOTO_SECONDS, DiskThreads
from adapters.photo_source.fence import check_regular, opening, unavailable
from adapters.photo_source.file_names import FileNames, is_ignored, unusable
from app.domain.errors import PhotoMissingError, PhotoUnreadableError, SourceUnusableError
from app.domain.imports import NewItem
from app.ports.photo_source import PHOTO_BYTES, PhotoSource, SourcePage, checked_photo

PAGE: Final = 1000
"""Entries in a page of a listing."""

_ENCRYPTED: Final = 0x1
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""The others' readers unpack as much as there is, however little is asked of them."""

_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, UnicodeError, ValueError),
)
"""What `zipfile` raises on files that are not what they claim to be."""


class ZipPhotoSource(PhotoSource):
    """Lists the members of an open ZIP in the order of its directory, which is held in memory.

    The cursor is the number of members before it and a checksum of the last one's name: a ZIP
    that was exchanged meanwhile is noticed. Times in a ZIP name no offset: they are in `zone`.
    """

    def __init__(
        self,
        archive: zipfile.ZipFile,
        names: FileNames,
        since: datetime | None,
        zone: tzinfo,
        *,
        page_size: int = PAGE,
    ) -> None:
        self._archive = archive
        self._names = names
        self._since = since
        self._zone = zone
        self._page_size = page_size
        self._threads = DiskThreads()
        self._opening = threading.Lock()  # opening and closing a member are not made for threads

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, path: Path, pattern: str | None, since: datetime | None, zone: tzinfo, **sizes: int
    ) -> AsyncGenerator[Self]:
        """Open a ZIP file; raises SourceUnusableError and SourceUnavailableError."""
        names = FileNames(pattern)
        archive = await to_thread.run_sync(_opened, path)
        try:
            yield cls(archive, names, since, zone, **sizes)
        finally:
            archive.close()

    @override
    async def page(self, after: str | None) -> SourcePage:
        return await self._threads.run(LISTING_SECONDS, self._page, after)

    @override
    async def photo(self, item: str) -> bytes:
        return await self._threads.run(PHOTO_SECONDS, self._photo, item)

    def _page(self, after: str | None) -> SourcePage:
        members = self._archive.infolist()
        items = list[NewItem]()
        position = self._position(after)
        while position < len(members) and len(items) < self._page_size:
            member = members[position]
            position += 1
            if self._is_meant(member):
                items.append(self._item(member))
        is_last = position == len(members)
        return SourcePage(tuple(items), None if is_last else self._cursor(position))

    def _is_meant(self, member: zipfile.ZipInfo) -> bool:
        return not (member.is_dir() or is_ignored(_path(member))) and self._is_new(member)

    def _is_new(self, member: zipfile.ZipInfo) -> bool:
        if self._since is None:
            return True
        try:
            return datetime(*member.date_time, tzinfo=self._zone) >= self._since
        except ValueError:
            return True  # a month 0, say: no time that could tell

    def _item(self, member: zipfile.ZipInfo) -> NewItem:
        if member.flag_bits & _ENCRYPTED:
            return unusable(
                member.filename, "The file is encrypted; make a ZIP without a password."
            )
        if member.compress_type not in _METHODS:
            return unusable(
                member.filename, "The file is compressed in a way that is not read here."
            )
        return self._names.item(_path(member), member.filename)

    def _cursor(self, position: int) -> str:
        name = self._archive.infolist()[position - 1].filename
        return f"{position}:{zlib.crc32(name.encode('utf-8', 'surrogatepass')):08x}"

    def _position(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        position = int(cursor.partition(":")[0])
        if position > len(self._archive.infolist()) or self._cursor(position) != cursor:
            raise SourceUnusableError(
                "The ZIP file is another one than when its listing began; start a new import of it."
            )
        return position

    def _photo(self, location: str) -> bytes:
        try:
            member = self._archive.getinfo(location)
        except KeyError as error:
            raise PhotoMissingError from error
        if member.compress_type not in _METHODS:
            raise PhotoUnreadableError("The file is compressed in a way that is not read here.")
        with _translated_errors():
            return checked_photo(self._read(member))

    def _read(self, member: zipfile.ZipInfo) -> bytes:
        """Read at most a byte more than a photo may have, whatever the directory says of it."""
        with self._opening:
            file = self._archive.open(member)
        try:
            return file.read(PHOTO_BYTES + 1)
        finally:
            with self._opening:
                file.close()


def _opened(path: Path) -> zipfile.ZipFile:
    with opening("The ZIP file", path):
        check_regular(path)
        try:
            return zipfile.ZipFile(path)
        except _DAMAGED as error:
            raise SourceUnusableError(f"{path} is no ZIP file, or a damaged one.") from error


@contextmanager
def _translated_errors() -> Generator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise PhotoUnreadableError(
            "The photo in the ZIP file is damaged, or encrypted; make the ZIP again."
        ) from error
    except OSError as error:
        raise unavailable(error) from error


def _path(member: zipfile.ZipInfo) -> str:
    """Return the member's path with `/` between its parts; some write it as in Windows."""
    return member.filename.replace("\\", "/")
