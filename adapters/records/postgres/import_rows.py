"""Rows of imports and their items, to and from the domain's objects."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.transaction import storable
from app.domain.imports import (
    Estimate,
    Import,
    ImportItem,
    ImportOptions,
    ImportState,
    ItemReason,
    ItemStatus,
    NewItem,
)
from app.domain.photo import View

IMPORT: Final = (
    "import_id, options::text, state, trouble, started_by, started_at, ended_at, cursor, pages, "
    "is_listed, duplicates, scheduled, estimate::text, resumed_at"
)
ITEM: Final = (
    "position, external_image_id, location, view, taken_at, booking_number, status, reason, "
    "detail, attempts, settled_at"
)

_OPTIONS: Final = adapter_of(ImportOptions)
_ESTIMATE: Final = adapter_of(Estimate)


def import_of(row: Sequence[Any]) -> Import:
    """Return the import in the columns IMPORT."""
    return Import(
        import_id=row[0],
        options=_OPTIONS.validate_json(row[1]),
        state=ImportState(row[2]),
        trouble=row[3],
        started_by=row[4],
        started_at=row[5],
        ended_at=row[6],
        cursor=row[7],
        pages=row[8],
        is_listed=row[9],
        duplicates=row[10],
        scheduled=row[11],
        estimate=None if row[12] is None else _ESTIMATE.validate_json(row[12]),
        resumed_at=row[13],
    )


def columns_of_import(new: Import) -> Mapping[str, object]:
    """Return the parameters that write a new import."""
    return {
        "import_id": storable(new.import_id),
        "options": _OPTIONS.dump_json(new.options).decode().replace("\\u0000", "\\ufffd"),
        "state": new.state.value,
        "started_by": storable(new.started_by),
        "started_at": new.started_at,
        "scheduled": new.scheduled,
    }


def json_of_estimate(estimate: Estimate) -> str:
    """Return the estimate as it is stored."""
    return _ESTIMATE.dump_json(estimate).decode()


def item_of(row: Sequence[Any]) -> ImportItem:
    """Return the item in the columns ITEM."""
    return ImportItem(
        position=row[0],
        external_image_id=row[1] or "",
        location=row[2],
        view=View(row[3]),
        taken_at=row[4],
        booking_number=row[5],
        status=ItemStatus(row[6]),
        reason=row[7] and ItemReason(row[7]),
        detail=row[8],
        attempts=row[9],
        settled_at=row[10],
    )


def columns_of_items(items: Sequence[NewItem]) -> Mapping[str, object]:
    """Return the parameters that write the entries of a page, each an array."""
    return {
        "ids": text_array(storable(item.external_image_id) or None for item in items),
        "locations": text_array(storable(item.location) for item in items),
        "views": text_array(item.view for item in items),
        "taken_at": text_array(
            item.taken_at.isoformat() if item.taken_at else None for item in items
        ),
        "booking_numbers": text_array(storable(item.booking_number) for item in items),
        "statuses": text_array(item.status for item in items),
        "reasons": text_array(item.reason for item in items),
        "details": text_array(storable(item.detail) for item in items),
    }
