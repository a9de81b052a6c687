"""Bookings for the portraits of a demo, which nobody can take for real ones."""

from collections.abc import Sequence

from adapters.portraits.portrait import Portrait, Role


def demo_bookings(portraits: Sequence[Portrait]) -> tuple[dict[str, str], ...]:
    """Return a row of the bookings file for each booking portrait, in their order.

    The portraits of one person share a `person_id`, numbered by first appearance; the person's
    name goes nowhere.
    """
    booked = [portrait for portrait in portraits if portrait.role is Role.BOOKING]
    people = list(dict.fromkeys(portrait.person for portrait in booked))
    number = {person: index for index, person in enumerate(people, start=1)}
    return tuple(
        _row(portrait.external_image_id, index, number[portrait.person])
        for index, portrait in enumerate(booked, start=1)
    )


def _row(external_image_id: str, booking: int, person: int) -> dict[str, str]:
    return {
        "external_image_id": external_image_id,
        "booking_number": f"DEMO-{booking:04}",
        "person_id": f"DEMO-P{person}",
        "last_name": "Sample",
        "first_name": str(person),
        "facility": "DEMO JAIL",
        "charges": "",
        "status": "active",
        "view": "front",
    }
