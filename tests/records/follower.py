"""Follows a feed as the engine's gallery does."""

from uuid import UUID

from app.ports.gallery_feed import GalleryFeed
from tests.records.samples import MODEL


class Gallery:
    """What a follower has heard of."""

    def __init__(self, feed: GalleryFeed, limit: int = 1000) -> None:
        self._feed = feed
        self._limit = limit
        self.last = 0
        self.templates: dict[str, bytes] = {}

    async def follow(self) -> None:
        more = True
        while more:
            page = await self._feed.changes(MODEL, self.last, self._limit)
            names = _names(page.face_ids)
            size = len(page.templates) // (len(names) or 1)
            for place, name in enumerate(names):
                self.templates[name] = page.templates[place * size : (place + 1) * size]
            for name in _names(page.removed):
                self.templates.pop(name, None)
            self.last, more = page.last, page.more


def _names(packed: bytes) -> list[str]:
    return [str(UUID(bytes=packed[at : at + 16])) for at in range(0, len(packed), 16)]
