"""What the name of a file says of the photo in it: its id, its view, or why it says too little."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from app.domain.encoded_ids import encoded_id
from app.domain.errors import InvalidExternalImageIdError, SourceUnusableError
from app.domain.imports import ItemReason, ItemStatus, NewItem
from app.domain.photo import View
from app.domain.views import view_of

ENDINGS: Final = (
    *("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "tif", "tiff", "bmp"),
    *("heic", "heif"),
)
"""Of the pictures that may be readable here; what a file really is, its bytes say."""

MOST_WILDCARDS: Final = 3
"""`*`, `{id}` and `{view}` between two `/`; with more, a long name could take minutes to match."""

_ENDING = rf"\.(?:{'|'.join(ENDINGS)})"
_PICTURE = re.compile(rf".*[^/]{_ENDING}", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(r"(\*|\{[^{}]*\})")
_FIELDS: Final = {"*": "[^/]*", "{id}": "(?P<id>[^/]+)", "{view}": "(?P<view>[^/]+)"}
_BESIDE: Final = (  # what programs put beside photos, and nobody misses: Thumbs.db, say
    *(".xmp", ".xml", ".json", ".txt", ".csv", ".ini", ".db", ".thm", ".aae"),
    *(".md5", ".sha1", ".sha256", ".lnk"),
)
_NO_PHOTOS_IN: Final = frozenset(
    ("__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found")
)


class FileNames:
    """Reads paths (with `/` between their parts) by a pattern, or takes the stem as the id.

    A pattern with a `/` is for the whole path, else for the file's name; one that does not end
    with a picture's ending is for the name without its ending. Upper and lower case are one.
    Raises SourceUnusableError for a pattern that cannot be used.
    """

    def __init__(self, pattern: str | None) -> None:
        self._pattern = pattern or "{id}"
        self._matcher = _matcher(self._pattern)
        self._is_of_paths = "/" in self._pattern

    def item(self, path: str, location: str) -> NewItem:
        """Return the entry of a file that is not ignored, failed where its name says too little."""
        if not path.isascii() and not _is_text(path):
            return unusable(location, "The name is not UTF-8; rename the file.")
        if not _PICTURE.fullmatch(path):
            return unusable(location, "The name has no ending of a picture, such as .jpg.")
        match = self._matcher.fullmatch(path if self._is_of_paths else path.rpartition("/")[2])
        if match is None:
            return unusable(location, f"The name does not fit the pattern {self._pattern}.")
        view = view_of(match["view"]) if "view" in match.groupdict() else View.FRONT
        if view is None:
            return unusable(location, "The view in the name is not known; F or front would be.")
        return identified(match["id"], location, view)


def is_ignored(path: str) -> bool:
    """Say whether a file, or a directory with `/` at its end, is no part of an import."""
    *directories, name = path.split("/")
    return _is_hidden(name, *directories) or name.lower().endswith(_BESIDE)


def identified(raw_id: str, location: str, view: View) -> NewItem:
    """Return the entry of a photo with its id encoded, failed where that gets too long."""
    try:
        return NewItem(encoded_id(raw_id), location, view)
    except InvalidExternalImageIdError:
        return NewItem(
            "",
            location,
            view,
            status=ItemStatus.FAILED,
            reason=ItemReason.ID_NOT_ENCODABLE,
            detail="The id is empty, or longer than 255 characters when it is encoded.",
        )


def unusable(location: str, detail: str) -> NewItem:
    """Return an entry that says too little, or nonsense."""
    storable = location.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
    return NewItem(
        "",
        storable,
        status=ItemStatus.FAILED,
        reason=ItemReason.ENTRY_UNUSABLE,
        detail=detail,
    )


@lru_cache(maxsize=64)
def _matcher(pattern: str) -> re.Pattern[str]:
    """Return the pattern as a regular expression, each part of a path matched once and for all."""
    _check(pattern)
    has_ending = _PICTURE.fullmatch(pattern) or pattern.endswith(".*")
    *directories, name = [_part(part) for part in pattern.split("/")]
    parts = [*directories, name if has_ending else name + _ENDING]
    whole = "/".join(rf"(?>{part}(?=/|\Z))" for part in parts)
    return re.compile(whole, re.IGNORECASE | re.DOTALL)


def _part(part: str) -> str:
    tokens = _TOKEN.split(part)
    return "".join(_FIELDS.get(token) or re.escape(token) for token in tokens)


def _check(pattern: str) -> None:
    tokens = [token for token in _TOKEN.split(pattern) if token]
    unknown = [token for token in tokens if token.startswith("{") and token not in _FIELDS]
    if unknown:
        raise _refused(pattern, f"has {unknown[0]}, which is none of {{id}}, {{view}} and *")
    if tokens.count("{id}") != 1 or tokens.count("{view}") > 1:
        raise _refused(pattern, "needs {id} once, and {view} at most once")
    if any(one in _FIELDS and other in _FIELDS for one, other in pairwise(tokens)):
        raise _refused(pattern, "has two of {id}, {view} and * with nothing between them")
    if any(sum(map(part.count, _FIELDS)) > MOST_WILDCARDS for part in pattern.split("/")):
        raise _refused(pattern, f"has more than {MOST_WILDCARDS} wildcards in one name")


def _refused(pattern: str, why: str) -> SourceUnusableError:
    return SourceUnusableError(f"The pattern {pattern} {why}; an example is {{id}}_F.jpg.")


def _is_hidden(*names: str) -> bool:
    return any(
        (name.startswith((".", "~$")) and name not in {".", ".."}) or name.lower() in _NO_PHOTOS_IN
        for name in names
    )


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
