"""Charges that are none: a roster's line that somebody is held for the immigration service."""

import re
from collections.abc import Sequence
from itertools import groupby, takewhile
from typing import Final

_FORM: Final = re.compile(r"\bi[- ]?247(?!\d)", re.IGNORECASE)
_PROGRAM: Final = re.compile(r"\b287[ -]?\(?g\b\)?", re.IGNORECASE)
"""Grams too: as a form it counts only where nothing is said of an offence."""

_HOLDS: Final = {
    *("hold", "holds", "holding", "held", "detain", "detained", "detainer", "detainers"),
    "detention",
}
_ENDS: Final = {"custody", "rel", "release", "released", "transfer", "transferred", "turnover"}
_SERVICES: Final = {
    *("ice", "usice", "imm", "immig", "immigration", "ins", "usins", "uscis", "dhs", "homeland"),
    *("cbp", "uscbp", "usbp", "border", "ero", "hsi"),
}
_PERSONS: Final = {"alien", "aliens", "deport", "deportable", "deportation", "deported"}
_BESIDE: Final = {
    *(
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "only",
        "the",
        "to",
        "w",
        "with",
    ),
    *("us", "usa", "united", "states", "fed", "federal", "dept", "department", "agency", "office"),
    *("customs", "enforcement", "security", "services", "service", "naturalization", "citizenship"),
    *(
        "patrol",
        "removal",
        "operations",
        "police",
        "field",
        "other",
        "outside",
        "criminal",
        "civil",
    ),
    *("admin", "administrative", "warrant", "request", "notice", "action", "form", "placed"),
    *("lodged", "active", "pending", "no", "not", "bond", "bail", "hr", "hrs", "hour", "hours"),
    *("usc", "cfr", "inmate", "courtesy", "temp", "temporary", "charge", "illegal", "undocumented"),
}
_KNOWN: Final = _HOLDS | _ENDS | _SERVICES | _PERSONS | _BESIDE


def is_immigration_hold(text: str) -> bool:
    """Say whether a charge is nothing but such a hold: by its form, or by how it begins.

    `ICE HOLD - PORTLAND` is; `Harboring aliens` and `Escape from ICE custody` are offences.
    """
    if _FORM.search(text):
        return True
    words = _words(_PROGRAM.sub(" ice hold ", text))
    first = [*takewhile(_goes_with_holds, words)]
    tells = set(first)
    if _SERVICES & tells and _HOLDS & tells:
        return True
    is_all = len(first) == len(words)
    return is_all and bool((_SERVICES | _PERSONS) & tells and (_HOLDS | _ENDS) & tells)


def _goes_with_holds(word: str) -> bool:
    return word.isdigit() or word in _KNOWN


def _words(text: str) -> Sequence[str]:
    """Return the words in lower case; letters that stand alone are one: `I.C.E.` is `ice`."""
    runs = groupby(re.findall(r"[a-z0-9]+", text.lower()), lambda word: len(word) == 1)
    return [one for alone, run in runs for one in (["".join(run)] if alone else run)]
