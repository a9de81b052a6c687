"""Every kind of JMS that lists photos passes their suite."""

import pytest

from adapters.jms.contract.photos import PhotosContract
from adapters.jms.contract.stock import Listing
from tests.contract.jms_photos import IN_DATABASES, KINDS
from tests.jail_databases import KINDS as DATABASES
from tests.jail_databases import jail_database_of

STORED = [f"{stored} in {kind}" for kind in DATABASES for stored in IN_DATABASES]


@pytest.fixture(params=[*sorted(KINDS), *STORED])
def listing(request: pytest.FixtureRequest) -> Listing:
    stored, _, database = request.param.partition(" in ")
    if not database:
        return KINDS[request.param]
    return IN_DATABASES[stored](jail_database_of(database, request))


class TestPhotos(PhotosContract):
    """The suite, of every kind."""
