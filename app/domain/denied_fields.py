"""Fields of a JMS that must never be taken in: dropped at the edge, whatever they hold."""

import re
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

_NUMBER = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")


@lru_cache(maxsize=4096)
def denied(column: str) -> bool:
    """Say whether a column, named in lower case with underscores, must not be taken in."""
    squashed = column.replace("_", "")
    return (
        squashed in DENIED_NAMES
        or squashed.startswith("ssn")
        or squashed.endswith("ssn")
        or not DENIED_WORDS.isdisjoint(column.split("_"))
        or any(part in squashed for part in DENIED_PARTS)
    )


def looks_like_a_social_security_number(text: str) -> bool:
    """Say whether a text contains three, two and four digits with dashes between them."""
    return _NUMBER.search(text) is not None
