"""A back-fill a test."""

import pytest

from app.ports.records import Records
from tests.jails import Jail
from tests.services.imports.backfill import Backfill


@pytest.fixture
def backfill(records: Records) -> Backfill:
    """Give a jail nobody was booked into, and an empty shelf."""
    return Backfill(Jail(records))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what failed be tried again at once, and an outage be one at once."""
    monkeypatch.setattr("app.services.imports.outcome_of._FIRST_WAIT", 0.0)
    monkeypatch.setattr("app.services.imports.outages.SECONDS", 0.0)
