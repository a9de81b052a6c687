"""Bookings for the portraits of a demo, which nobody can take for real ones."""

import hashlib
from collections.abc import Sequence

from adapters.portraits.portrait import Portrait, Role


def demo_bookings(portraits: Sequence[Portrait]) -> tuple[dict[str, str], ...]:
    """Return a row of the bookings file for each booking portrait, in their order.

    The portraits of one person share a `person_id`, a digest, so that people of another demo in
    the same gallery stay others; the name is a number by first appearance.
    """
    booked = [portrait for portrait in portraits if portrait.role is Role.BOOKING]
    people = list(dict.fromkeys(portrait.person for portrait in booked))
    number = {person: index for index, person in enumerate(people, start=1)}
    return tuple(
        _row(portrait, index, number[portrait.person])
        for index, portrait in enumerate(booked, start=1)
    )


def _row(portrait: Portrait, booking: int, person: int) -> dict[str, str]:
    return {
        "external_image_id": portrait.external_image_id,
        "booking_number": f"DEMO-{booking:04}",
        "person_id": f"DEMO-P-{hashlib.sha256(portrait.person.encode()).hexdigest()[:12]}",
        "last_name": "Sample",
        "first_name": str(person),
        "facility": "DEMO JAIL",
        "charges": "",
        "status": "active",
        "view": "front",
    }
