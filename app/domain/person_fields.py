"""From the documented columns to the person who was booked."""

from datetime import date
from functools import lru_cache, partial

from app.domain.aliases import aliases_of
from app.domain.booking import Person
from app.domain.denied_fields import looks_like_a_social_security_number
from app.domain.field_lists import ListRead, texts_of
from app.domain.field_reading import FieldReading, birthday
from app.domain.measures import inches_of, pounds_of
from app.domain.physical_features import physical_features_of

OLDEST = 120
"""Years: an older birth is a filler of the system, such as 1900-01-01."""

YOUNGEST = 10
"""Years: nobody is booked under this age, which decides the century of 05/17/80."""

MOST_NUMBERS = 500
"""Ids and booking numbers of one person."""

PERSON_COLUMNS = frozenset(
    {
        *("person_id", "last_name", "first_name", "middle_name", "suffix", "date_of_birth"),
        *("sex", "race", "eye_color", "hair_color", "skin_tone", "height", "weight"),
        *("scars_marks_tattoos", "aliases", "merged_into_person_id", "other_person_ids"),
        "other_booking_numbers",
    }
)


def person_of(fields: FieldReading, latest: date) -> Person:
    """Read the person, who was born before `latest`: when booked, or else today."""
    born = partial(_born, latest=latest)
    return Person(
        person_id=fields.text("person_id"),
        last_name=fields.text("last_name"),
        first_name=fields.text("first_name"),
        middle_name=fields.text("middle_name"),
        suffix=fields.text("suffix"),
        date_of_birth=fields.read("date_of_birth", born),
        sex=fields.coded("sex"),
        race=fields.coded("race"),
        eye_color=fields.coded("eye_color"),
        hair_color=fields.coded("hair_color"),
        height_inches=fields.read("height", _inches),
        weight_pounds=fields.read("weight", _pounds),
        skin_tone=fields.coded("skin_tone"),
        scars_marks_tattoos=fields.items("scars_marks_tattoos", physical_features_of),
        aliases=fields.items("aliases", lambda value: aliases_of(value, born)),
        merged_into_person_id=fields.text("merged_into_person_id"),
        other_person_ids=fields.items("other_person_ids", _person_ids),
        other_booking_numbers=fields.items("other_booking_numbers", numbers_of),
    )


def numbers_of(value: object) -> ListRead[str]:
    """Read ids or booking numbers, each once."""
    return texts_of(value, MOST_NUMBERS)


def _person_ids(value: object) -> ListRead[str]:
    found = numbers_of(value)
    kept = tuple(one for one in found.items if not looks_like_a_social_security_number(one))
    return ListRead(kept, found.is_whole)


def _born(text: str, latest: date) -> date | None:
    born = birthday(text, latest.year - YOUNGEST)
    return born if born and latest.year - OLDEST <= born.year and born <= latest else None


# Few different values fill these columns of a whole jail.
_inches = lru_cache(maxsize=1024)(inches_of)
_pounds = lru_cache(maxsize=1024)(pounds_of)
