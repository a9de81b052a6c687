"""Scars, marks and tattoos, from the list of a JSON document or from one column of a table."""

from typing import Final

from app.domain.booking import Coded, FeatureKind, PhysicalFeature
from app.domain.denied_fields import must_not_be_kept
from app.domain.field_lists import ListRead, parts_of, read_list
from app.domain.ncic import NCIC
from app.domain.ncic_smt import (
    PLACES,
    code_of,
    is_not_taken_in,
    kind_of,
    known_code,
    split_kind,
)

MOST_FEATURES = 200

_PARTS: Final = {
    "code": ("smt", "smt_code", "type", "kind", "category"),
    "location": ("body_location", "body_part"),
    "description": ("text",),
}


def physical_features_of(value: object) -> ListRead[PhysicalFeature]:
    """Read a list of objects or texts, or `code|location|description; ...`.

    The code is one of NCIC (`TAT L ARM`), or a word for what it is with its location in words
    (`tattoo|left arm`); a text without a bar is either. One that tells of health, as most of NCIC's
    SMT codes do, is left out wholly, and so is not counted as unread.
    """
    return read_list(value, MOST_FEATURES, _features)


def _features(item: object) -> list[PhysicalFeature] | None:
    parts = parts_of(item, _PARTS, "code")
    if parts is None:
        return None
    said, location, description = parts["code"], parts["location"], parts["description"]
    if not said:
        said, description = description, ""
    raw = ", ".join(text for text in (said, location) if text)
    if not raw or is_not_taken_in(said) or is_not_taken_in(f"{said} {location}"):
        return []
    if must_not_be_kept(raw):
        return []
    code, kind = _coded(said, location)
    kept = description if not must_not_be_kept(description) else ""
    smt = Coded(said if known_code(said) else raw, code, NCIC if code else None)
    if code and not (location and known_code(said)):
        location = PLACES[code]
    return [PhysicalFeature(smt, kind, location or None, kept or None)]


def _coded(said: str, location: str) -> tuple[str | None, FeatureKind | None]:
    """Return the code of NCIC and the kind, as far as they are said."""
    if code := known_code(said):
        return code, kind_of(code.partition(" ")[0])
    prefix, place = split_kind(said)
    if location and place:  # which of them is meant would be a guess
        return None, kind_of(prefix)
    return code_of(prefix, location or place), kind_of(prefix)
