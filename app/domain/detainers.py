"""Detainers, which jails call holds too: other agencies that want the person next."""

from typing import Final

from app.domain.booking import Detainer
from app.domain.denied_fields import must_not_be_kept
from app.domain.field_lists import ListRead, parts_of, read_list

MOST_DETAINERS = 50

_PARTS: Final = {
    "agency": ("agency_name", "hold_for_agency"),
    "reason": ("text", "description", "type"),
}


def detainers_of(value: object) -> ListRead[Detainer]:
    """Read a list of objects or texts, or `agency|reason; ...`; a text without a bar is the reason.

    One that tells of immigration or health is left out wholly, and so is not counted as unread.
    """
    return read_list(value, MOST_DETAINERS, _detainers)


def _detainers(item: object) -> list[Detainer] | None:
    parts = parts_of(item, _PARTS, "reason")
    if parts is None:
        return None
    if not any(parts.values()) or any(map(must_not_be_kept, parts.values())):
        return []
    return [Detainer(parts["agency"] or None, parts["reason"] or None)]
