"""Texts and column names as they may go on: no control characters, no oddities of the export."""

import re
from functools import lru_cache

from app.domain.denied_fields import denied

LONGEST_TEXT = 2000
"""Characters; a longer value is no field of a booking."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ACRONYM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def clean_text(value: object) -> str | None:
    """Return a plain value as text on one line, "" for nothing; None when it is no plain value.

    What cannot be printed (NUL, lone surrogates, marks that turn the reading direction) becomes
    a space: databases refuse some of it, and some of it makes a name look like another.
    """
    if value is None:
        return ""
    text = _text(value)
    if text is None:
        return None
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_TEXT else None


def id_text(value: object) -> str | None:
    """Return another system's id as it is but for blanks around it, "" for nothing.

    None when it is no plain value. Unlike other texts it is an address: nothing inside is tidied.
    """
    if value is None:
        return ""
    text = _text(value)
    return text.strip() if text is not None and len(text) <= LONGEST_TEXT else None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return None
    try:
        return str(int(value)) if value == int(value) else str(value)
    except (ValueError, OverflowError):  # not a number, infinite, or thousands of digits long
        return None


@lru_cache(maxsize=4096)
def column_name(name: str) -> str:
    """Return `External Image-ID` and `externalImageId` alike as `external_image_id`.

    Acronyms stay with the word after them, as in `dobdate`, unless that would hide a field that
    must not be taken in: `PersonSSNIdentification` is `person_ssn_identification`.
    """
    apart = _column_name(_ACRONYM, name)
    return apart if denied(apart) else _column_name(_HUMP, name)


def _column_name(new_word: re.Pattern[str], name: str) -> str:
    return _NOT_WORD.sub("_", new_word.sub("_", name.strip()).lower()).strip("_")
