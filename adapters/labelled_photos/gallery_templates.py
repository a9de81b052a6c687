"""The templates of the live gallery, read as a gallery in memory reads them."""

from uuid import UUID

from app.ports.gallery_feed import GalleryFeed

_PAGE = 16_384
_ID_BYTES = 16


class GalleryTemplates:
    """Holds them by face id, as long as it is measured."""

    def __init__(self, feed: GalleryFeed) -> None:
        self._feed = feed
        self._templates = dict[bytes, bytes]()

    async def load(self, model: str) -> None:
        """Read every current template of a model; raises what the feed raises."""
        last, more = 0, True
        while more:
            page = await self._feed.changes(model, last, _PAGE)
            last, more = page.last, page.more
            ids = _pieces(page.face_ids, _ID_BYTES)
            length = len(page.templates) // max(len(ids), 1)
            self._templates |= dict(zip(ids, _pieces(page.templates, length), strict=True))
            for gone in _pieces(page.removed, _ID_BYTES):
                self._templates.pop(gone, None)

    def of(self, face_id: str) -> bytes | None:
        """Return a face's template; None where it is there no more."""
        return self._templates.get(UUID(face_id).bytes)


def _pieces(packed: bytes, length: int) -> list[bytes]:
    return [packed[at : at + length] for at in range(0, len(packed), length or 1)]
