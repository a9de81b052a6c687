"""The page's files as they are sent: read once, compressed once, addressed by what they hold."""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Self

TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
"""What the page is made of; anything else in its folder is not served."""

_COMPRESSED: Final = {".css", ".html", ".js", ".json", ".svg", ".webmanifest"}
_LEVEL: Final = 9
_AT_START: Final = ("main.js", "screens/sign-in.js")
_IMPORTED: Final = re.compile(r"^import\b[^;]*?[\"'](\.[^\"']+)[\"'];", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file: what is sent to whom takes gzip, and to whom does not."""

    media_type: str
    plain: bytes
    gzipped: bytes | None

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """Compress a file where that makes it smaller."""
        suffix = _suffix(name)
        small = gzip.compress(content, _LEVEL, mtime=0) if suffix in _COMPRESSED else content
        return cls(TYPES[suffix], content, small if len(small) < len(content) else None)


@dataclass(frozen=True, slots=True)
class PageFiles:
    """All files by their path, and the version that changes whenever one of them does."""

    by_path: Mapping[str, PageFile]
    version: str

    @classmethod
    def read(cls) -> Self:
        """Read `app/page` out of the package."""
        contents = dict(sorted(_contents(files("app") / "page")))
        digest = hashlib.sha256()
        for path, content in contents.items():
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        by_path = {path: PageFile.of(path, content) for path, content in contents.items()}
        return cls(by_path, digest.hexdigest()[:16])

    def scripts_at_start(self) -> list[str]:
        """Name what the first screen needs, so that a browser asks for all of it at once."""
        found: list[str] = []
        ahead = list(_AT_START)
        while ahead:
            path = ahead.pop(0)
            if path not in found:
                found.append(path)
                ahead += self._imported(path)
        return found

    def _imported(self, path: str) -> list[str]:
        """Name the scripts that a script imports by itself, not on demand."""
        named = _IMPORTED.findall(self.by_path[path].plain.decode())
        return [posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in named]


def _contents(folder: Traversable, above: str = "") -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        if one.is_dir():
            found += _contents(one, f"{above}{one.name}/")
        elif _suffix(one.name) in TYPES:
            found.append((above + one.name, one.read_bytes()))
    return found


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
