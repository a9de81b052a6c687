"""Use case of a worker: put what an import's source lists on record, page by page."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from app.domain.errors import (
    CandidError,
    RecordsUnavailableError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import Import, ImportState, ItemReason, ItemStatus, NewItem
from app.domain.photo import View
from app.ports.photo_source import PhotoSource, SourcePage
from app.ports.records import Records
from app.ports.work_queue import WorkQueue
from app.services.imports.estimate_import import EstimateImport
from app.services.imports.opened_imports import OpenedImport, OpenedImports
from app.services.imports.pause_import import pause_for_trouble
from app.services.imports.work_chunk import CHUNK
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)

_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between the attempts at a page; after the last the import pauses."""

MOST_REPEATED = 20
"""Pages in a row that only repeat what was listed: then the listing goes round in circles."""


@dataclass(frozen=True, slots=True)
class ListImport:
    """List ahead of the indexing: items are rows, and how many there are is known early."""

    records: Records
    opened: OpenedImports
    queue: WorkQueue
    estimate: EstimateImport
    views: frozenset[View]
    under_way: set[str] = field(default_factory=set)  # imports that this process lists now

    async def __call__(self, import_id: str) -> None:
        """List until there is no more, the import stands still, or another worker lists.

        Raises RecordsUnavailableError; what is wrong with the source pauses the import.
        """
        if import_id in self.under_way or self.opened.stands_aside(import_id):
            return
        self.under_way.add(import_id)
        try:
            with self.opened.in_use(import_id):
                await self._list(import_id)
        except RecordsUnavailableError:
            raise
        except CandidError as error:
            await pause_for_trouble(self.records, import_id, str(error))
        except Exception as error:
            log.exception("import_listing_failed", import_id=import_id)
            text = f"The listing failed ({type(error).__name__}); the log has more."
            await pause_for_trouble(self.records, import_id, text)
        finally:
            self.under_way.discard(import_id)

    async def _list(self, import_id: str) -> None:
        repeated = 0
        while running := await self._still_to_list(import_id):
            opened = await self._opened(running)
            if opened is None:
                return
            page = await _page(opened.source, running.cursor)
            items, after = await self._within_limit(running, page)
            waiting = await self._recorded(running, items, after)
            if waiting is None:
                return
            if waiting and not running.options.dry_run:
                await self.queue.chunks(import_id, math.ceil(waiting / CHUNK))
            repeated = repeated + 1 if await self._only_repeats(running, items) else 0
            if repeated == MOST_REPEATED:
                raise SourceUnusableError(
                    f"The last {repeated} pages of the listing repeat what was listed before; it "
                    "never ends. Its paging has to be mended; then resume."
                )
        await self._ended(import_id)

    async def _opened(self, running: Import) -> OpenedImport | None:
        """Open the source; None where another process may do better than this one."""
        try:
            return await self.opened.of(running)
        except RecordsUnavailableError:
            raise
        except CandidError as error:
            if not self.opened.stand_aside(running.import_id):
                raise
            log.warning("import_left_to_others", import_id=running.import_id, detail=str(error))
            return None

    async def _still_to_list(self, import_id: str) -> Import | None:
        async with self.records.view() as view:
            running = await view.imports.get(import_id)
        if running is None or running.is_listed or running.state is not ImportState.RUNNING:
            return None
        return running

    async def _within_limit(
        self, running: Import, page: SourcePage
    ) -> tuple[Sequence[NewItem], str | None]:
        items = [self._by_view(item) for item in page.items]
        limit = running.options.limit
        if limit is None:
            return items, page.next
        async with self.records.view() as view:
            room = limit - (await view.imports.counts(running.import_id)).total
        return items[:room], page.next if len(items) < room else None

    def _by_view(self, item: NewItem) -> NewItem:
        if item.reason is not None or item.view in self.views:
            return item
        return replace(item, status=ItemStatus.SKIPPED, reason=ItemReason.NOT_FRONT_VIEW)

    async def _recorded(
        self, running: Import, items: Sequence[NewItem], after: str | None
    ) -> int | None:
        engine = await self.opened.indexing.engine.describe()
        async with self.records.unit() as unit:
            return await unit.imports.add_page(running, items, after, engine.model)

    async def _only_repeats(self, before: Import, items: Sequence[NewItem]) -> bool:
        """Say whether a page had ids, and all of them were listed before."""
        named = sum(bool(item.external_image_id) for item in items)
        if not named:
            return False
        async with self.records.view() as view:
            now = await view.imports.get(before.import_id)
        return now is not None and now.duplicates - before.duplicates == named

    async def _ended(self, import_id: str) -> None:
        """End what needs no worker: a dry run, and an import in which everything is settled."""
        async with self.records.view() as view:
            listed = await view.imports.get(import_id)
        if listed is None or not listed.is_listed or listed.state is not ImportState.RUNNING:
            return
        if listed.options.dry_run:
            opened = await self.opened.of(listed)
            await self.estimate(listed, opened.source)
            await self._finished(import_id)
            return
        async with self.records.unit() as unit:
            await unit.imports.finish(import_id, utc_now())

    async def _finished(self, import_id: str) -> None:
        """End a dry run, unless somebody paused or cancelled it while it was estimated."""
        async with self.records.unit() as unit:
            listed = await unit.imports.get_locked(import_id)
            if listed is not None and listed.state is ImportState.RUNNING:
                state = ImportState.FINISHED
                await unit.imports.set_state(import_id, state, None, utc_now())


async def _page(source: PhotoSource, after: str | None) -> SourcePage:
    for pause in _PAUSES:
        try:
            page = await source.page(after)
        except SourceUnavailableError as error:
            log.warning("import_page_failed", code=error.code, detail=str(error))
            await asyncio.sleep(pause)
        else:
            return _moving_on(page, after)
    return _moving_on(await source.page(after), after)


def _moving_on(page: SourcePage, after: str | None) -> SourcePage:
    if page.next is not None and page.next == after:
        raise SourceUnusableError(
            "The listing names the same page as the next one; it never ends. Its paging has to be "
            "mended; then resume."
        )
    return page
