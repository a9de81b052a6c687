"""The items that this process has in hand, as it knows itself; the records may count more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.domain.imports import ImportItem

Place = tuple[str, int]
"""An import's id, and an item's position in it."""


@dataclass(slots=True)
class InHand:
    """What was leased and not yet settled.

    Where the answer to a lease or an outcome is lost, the records go on counting the item as this
    worker's, whose heart beats: nobody would ever get it. So the keeper tells the records now and
    then which items are in hand, and the others return.
    """

    goes_on: str | None = None  # the import that ran when it was last looked at
    _items: dict[Place, ImportItem] = field(default_factory=dict)
    _leasing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def leasing(self) -> AsyncIterator[Callable[[str, Iterable[ImportItem]], None]]:
        """Lease in this block, and say what came of it, so that it counts from its first moment."""
        async with self._leasing:
            yield self._take

    @asynccontextmanager
    async def counted(self) -> AsyncIterator[Sequence[Place]]:
        """Give what is in hand; nothing is leased meanwhile."""
        async with self._leasing:
            yield sorted(self._items)

    def drop(self, import_id: str, items: Iterable[ImportItem]) -> None:
        """Let go of items, settled or not; of none that was leased again meanwhile."""
        for item in items:
            if self._items.get((import_id, item.position)) is item:
                del self._items[import_id, item.position]

    def _take(self, import_id: str, items: Iterable[ImportItem]) -> None:
        self._items.update({(import_id, item.position): item for item in items})
