"""Photos sent as they arrive from the photo store."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from app.domain.errors import CandidError
from app.ports.photo_store import PhotoStream

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
