"""Other names of a person, from the list of a JSON document or from one column of a table."""

from collections.abc import Callable
from datetime import date
from typing import Final

from app.domain.booking import Alias
from app.domain.denied_fields import looks_like_a_social_security_number
from app.domain.field_lists import ListRead, parts_of, read_list

MOST_ALIASES = 100

_PARTS: Final = {
    "last_name": ("last", "surname"),
    "first_name": ("first", "given_name"),
    "middle_name": ("middle",),
    "suffix": (),
    "date_of_birth": ("dob", "birth_date"),
    "full_name": ("name", "alias"),
}


def aliases_of(value: object, born: Callable[[str], date | None]) -> ListRead[Alias]:
    """Read a list of objects or texts, or `last|first|middle|suffix|date of birth; ...`.

    A text without a bar is a whole name, which is not taken apart. A date of birth that cannot be
    read is left out, and costs the name nothing.
    """
    unborn = list[str]()

    def read(item: object) -> list[Alias] | None:
        parts = parts_of(item, _PARTS, "full_name")
        if parts is None:
            return None
        said = parts.pop("date_of_birth")
        names = {name: _name(text) for name, text in parts.items()}
        day = born(said) if said else None
        if said and day is None:
            unborn.append(said)
        if not any(names.values()):
            return []
        return [
            Alias(
                full_name=names["full_name"],
                last_name=names["last_name"],
                first_name=names["first_name"],
                middle_name=names["middle_name"],
                suffix=names["suffix"],
                date_of_birth=day,
            )
        ]

    found = read_list(value, MOST_ALIASES, read)
    return ListRead(tuple(dict.fromkeys(found.items)), found.is_whole and not unborn)


def _name(text: str) -> str | None:
    return None if not text or looks_like_a_social_security_number(text) else text
