"""Charges, from the list of a JSON document or from one column of a table."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from app.domain.booking import Bail, Charge, Coded
from app.domain.denied_fields import looks_like_a_social_security_number, must_not_be_kept
from app.domain.field_lists import ListRead, listed, parts_of
from app.domain.immigration_holds import is_immigration_hold
from app.domain.ncic import NCIC

MOST_CHARGES = 200
"""More than this on one booking is a slip in the export."""

_PARTS: Final = {
    "statute": (),
    "text": ("description",),
    "severity": (),
    "disposition": (),
    "ncic_code": ("ncic",),
    "counts": ("count",),
    "bail": ("bail_amount", "bond", "bond_amount"),
}
_NCIC_CODE = re.compile(r"\d{4}", re.ASCII)
_COUNTS = re.compile(r"0{0,2}([1-9]\d{0,2})", re.ASCII)
_DOLLARS = re.compile(r"\$? ?(\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(\.\d{1,2})?(?: ?usd)?", re.ASCII)


def charges_of(value: object) -> ListRead[Charge]:
    """Read a list of objects or texts, or `statute|text|severity|disposition|...; ...`.

    A text without a bar is the charge's text. The charges are read all or not at all, for some of
    them would be taken for all; only a number of counts that is none costs nothing else. One that
    is a hold of the immigration service and no charge is left out wholly.
    """
    items = listed(value, MOST_CHARGES)
    read = None if items is None else [parts_of(item, _PARTS, "text") for item in items]
    if read is None or None in read:
        return ListRead(is_whole=False)
    said = [parts for parts in read if parts and any(parts.values()) and not _is_hold(parts)]
    charges = [_charge(parts) for parts in said]
    uncounted = [
        parts
        for parts, charge in zip(said, charges, strict=True)
        if parts["counts"] and charge.counts is None
    ]
    return ListRead(tuple(one for one in charges if one != Charge()), not uncounted)


def _is_hold(parts: Mapping[str, str]) -> bool:
    return is_immigration_hold(parts["text"]) or is_immigration_hold(parts["statute"])


def _charge(said: Mapping[str, str]) -> Charge:
    parts = {
        name: "" if looks_like_a_social_security_number(text) else text
        for name, text in said.items()
    }
    counts = _COUNTS.fullmatch(parts["counts"])
    return Charge(
        statute=parts["statute"] or None,
        description=parts["text"] or None,
        severity=_kept(parts["severity"]),
        disposition=_kept(parts["disposition"]),
        ncic_code=_ncic_code(parts["ncic_code"]),
        counts=int(counts[1]) if counts else None,
        bail=_bail(parts["bail"]),
    )


def _kept(raw: str) -> str | None:
    """Leave out what became of a charge where it tells more, as `Released to ICE` does."""
    return None if not raw or must_not_be_kept(raw) else raw


def _ncic_code(raw: str) -> Coded | None:
    """Four digits are a code; whether NCIC has it is not asked, for agencies add their own."""
    if not raw or must_not_be_kept(raw):
        return None
    is_code = _NCIC_CODE.fullmatch(raw) is not None
    return Coded(raw, raw if is_code else None, NCIC if is_code else None)


def _bail(raw: str) -> Bail | None:
    """Read an amount, or a text such as `NO BAIL`; `ICE HOLD NO BOND` is left out.

    Nine digits without dollars, cents or commas may be another number than an amount.
    """
    match = _DOLLARS.fullmatch(raw.lower())
    if not raw or (must_not_be_kept(raw) and (match is None or raw.isdecimal())):
        return None
    if match is None:
        return Bail(raw)
    return Bail(raw, Decimal(match[1].replace(",", "") + (match[2] or "")))
