"""Refusals are recorded too: whoever was turned away, for what and why."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from app.domain.audit import AuditEntry
from app.domain.errors import CandidError, RecordsUnavailableError
from app.ports.records import Records


@asynccontextmanager
async def refusals_recorded(
    records: Records, entry: Callable[[str], AuditEntry]
) -> AsyncGenerator[None]:
    """Write `entry(code)` when the block is left with an error of ours, and let the error go on.

    Raises RecordsUnavailableError instead when the refusal itself cannot be written.
    """
    try:
        yield
    except RecordsUnavailableError:
        raise
    except CandidError as error:
        async with records.unit() as unit:
            await unit.audit.append(entry(error.code))
        raise


def utc_now() -> datetime:
    """Return the time as it is recorded: UTC, to the millisecond."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
