"""A jail a test."""

import pytest

from app.ports.records import Records
from tests.jails import Jail


@pytest.fixture
def jail(records: Records) -> Jail:
    """Give a jail nobody was booked into."""
    return Jail(records)
