"""What adapters of a JMS share when they ask for bookings: in parts, by turns, and unhurried."""

from adapters.lookups.parts import Ask, asked_in_parts
from adapters.lookups.turns import Turns
from adapters.lookups.unhurried import bookings_unhurried

__all__ = ["Ask", "Turns", "asked_in_parts", "bookings_unhurried"]
