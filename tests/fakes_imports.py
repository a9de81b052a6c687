"""Imports in memory: what their use cases answer, for tests of those who ask them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from app.domain.audit import Actor
from app.domain.errors import (
    CandidError,
    ImportItemNotFoundError,
    ImportNotFoundError,
    ImportRunningError,
    ImportStateError,
)
from app.domain.import_progress import ImportProgress, QuotaFigure
from app.domain.imports import (
    Import,
    ImportCounts,
    ImportItem,
    ImportOptions,
    ImportSource,
    ImportState,
    ImportWorker,
    ItemReason,
    ItemStatus,
    SourceKind,
)
from app.domain.photo import View
from app.services.imports import ImportServices
from app.services.imports.manage_imports import ManageImports
from app.services.imports.read_imports import ReadImports

BEGAN = datetime(2026, 11, 23, 8, 29, 34, tzinfo=UTC)
FOLDER = ImportOptions(ImportSource(SourceKind.FOLDER, "/srv/photos"))


def item(
    position: int,
    status: ItemStatus = ItemStatus.FAILED,
    reason: ItemReason | None = ItemReason.NO_FACE,
    detail: str | None = None,
    external_image_id: str | None = None,
) -> ImportItem:
    """Return a settled item."""
    name = external_image_id or f"A{position}"
    settled = BEGAN + timedelta(seconds=position)
    return ImportItem(
        position, name, f"{name}.jpg", View.FRONT, None, None, status, reason, detail, 1, settled
    )


@dataclass
class FakeImports:
    """Knows imports and their items; `error` is raised by whatever is read next."""

    known: dict[str, Import] = field(default_factory=dict)
    items: dict[str, list[ImportItem]] = field(default_factory=dict)
    waiting: int = 0
    workers: tuple[ImportWorker, ...] = ()
    quotas: tuple[QuotaFigure, ...] = ()
    rate: float | None = None
    seconds_left: float | None = None
    error: CandidError | None = None
    actors: list[Actor] = field(default_factory=list)  # of every change and look

    @property
    def services(self) -> ImportServices:
        return ImportServices(FakeManage(self), FakeRead(self))

    def add(
        self,
        options: ImportOptions = FOLDER,
        state: ImportState = ImportState.RUNNING,
        items: Sequence[ImportItem] = (),
        started_by: str = "anonymous",
    ) -> Import:
        """Put an import on record."""
        import_id = f"20261123-{len(self.known):08x}"
        ended = None if state.is_open else BEGAN + timedelta(hours=1)
        new = Import(
            import_id, options, state, None, started_by, BEGAN, ended, None, 1, is_listed=True,
            duplicates=0,
        )  # fmt: skip
        self.known[import_id] = new
        self.items[import_id] = list(items)
        return new

    def change(self, import_id: str, **changes: object) -> Import:
        """Change what is on record."""
        self.known[import_id] = replace(self.get(import_id), **changes)  # type: ignore[arg-type]  # by name
        return self.known[import_id]

    def get(self, import_id: str) -> Import:
        if self.error is not None:
            raise self.error
        if import_id not in self.known:
            raise ImportNotFoundError
        return self.known[import_id]

    def counts(self, import_id: str) -> ImportCounts:
        statuses = [one.status for one in self.items[import_id]]
        reasons = [one.reason for one in self.items[import_id] if one.reason]
        counted = sorted({(reasons.count(one), one) for one in reasons}, reverse=True)
        return ImportCounts(
            waiting=statuses.count(ItemStatus.WAITING) + self.waiting,
            indexed=statuses.count(ItemStatus.INDEXED),
            skipped=statuses.count(ItemStatus.SKIPPED),
            failed=statuses.count(ItemStatus.FAILED),
            reasons=tuple((reason, count) for count, reason in counted),
        )


class FakeManage(ManageImports):
    """Changes imports in memory."""

    def __init__(self, imports: FakeImports) -> None:
        object.__setattr__(self, "imports", imports)

    imports: FakeImports

    @override
    async def start(
        self, options: ImportOptions, actor: Actor, *, scheduled: bool = False
    ) -> Import:
        self.imports.actors.append(actor)
        if self.imports.error is not None:
            raise self.imports.error
        for one in self.imports.known.values():
            if one.state.is_open:
                raise ImportRunningError(one.import_id)
        return self.imports.add(options, started_by=actor.name)

    @override
    async def pause(self, import_id: str, actor: Actor) -> Import:
        return self._changed(import_id, actor, ImportState.RUNNING, ImportState.PAUSED)

    @override
    async def resume(self, import_id: str, actor: Actor) -> Import:
        return self._changed(import_id, actor, ImportState.PAUSED, ImportState.RUNNING)

    @override
    async def cancel(self, import_id: str, actor: Actor) -> Import:
        self.imports.actors.append(actor)
        if not self.imports.get(import_id).state.is_open:
            raise ImportStateError("The import has ended.")
        return self.imports.change(import_id, state=ImportState.CANCELLED, ended_at=BEGAN)

    @override
    async def retry(self, import_id: str, reasons: Sequence[ItemReason], actor: Actor) -> int:
        self.imports.actors.append(actor)
        self.imports.get(import_id)
        items = self.imports.items[import_id]
        failed = [one for one in items if one.status is ItemStatus.FAILED]
        again = [one for one in failed if not reasons or one.reason in reasons]
        for one in again:
            items[items.index(one)] = replace(one, status=ItemStatus.WAITING, reason=None)
        if again:
            self.imports.change(import_id, state=ImportState.RUNNING, ended_at=None)
        return len(again)

    def _changed(
        self, import_id: str, actor: Actor, wanted: ImportState, state: ImportState
    ) -> Import:
        self.imports.actors.append(actor)
        known = self.imports.get(import_id)
        if known.state is not wanted:
            raise ImportStateError(f"The import is {known.state}.")
        return self.imports.change(import_id, state=state, trouble=None)


class FakeRead(ReadImports):
    """Reads imports in memory."""

    def __init__(self, imports: FakeImports) -> None:
        object.__setattr__(self, "imports", imports)

    imports: FakeImports

    @override
    async def progress(self, import_id: str) -> ImportProgress:
        imports = self.imports
        running = imports.get(import_id)
        return ImportProgress(
            running=running,
            counts=imports.counts(import_id),
            rate_now=imports.rate,
            rate_average=imports.rate,
            seconds_left=imports.seconds_left,
            workers=imports.workers,
            quotas=imports.quotas,
            estimate=running.estimate,
            as_of=datetime.now(UTC),
        )

    @override
    async def page(self, after: str | None, limit: int) -> Sequence[Import]:
        newest = list(reversed(self.imports.known.values()))
        ids = [one.import_id for one in newest]
        start = ids.index(after) + 1 if after in ids else 0
        return newest[start : start + limit]

    @override
    async def items(
        self,
        import_id: str,
        after: int,
        limit: int,
        status: ItemStatus | None = None,
        reason: ItemReason | None = None,
    ) -> Sequence[ImportItem]:
        self.imports.get(import_id)
        found = [
            one
            for one in self.imports.items[import_id]
            if one.position > after
            and status in {None, one.status}
            and reason in {None, one.reason}
        ]
        return found[:limit]

    @override
    async def thumbnail(self, import_id: str, position: int, width: int, actor: Actor) -> bytes:
        self.imports.actors.append(actor)
        self.imports.get(import_id)
        if position not in {one.position for one in self.imports.items[import_id]}:
            raise ImportItemNotFoundError
        return b"\xff\xd8\xff a picture %d pixels wide" % width
