"""Portraits for the demo and the tests: sample photographs with clear rights, or the user's own."""

from adapters.portraits.bookings import demo_bookings
from adapters.portraits.folder import portraits_from
from adapters.portraits.portrait import Portrait, PortraitsUnavailableError, Role
from adapters.portraits.samples import sample_portraits

__all__ = [
    "Portrait",
    "PortraitsUnavailableError",
    "Role",
    "demo_bookings",
    "portraits_from",
    "sample_portraits",
]
