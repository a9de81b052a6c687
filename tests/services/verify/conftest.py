"""A jail a test, and who verifies it."""

import pytest

from adapters.records.postgres import ConnectionPool
from app.ports.records import Records
from tests.jails import Jail
from tests.services.verify.verifying import KeyedFakeEngine, Verifying


@pytest.fixture(params=[True, False], ids=["engine that holds faces", "local engine"])
def verify(records: Records, pool: ConnectionPool, request: pytest.FixtureRequest) -> Verifying:
    """Give a jail nobody was booked into, on either kind of engine."""
    engine = KeyedFakeEngine(holds_faces=request.param)
    return Verifying(Jail(records, engine=engine), pool)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page that failed be asked for again at once."""
    monkeypatch.setattr("app.services.verify.listing._PAUSES", (0.0, 0.0, 0.0))
