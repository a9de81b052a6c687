"""Imports, entries of listings and workers for tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from app.domain.imports import (
    Import,
    ImportItem,
    ImportMode,
    ImportOptions,
    ImportSource,
    ImportState,
    ImportWorker,
    ItemOutcome,
    ItemReason,
    ItemStatus,
    NewItem,
    SourceKind,
)
from app.ports.records import Records
from tests.records.samples import MODEL, NOW

FOLDER = ImportOptions(ImportSource(SourceKind.FOLDER, "/photos", "{id}_F.jpg"))


def new_import(
    import_id: str = "I-1", options: ImportOptions = FOLDER, at: datetime = NOW
) -> Import:
    return Import(
        import_id=import_id,
        options=options,
        state=ImportState.RUNNING,
        trouble=None,
        started_by="importer",
        started_at=at,
        ended_at=None,
        cursor=None,
        pages=0,
        is_listed=False,
        duplicates=0,
    )


def forced(import_id: str = "I-1") -> Import:
    return new_import(import_id, replace(FOLDER, mode=ImportMode.FORCE))


def entries(*ids: str) -> list[NewItem]:
    return [NewItem(one, f"{one}.jpg") for one in ids]


def many_entries(count: int, first: int = 0) -> list[NewItem]:
    return entries(*(f"ID-{number:06d}" for number in range(first, first + count)))


def new_worker(worker_id: str | None = None) -> ImportWorker:
    return ImportWorker(worker_id or str(uuid4()), "jail-1", 4711, NOW, NOW)


async def begin(
    records: Records, items: Sequence[NewItem] = (), new: Import | None = None
) -> Import:
    """Put an import on record, with one page of entries that is its last where there are any."""
    new = new or new_import()
    async with records.unit() as unit:
        assert await unit.imports.add(new)
        if items:
            await unit.imports.add_page(new, items, None, MODEL)
    return await got(records, new.import_id)


async def got(records: Records, import_id: str = "I-1") -> Import:
    async with records.view() as view:
        found = await view.imports.get(import_id)
    assert found is not None
    return found


async def begin_work(records: Records) -> str:
    """Put a worker on record and return its id."""
    worker = new_worker()
    async with records.unit() as unit:
        await unit.imports.beat(worker)
    return worker.worker_id


async def leased(
    records: Records, worker_id: str, limit: int = 10, import_id: str = "I-1"
) -> list[ImportItem]:
    async with records.unit() as unit:
        return list(await unit.imports.lease(import_id, worker_id, limit))


async def settle(records: Records, worker_id: str, *outcomes: ItemOutcome) -> None:
    async with records.unit() as unit:
        await unit.imports.settle("I-1", worker_id, outcomes)


async def item_at(records: Records, position: int, import_id: str = "I-1") -> ImportItem:
    async with records.view() as view:
        found = await view.imports.item(import_id, position)
    assert found is not None
    return found


def done(position: int) -> ItemOutcome:
    return ItemOutcome(position, ItemStatus.INDEXED)


def failed(position: int, reason: ItemReason, detail: str | None = None) -> ItemOutcome:
    return ItemOutcome(position, ItemStatus.FAILED, reason, detail)
