"""Every kind of JMS that lists photos passes their suite."""

import pytest

from adapters.jms.contract.photos import PhotosContract
from adapters.jms.contract.stock import Listing
from tests.contract.jms_photos import KINDS


@pytest.fixture(params=sorted(KINDS))
def listing(request: pytest.FixtureRequest) -> Listing:
    return KINDS[request.param]


class TestPhotos(PhotosContract):
    """The suite, of every kind."""
