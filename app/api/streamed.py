"""Photos sent as they arrive from the photo store."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, Final

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from app.domain.errors import CandidError
from app.ports.photo_store import PhotoStream

_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"II": "image/tiff",
    b"MM": "image/tiff",
    b"BM": "image/bmp",
}
_KINDS = {*_STARTS.values(), "image/heic", "application/octet-stream"}
_PICTURE = {"type": "string", "format": "binary"}
PHOTO_KINDS: Final[dict[str, Any]] = {
    "content": {kind: {"schema": _PICTURE} for kind in sorted(_KINDS)}
}
"""How OpenAPI describes an answer that is a photo."""

PHOTO_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""Of every picture that is answered: kept nowhere, and never run as a page."""

log = structlog.get_logger(__name__)


class BrokenOffError(Exception):
    """A photo did not arrive whole; too late to say so, but the connection is broken off."""


class StreamedPhoto(StreamingResponse):
    """Sends a photo piece by piece and lets go of its source, whoever ends it."""

    def __init__(self, photo: PhotoStream, media_type: str, headers: Mapping[str, str]) -> None:
        length = {"Content-Length": str(photo.size)}
        super().__init__(_pieces(photo), media_type=media_type, headers={**headers, **length})
        self._photo = photo

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._photo.rest):
            await super().__call__(scope, receive, send)


async def _pieces(photo: PhotoStream) -> AsyncIterator[bytes]:
    yield photo.first
    try:
        async for piece in photo.rest:
            yield piece
    except CandidError as error:
        log.warning("photo_not_sent_whole", code=error.code, detail=str(error))
        raise BrokenOffError from error


def media_type(photo: bytes) -> str:
    """Tell a photo's type by its first bytes; whatever is unknown is never shown as a page."""
    kinds = (kind for start, kind in _STARTS.items() if photo.startswith(start))
    if photo[4:8] == b"ftyp":
        return "image/heic"
    return next(kinds, "application/octet-stream")
