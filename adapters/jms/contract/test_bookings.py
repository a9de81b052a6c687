"""For `pytest --pyargs adapters.jms.contract.test_bookings -p MODULE`: MODULE gives `jms`."""

from adapters.jms.contract.bookings import BookingsContract


class TestBookings(BookingsContract):
    """The suite as it is."""
