"""Use case: start an import, and say whether it goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import (
    ImportNotFoundError,
    ImportRunningError,
    ImportStateError,
    SourceUnusableError,
)
from app.domain.imports import (
    Import,
    ImportMode,
    ImportOptions,
    ImportState,
    ItemReason,
    SourceKind,
)
from app.ports.photo_source import PhotoSources
from app.ports.records import Records, Unit
from app.ports.work_queue import WorkQueue
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class ManageImports:
    """Imports are begun and steered here; workers do the rest, wherever they run."""

    records: Records
    sources: PhotoSources
    queue: WorkQueue
    changes_model: bool = False  # the settings name a model to change to

    async def start(
        self, options: ImportOptions, actor: Actor, *, scheduled: bool = False
    ) -> Import:
        """Begin an import.

        Raises ImportRunningError while another one is open, SourceUnusableError and
        SourceUnavailableError when its source cannot be read.
        """

        def entry(outcome: str) -> AuditEntry:
            return _entry(AuditAction.START_IMPORT, actor, outcome, _asked(options))

        async with refusals_recorded(self.records, entry):
            self._check_mode(options)
            async with self.sources.open(options.source, options.since):
                pass  # whoever asked is told at once of a source that cannot be read
            new = _new(options, actor, scheduled=scheduled)
            async with self.records.unit() as unit:
                await self._add(unit, new)
                details = {"import_id": new.import_id, **_asked(options)}
                await unit.audit.append(
                    _entry(AuditAction.START_IMPORT, actor, "answered", details)
                )
        await self.queue.listing(new.import_id)
        return new

    async def pause(self, import_id: str, actor: Actor) -> Import:
        """Let no more photos begin; ImportNotFoundError, ImportStateError unless it runs."""
        wanted = {ImportState.RUNNING}
        return await self._change(import_id, actor, wanted, ImportState.PAUSED)

    async def resume(self, import_id: str, actor: Actor) -> Import:
        """Go on where it stood; ImportNotFoundError, ImportStateError unless it is paused."""
        resumed = await self._change(import_id, actor, {ImportState.PAUSED}, ImportState.RUNNING)
        await self.queue.listing(import_id)
        return resumed

    async def cancel(self, import_id: str, actor: Actor) -> Import:
        """End it; what is indexed stays. ImportNotFoundError, ImportStateError at its end."""
        wanted = {ImportState.RUNNING, ImportState.PAUSED}
        return await self._change(import_id, actor, wanted, ImportState.CANCELLED)

    async def retry(self, import_id: str, reasons: Sequence[ItemReason], actor: Actor) -> int:
        """Try failed photos again, all or those of some reasons; return how many.

        Opens an import that had ended. Raises ImportNotFoundError, ImportStateError (a dry run, or
        cancelled), ImportRunningError while another import is open.
        """
        which = tuple(reasons)

        def entry(outcome: str) -> AuditEntry:
            return _changed(actor, import_id, "retry", outcome, {"reasons": which})

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            known = await _known(unit, import_id)
            if known.options.dry_run:
                raise ImportStateError("A dry run indexes nothing, so it cannot be retried.")
            if known.state is ImportState.CANCELLED:
                raise ImportStateError("The import was cancelled; start a new one.")
            await self._check_alone(unit, known)
            count = await unit.imports.retry(import_id, reasons)
            if count:
                state, now = ImportState.RUNNING, utc_now()
                await unit.imports.set_state(import_id, state, None, now)
            await unit.audit.append(entry("answered"))
        if count:
            await self.queue.listing(import_id)
        return count

    def _check_mode(self, options: ImportOptions) -> None:
        kind = options.source.kind
        if self.changes_model and options.mode is ImportMode.FORCE and kind != SourceKind.RECORDS:
            raise SourceUnusableError(
                "While the model changes, the mode force reads the photos on record with the next "
                "model: start it from the source records."
            )

    async def _add(self, unit: Unit, new: Import) -> None:
        if await unit.imports.add(new):
            return
        open_one = await unit.imports.open_one()
        raise ImportRunningError(open_one.import_id if open_one else "?")

    async def _check_alone(self, unit: Unit, known: Import) -> None:
        open_one = await unit.imports.open_one()
        if open_one is not None and open_one.import_id != known.import_id:
            raise ImportRunningError(open_one.import_id)

    async def _change(
        self, import_id: str, actor: Actor, wanted: set[ImportState], state: ImportState
    ) -> Import:
        async with (
            refusals_recorded(self.records, lambda code: _changed(actor, import_id, state, code)),
            self.records.unit() as unit,
        ):
            known = await _known(unit, import_id)
            if known.state not in wanted:
                raise ImportStateError(f"The import is {known.state}.")
            await unit.imports.set_state(import_id, state, None, utc_now())
            await unit.audit.append(_changed(actor, import_id, state, "answered"))
            changed = await unit.imports.get(import_id)
        return changed or known


async def _known(unit: Unit, import_id: str) -> Import:
    known = await unit.imports.get_locked(import_id)
    if known is None:
        raise ImportNotFoundError
    return known


def _new(options: ImportOptions, actor: Actor, *, scheduled: bool) -> Import:
    return Import(
        import_id=_new_id(),
        options=options,
        state=ImportState.RUNNING,
        trouble=None,
        started_by=actor.name,
        started_at=utc_now(),
        ended_at=None,
        cursor=None,
        pages=0,
        is_listed=False,
        duplicates=0,
        scheduled=scheduled,
    )


def _new_id() -> str:
    """Return an id that people can read, type and sort: the day, and eight characters."""
    return f"{datetime.now(UTC):%Y%m%d}-{uuid4().hex[:8]}"


def _asked(options: ImportOptions) -> dict[str, object]:
    return {
        "source": options.source.kind,
        "location": options.source.location,
        "pattern": options.source.pattern,
        "mode": options.mode,
        "since": options.since.isoformat() if options.since else None,
        "limit": options.limit,
        "dry_run": options.dry_run,
        "faces": options.faces,
    }


def _changed(
    actor: Actor,
    import_id: str,
    change: str,
    outcome: str,
    more: Mapping[str, object] = MappingProxyType({}),
) -> AuditEntry:
    details = {"import_id": import_id, "change": str(change), **more}
    return _entry(AuditAction.CHANGE_IMPORT, actor, outcome, details)


def _entry(
    action: AuditAction, actor: Actor, outcome: str, details: Mapping[str, object]
) -> AuditEntry:
    return AuditEntry(utc_now(), action, actor, outcome, details=details)
