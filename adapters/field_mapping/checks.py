"""What a mapping file may say of a column."""

import re
from collections.abc import Mapping
from typing import Final

from typing_extensions import TypeIs

from adapters.field_mapping.sections import MappingFault, entries_of, sections_of, text_of
from adapters.field_mapping.times import EPOCHS, is_time_form
from adapters.plain_yaml import Written
from app.domain.booking_fields import LISTS, STATUS_COLUMNS
from app.domain.custody import CUSTODY_STATUSES
from app.domain.denied_fields import denied, names_a_social_security_number
from app.domain.field_text import clean_text, column_name
from app.domain.record_status import record_status_of
from app.domain.views import IMAGE_TYPES, POSES, image_type_of, pose_of, view_of

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*+(?:[_-][A-Za-z0-9]++)*+(?!:[A-Za-z_*])")
"""Of an expression; no prefix of a namespace, as `ss` in `ss:Id`, names what is read."""
_POSES: Final = " ".join(POSES)
_IMAGE_TYPES: Final = " ".join(IMAGE_TYPES)
_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_OF_LIST: Final = ("each", "fields")


def expression_of(written: Written, column: str, *, is_extra: bool) -> str:
    """Return an expression that may be read; MappingFault where it names what must not be."""
    expression = text_of(written, f"the expression of {column}").strip()
    if not expression:
        raise MappingFault(written.place, f"{column} has no expression; leave the line out")
    for word in map(column_name, _WORD.findall(expression)):
        if denied(word) if is_extra else names_a_social_security_number(word):
            raise MappingFault(
                written.place,
                f"the expression of {column} names {word}, which must not be taken in",
            )
    return expression


def each_of(written: Written, column: str) -> tuple[str, Mapping[str, str]]:
    """Return the expression of a list's elements, and those of the parts of each.

    It is written `{each: expression, fields: {part: expression}}`; MappingFault where it is not.
    """
    if column not in LISTS:
        raise MappingFault(written.place, f"{column} is no list; write an expression")
    what = f"the list of {column}"
    sections = sections_of(written, _OF_LIST, what)
    if missing := [name for name in _OF_LIST if name not in sections]:
        raise MappingFault(written.place, f"{what} has no  {missing[0]}:")
    parts = {
        name: expression_of(value, f"{column}.{name}", is_extra=True)
        for name, _, value in entries_of(sections["fields"], f"the fields of {column}")
    }
    return expression_of(sections["each"], column, is_extra=False), parts


def namespaces_of(written: Written) -> Mapping[str, tuple[str, ...]]:
    """Return prefixes, each with one namespace or several that are alike."""
    prefixes = dict[str, tuple[str, ...]]()
    for prefix, place, value in entries_of(written, "namespaces"):
        if not _PREFIX.fullmatch(prefix):
            raise MappingFault(place, f"{prefix or 'nothing'} is no prefix of a namespace")
        listed = value.content if value.kind == "a list" else (value,)
        uris = [text_of(one, f"a namespace of {prefix}") for one in listed if _is_written(one)]
        if not uris or not all(uris):
            raise MappingFault(value.place, f"{prefix} has no namespace")
        prefixes[prefix] = tuple(uris)
    return prefixes


def _is_written(one: object) -> TypeIs[Written]:
    """Say whether this is what a list has, and not an entry of a mapping."""
    return isinstance(one, Written)


def codes_of(written: Written, column: str) -> Mapping[str, str]:
    """Return the codes of a column; MappingFault where one means nothing here."""
    if column in LISTS:
        raise MappingFault(written.place, f"{column} is a list and has no codes of its own")
    codes = dict[str, str]()
    for raw, place, value in entries_of(written, f"codes of {column}"):
        meant = text_of(value, f"the meaning of {raw}").strip()
        if (why := _means_nothing(column, meant)) is not None:
            raise MappingFault(value.place, f"{meant or 'nothing'} is {why}")
        code = clean_text(raw) or ""
        if code in codes:
            raise MappingFault(place, f"{code} stands here twice")
        codes[code] = meant
    return codes


def time_form_of(written: Written, column: str) -> str:
    """Return the form of a column's times; MappingFault where it is none."""
    form = text_of(written, f"the times of {column}").strip()
    if not is_time_form(form):
        raise MappingFault(
            written.place,
            f"{form or 'nothing'} is no form of a time: {', '.join(EPOCHS)}, or day, month and "
            'year as in "%d.%m.%Y %H:%M"',
        )
    return form


def _means_nothing(column: str, meant: str) -> str | None:
    if column in STATUS_COLUMNS and (not meant or record_status_of(meant) is None):
        return "no record status: active, sealed, expunged, juvenile or restricted"
    if column == "view" and view_of(meant) is None:
        return "no view: front, left, right, scar_mark_tattoo or other"
    if column == "pose" and pose_of(meant).code is None:
        return f"no pose: {_POSES}"
    if column == "image_type" and image_type_of(meant).code is None:
        return f"no image type: {_IMAGE_TYPES}"
    if column == "custody_status" and meant not in CUSTODY_STATUSES:
        return f"no custody status: {', '.join(CUSTODY_STATUSES)}"
    return None if meant else f"no value for {column}"
