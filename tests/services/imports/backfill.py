"""A back-fill for tests: imports on real records, with the outside in memory."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from typing_extensions import override

from app.domain.imports import (
    Import,
    ImportOptions,
    ImportSource,
    ImportState,
    ImportWorker,
    ItemOutcome,
    NewItem,
    SourceKind,
)
from app.domain.photo import View
from app.ports.import_meter import ImportMeter
from app.services.imports.estimate_import import EstimateImport
from app.services.imports.in_memory import InMemory
from app.services.imports.job import Indexing
from app.services.imports.judge_failures import JudgeFailures
from app.services.imports.keep_going import KeepImportsGoing
from app.services.imports.list_import import ListImport
from app.services.imports.manage_imports import ManageImports
from app.services.imports.opened_imports import OpenedImports
from app.services.imports.read_imports import ReadImports
from app.services.imports.witness import Witness
from app.services.imports.work_chunk import WorkChunk
from app.services.indexing import IndexRules
from tests.fakes import drawn_photo
from tests.fakes_queue import FakeWorkQueue
from tests.fakes_sources import FakePhotoSource, FakePhotoSources
from tests.jails import ACTOR, FakeDarkroom, Jail

HERE = "the shelf"


@dataclass
class CountingMeter(ImportMeter):
    outcomes: list[ItemOutcome] = field(default_factory=list)
    is_in_trouble: bool | None = None

    @override
    def settled(self, outcome: ItemOutcome) -> None:
        self.outcomes.append(outcome)

    @override
    def due(self, items: int) -> None:
        pass

    @override
    def in_trouble(self, *, is_so: bool) -> None:
        self.is_in_trouble = is_so


def listed(photos: Mapping[str, bytes]) -> FakePhotoSource:
    """Return a source that lists front photos under these ids."""
    items = [NewItem(external_image_id, f"at {external_image_id}") for external_image_id in photos]
    return FakePhotoSource(items, {f"at {one}": photo for one, photo in photos.items()})


def people(count: int) -> dict[str, bytes]:
    return {f"P{i:05d}": drawn_photo(f"person {i}") for i in range(count)}


class Worker:
    """One process that works on imports."""

    def __init__(self, backfill: "Backfill", *, is_helper: bool = False) -> None:
        jail, self.queue = backfill.jail, backfill.queue
        self.worker_id = str(uuid4())
        self.meter = CountingMeter()
        indexing = Indexing(
            jail.engine,
            jail.records,
            jail.store,
            jail.sweep,
            IndexRules(jail.views),
            self.meter,
        )
        slots = asyncio.Semaphore
        self.opened = OpenedImports(backfill.sources, indexing, self.worker_id, slots(4), is_helper)
        estimate = EstimateImport(jail.engine, jail.records, 4)
        self.list = ListImport(jail.records, self.opened, self.queue, estimate, jail.views)
        judge = JudgeFailures(Witness(jail.records, jail.enrichment, jail.engine), jail.store)
        self.chunk = WorkChunk(
            jail.records, self.opened, jail.enrichment, InMemory(8), self.meter, judge
        )
        now = datetime.now(UTC)
        me = ImportWorker(self.worker_id, "here", 1, now, now)
        self.keeper = KeepImportsGoing(jail.records, self.queue, self.opened, me, self.meter)

    async def run(self, most_turns: int = 200) -> None:
        """Do what is in the queue, and what the keeper puts in, until there is nothing to do."""
        for _ in range(most_turns):
            await self.keeper.look()
            if not await self.queue.waiting():
                return
            while job := self.queue.take():
                kind, import_id = job
                await (self.list if kind == "list" else self.chunk)(import_id)
        raise AssertionError("the import does not end")


@dataclass
class Backfill:
    """A jail and a shelf of photos."""

    jail: Jail
    source: FakePhotoSource = field(default_factory=lambda: listed({}))
    queue: FakeWorkQueue = field(default_factory=FakeWorkQueue)
    sources: FakePhotoSources = field(init=False)

    def __post_init__(self) -> None:
        self.sources = FakePhotoSources({HERE: self.source})

    def shelve(self, source: FakePhotoSource) -> None:
        self.source = self.sources.known[HERE] = source

    @property
    def manage(self) -> ManageImports:
        return ManageImports(self.jail.records, self.sources, self.queue)

    @property
    def read(self) -> ReadImports:
        return ReadImports(self.jail.records, self.sources, FakeDarkroom(), self.jail.enrichment)

    def worker(self, *, is_helper: bool = False) -> Worker:
        return Worker(self, is_helper=is_helper)

    async def start(self, options: ImportOptions | None = None) -> Import:
        return await self.manage.start(options or asked(), ACTOR)

    async def run(self, options: ImportOptions | None = None) -> Import:
        """Start an import and work on it until nothing is left to do."""
        begun = await self.start(options)
        await self.worker().run()
        return await self.known(begun.import_id)

    async def known(self, import_id: str) -> Import:
        async with self.jail.records.view() as view:
            known = await view.imports.get(import_id)
        assert known is not None
        return known

    async def reasons(self, import_id: str) -> dict[str, int]:
        """Count the items by reason, those that were indexed under that word."""
        counts = (await self.read.progress(import_id)).counts
        told = {str(reason): number for reason, number in counts.reasons}
        others = {"indexed": counts.indexed, "waiting": counts.waiting}
        return {**told, **{status: number for status, number in others.items() if number}}

    async def indexed_ids(self) -> Sequence[str]:
        async with self.jail.records.view() as view:
            return [record.external_image_id for record in await view.photos.page(None, 1000)]


def asked(**options: object) -> ImportOptions:
    source = ImportSource(SourceKind.FOLDER, HERE)
    return ImportOptions(source, **options)  # type: ignore[arg-type]  # by name


FINISHED, PAUSED = ImportState.FINISHED, ImportState.PAUSED
FRONT = View.FRONT
