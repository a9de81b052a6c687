"""For `pytest --pyargs adapters.jms.contract.test_photos -p MODULE`: MODULE gives `listing`."""

from adapters.jms.contract.photos import PhotosContract


class TestPhotos(PhotosContract):
    """The suite as it is."""
