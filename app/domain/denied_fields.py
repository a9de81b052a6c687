"""Fields of a JMS that must never be taken in: dropped at the edge, whatever they hold."""

import re
from collections.abc import Sequence
from functools import lru_cache

DENIED_WORDS = frozenset(
    {
        *("ssn", "ssn4", "soc"),
        *("hiv", "aids", "icd", "icd9", "icd10", "mental", "mhmr", "rx", "dx", "meds", "dental"),
        *("tb", "std", "detox"),
        *("ice", "dhs", "visa", "alien", "citizen", "uscis"),
    }
)
"""A column is denied when its name has one of these words: `ice_hold`, `lastSsn`, `Mental-Flag`."""

DENIED_PARTS = (
    *("socialsec", "socsec", "taxpayer"),
    *("medical", "health", "diagnos", "medication", "prescription", "allerg", "suicid", "psych"),
    *("disab", "pregnan", "disease", "infect", "treatment", "withdrawal", "diabet", "insulin"),
    *("hospital", "immigra", "citizenship", "deport", "naturaliz", "undocumented", "nationality"),
    *("countryofbirth", "aliennumber"),
)
"""A column is denied when its name, without spaces and underscores, contains one of these."""

DENIED_NAMES = frozenset({"anumber", "ano", "sin"})

_NUMBER = re.compile(
    r"(?<!\d)\d{3}[-\u2010-\u2015\u2212. ]\d{2}[-\u2010-\u2015\u2212. ]\d{4}(?!\d)"
)
_SHORTEST = len("078-05-1120")
_TELLING_WORDS = frozenset({"cbp", "hsi", "ero", "needle", "hospice"})
_TELLING_PARTS = (
    *("homelandsec", "borderpatrol", "trackmark", "injection", "surgery", "surgical", "ectomy"),
    *("prosthe", "amputat", "pacemaker", "colostom", "catheter", "overdose", "sobering"),
)
"""Beyond what names a column: what in a text says as much."""


@lru_cache(maxsize=4096)
def denied(column: str) -> bool:
    """Say whether a column, named in lower case with underscores, must not be taken in."""
    words = column.split("_")
    return "".join(words) in DENIED_NAMES or _tells(words)


def must_not_be_kept(text: str) -> bool:
    """Say whether a text holds a social security number, or tells of health or immigration.

    Rather too much is dropped than too little: `Out to hospital`, `ICE detainer`.
    """
    words = re.findall(r"[a-z0-9]+", text.lower())
    squashed = "".join(words)
    return (
        looks_like_a_social_security_number(text)
        or _tells(words)
        or not _TELLING_WORDS.isdisjoint(words)
        or any(part in squashed for part in _TELLING_PARTS)
    )


def _tells(words: Sequence[str]) -> bool:
    squashed = "".join(words)
    return (
        squashed.startswith("ssn")
        or squashed.endswith("ssn")
        or not DENIED_WORDS.isdisjoint(words)
        or any(part in squashed for part in DENIED_PARTS)
    )


def looks_like_a_social_security_number(text: str) -> bool:
    """Say whether a text contains three, two and four digits, with a dash, dot or blank between."""
    return len(text) >= _SHORTEST and _NUMBER.search(text) is not None
