"""Charges, from the list of a JSON document or from one column of a table."""

import json
from collections.abc import Mapping, Sequence

from app.domain.booking import Charge
from app.domain.field_text import clean_text

MOST_CHARGES = 200
"""More than this on one booking is a slip in the export."""

_PARTS = ("statute", "text", "severity", "disposition")


def charges_of(value: object) -> tuple[Charge, ...] | None:
    """Read a list of objects or texts, or `statute|text|severity|disposition; ...`.

    A text without a bar is the charge's text. None when it cannot be read.
    """
    if isinstance(value, str):
        value = _listed(value.strip())
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_CHARGES:
        return None
    charges = tuple(_charge(item) for item in value)
    read = tuple(charge for charge in charges if charge is not None)
    return tuple(charge for charge in read if charge != Charge()) if read == charges else None


def _listed(text: str) -> object:
    if not text.startswith("["):
        return text.split(";")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _charge(item: object) -> Charge | None:
    if isinstance(item, Mapping):
        named = {str(name).lower(): value for name, value in item.items()}
        named["text"] = (
            named.get("description") if named.get("text") in (None, "") else named["text"]
        )
        parts = [named.get(part) for part in _PARTS]
    elif isinstance(item, str):
        parts = list(item.split("|")) if "|" in item else [None, item]
    else:
        return None
    texts = [clean_text(part) for part in parts]
    if len(texts) > len(_PARTS) or None in texts:
        return None
    statute, description, severity, disposition = [text or None for text in texts] + [None] * (
        len(_PARTS) - len(texts)
    )
    return Charge(statute, description, severity, disposition)
