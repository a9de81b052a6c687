"""Fictional people and their bookings: the same ones for the same seed, without end."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Final

from faker import Faker

ZONE: Final = timezone(timedelta(hours=-6))
"""Of the demo jail."""

FIRST: Final = datetime(2024, 1, 1, 6, tzinfo=ZONE)
_RETURNS: Final = 0.2
"""The share of bookings of somebody who was booked before."""

_MIDDLE_NAMES: Final = 0.5
_STAY: Final = 0.2
"""The share that are in custody still."""

_FELONIES: Final = ("Theft of property 2nd", "Burglary 1st", "Unauthorized use of a vehicle")
_MISDEMEANORS: Final = (
    *("Criminal trespass 3rd", "Driving while suspended", "Failure to appear"),
    *("Harassment", "Disorderly conduct"),
)
_OFFENSES: Final = tuple(
    {"statute": f"DEMO-{number}", "text": text, "severity": severity}
    for severity, texts in (("felony", _FELONIES), ("misdemeanor", _MISDEMEANORS))
    for number, text in enumerate(texts, 100 if severity == "felony" else 200)
)
_DISPOSITIONS: Final = ("", "pending", "dismissed", "convicted")
_RACES: Final = ("A", "B", "I", "U", "W")
_EYES: Final = ("BLU", "BRO", "GRN", "GRY", "HAZ")
_HAIR: Final = ("BLK", "BLN", "BRO", "GRY", "RED")


Columns = Mapping[str, object]
"""A booking in the columns of docs/connect-a-jms.md; charges are a list of objects."""


def fictional_bookings(seed: int) -> Iterator[Columns]:
    """Give bookings in the order of their times and ids, the earliest first."""
    drawn = random.Random(seed)  # noqa: S311 - nothing secret
    names = Faker("en_US")
    names.seed_instance(seed)
    people, at, number = list[Columns](), FIRST, 0
    while True:
        number += 1
        at += timedelta(minutes=drawn.randint(30, 600))
        if people and drawn.random() < _RETURNS:
            person = drawn.choice(people)
        else:
            person = _person(names, drawn, len(people) + 1)
            people.append(person)
        yield {**_booking(drawn, number, at), **person}


def _person(names: Faker, drawn: random.Random, number: int) -> Columns:
    sex = drawn.choices(("M", "F"), (3, 1))[0]
    given = names.first_name_male if sex == "M" else names.first_name_female
    born = date(1950, 1, 1) + timedelta(days=drawn.randrange(55 * 365))
    return {
        "person_id": f"DEMO-P-{number:06}",
        "last_name": names.last_name(),
        "first_name": given(),
        "middle_name": given() if drawn.random() < _MIDDLE_NAMES else "",
        "date_of_birth": born.isoformat(),
        "sex": sex,
        "race": drawn.choice(_RACES),
        "eye_color": drawn.choice(_EYES),
        "hair_color": drawn.choice(_HAIR),
        "height": drawn.randint(58, 78),
        "weight": drawn.randint(100, 290),
    }


def _booking(drawn: random.Random, number: int, at: datetime) -> Columns:
    released = at + timedelta(minutes=drawn.randint(120, 60_000))
    return {
        "external_image_id": f"DEMO-{number:06}",
        "booking_number": f"DEMO-B-{number:06}",
        "booked_at": at.isoformat(),
        "released_at": "" if drawn.random() < _STAY else released.isoformat(),
        "facility": "DEMO JAIL",
        "agency_ori": "XX0000000",
        "status": "active",
        "charges": [
            {**offense, "disposition": drawn.choice(_DISPOSITIONS)}
            for offense in drawn.sample(_OFFENSES, drawn.randint(1, 3))
        ],
    }
