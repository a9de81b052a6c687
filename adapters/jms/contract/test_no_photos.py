"""For `pytest --pyargs adapters.jms.contract.test_no_photos -p MODULE`: MODULE gives `jms`."""

from adapters.jms.contract.no_photos import NoPhotosContract


class TestNoPhotos(NoPhotosContract):
    """The suite as it is."""
