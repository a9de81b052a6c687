"""Bookings read from fields in tests."""

from datetime import date
from zoneinfo import ZoneInfo

from app.domain.booking import Booking
from app.domain.booking_fields import booking_from_fields

PORTLAND = ZoneInfo("America/Los_Angeles")
TODAY = date(2026, 5, 17)


def booking_of(**fields: object) -> Booking:
    return booking_from_fields({"external_image_id": "A1", **fields}, PORTLAND, TODAY).booking


def problems_of(**fields: object) -> set[str]:
    parsed = booking_from_fields({"external_image_id": "A1", **fields}, PORTLAND, TODAY)
    return {problem.field for problem in parsed.problems}
