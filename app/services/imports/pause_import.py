"""An import that pauses by itself, and says why."""

import structlog

from app.domain.imports import ImportState
from app.ports.records import Records
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)


async def pause_for_trouble(records: Records, import_id: str, trouble: str) -> None:
    """Pause an import that runs; RecordsUnavailableError."""
    async with records.unit() as unit:
        running = await unit.imports.get_locked(import_id)
        if running is None or running.state is not ImportState.RUNNING:
            return
        await unit.imports.set_state(import_id, ImportState.PAUSED, trouble, utc_now())
    log.warning("import_paused", import_id=import_id, trouble=trouble)
