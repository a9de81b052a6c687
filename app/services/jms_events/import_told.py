"""Use case: import what the JMS told that it has or changed, without waiting for the schedule."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.domain.audit import Actor
from app.domain.errors import (
    CandidError,
    ImportRunningError,
    RecordsUnavailableError,
    SourceUnavailableError,
)
from app.domain.imports import ImportMode, ImportOptions, ImportSource, SourceKind
from app.ports.records import Records
from app.services.imports.manage_imports import ManageImports
from app.services.sweep_intents import say_failure

log = structlog.get_logger(__name__)

_ACTOR = Actor("jms", None, "jms-events")

_OVERLAP = timedelta(hours=1)
"""Listed again: a JMS may date a photo before the event that tells of it."""

_PAUSE = 300.0
"""Seconds after which a source that could not be read is tried again."""


@dataclass(slots=True)
class ImportTold:
    """Begins an import of what changed since the first of some events; one at a time."""

    records: Records
    manage: ManageImports | None  # None: nothing is imported for an event
    clock: Callable[[], float] = time.monotonic
    _not_before: float = field(default=0.0, init=False)

    async def __call__(self, dates: Sequence[datetime]) -> bool:
        """Begin where there is anything; False: later. Raises RecordsUnavailableError."""
        if not dates or self.manage is None:
            return True
        async with self.records.view() as view:
            open_one = await view.imports.open_one()
        if open_one is not None or self.clock() < self._not_before:
            return False
        since = min(dates) - _OVERLAP
        options = ImportOptions(
            source=ImportSource(SourceKind.JMS), mode=ImportMode.CHANGED, since=since
        )
        try:
            await self.manage.start(options, _ACTOR)
        except (ImportRunningError, SourceUnavailableError):
            self._not_before = self.clock() + _PAUSE
            return False
        except RecordsUnavailableError:
            raise
        except CandidError as error:  # a JMS that lists no photos: what is new comes another way
            say_failure("jms_event_not_imported", error)
        except Exception as error:  # noqa: BLE001 - whatever it is, other events are followed
            say_kind("jms_event_not_imported", error)
            self._not_before = self.clock() + _PAUSE
            return False
        return True


def say_kind(event: str, error: Exception, **ids: str) -> None:
    """Log of what kind an error is that nobody foresaw, and nothing of what it was about."""
    log.error(event, kind=type(error).__name__, **ids)
