"""Fields of a JMS that must never be taken in: dropped at the edge, whatever they hold."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby


def _in_one_word_too(*phrases: str) -> tuple[str, ...]:
    """Give each phrase where a word begins, and as the one word that a column may have of it."""
    return tuple(form for one in phrases for form in (f" {one}", one.replace(" ", "")))


DENIED_WORDS = frozenset(
    {
        *("soc", "itin"),
        *("hiv", "aids", "icd", "icd9", "icd10", "mental", "mhmr", "rx", "dx", "meds"),
        *("dental", "tb", "std", "detox", "hep", "hepb", "hepc", "hepat"),
        *("ice", "imm", "dhs", "visa", "alien", "citizen", "uscis", "usins"),
        *("cbp", "ero", "hsi", "daca"),
    }
)
"""A column is denied when its name has one of these words: `ice_hold`, `lastSsn`, `Mental-Flag`."""

_NUMBERS_PARTS = _in_one_word_too("social sec", "soc sec", "tax payer")
DENIED_PARTS = (
    *_NUMBERS_PARTS,
    *("hepati", "epilep", "covid", "quarantin"),
    *("seizurehist", "seizuredis", "seizurehx", "seizuremed", "seizurealert"),
    *("homeland", "refugee", "asylum", "alienno", "aliennum"),
    *("medical", "health", "diagnos", "medication", "prescription", "allerg", "suicid", "psych"),
    *("disab", "pregnan", "disease", "infect", "treatment", "withdrawal", "diabet", "insulin"),
    *("hospital", "immig", "citizenship", "deport", "naturaliz", "undocumented", "nationality"),
    *("infirmar", "dialys", "methadon", "suboxon", "buprenorph"),
    *_in_one_word_too("in patient", "out patient", "medi cal", "dis abil", "un documented"),
    *_in_one_word_too("co vid19", "co vid 19"),
    *_in_one_word_too("border patrol", "home land sec", "country of birth"),
)
"""A column is denied when a word of its name, or two that are spelled so, contain one of these.

Across other words they are not sought: in `cache_path` is no hepatitis, in `Claudia Bettencourt`
no diabetes.
"""

DENIED_NAMES = frozenset({"anumber", "ano", "sin"})

_NAMING_WORDS = frozenset({"ss", "mh"})
_NAMING_PARTS = (
    *_in_one_word_too("foreign nat", "birth country", "place of birth", "pass port"),
    *("i247", " i 247", "287g", "287 g "),
)
"""These deny a column as well, but not a text: `SS bolts` is a tattoo, as `MH` is of initials."""

_TAX_ID = re.compile(r"tax_?id")
_SOCIAL_NUMBER = re.compile(
    r"(?:.*_)?(?:s_?s|social)(?:_?(?:no|nr|num|nbr|number|last_?4|last_four))?"
)

_DASHES = r"-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_BETWEEN = rf"[{_DASHES}/._ ]{{1,3}}"
_TWO_DIGITS = rf"(?:[{_DASHES}. ]{{1,3}}\d{{2}}[{_DASHES}. ]{{1,3}}| ?/ ?\d{{2}} ?/ ?|_\d{{2}}_)"
_NUMBER = re.compile(rf"(?<!\d)\d{{3}}{_TWO_DIGITS}\d{{4}}(?!\d)")
"""A slash before the two digits goes with one after them: `PC 459 12/2023` ends with a date."""
_SHORTEST = len("078-05-1120")
_BARE_NUMBER = re.compile(
    rf"(?<!\d)(?!000|666)\d{{3}}[{_DASHES}]?(?!00)\d{{2}}(?!0000)\d{{4}}(?!\d)"
)
"""Nine digits, be they a social security number, a taxpayer's or, after an `A`, an alien's.

No social security number has an area of 000 or 666, a group of 00 or a serial number of 0000:
https://www.ssa.gov/employer/randomization.html
"""
_ALIEN_NUMBER = re.compile(rf"\b[Aa]\W{{0,3}}\d{{2,3}}{_BETWEEN}\d{{3}}{_BETWEEN}\d{{3}}(?!\d)")
_SHORT_NAME = 2
_HOLDING_WORDS = frozenset(
    {
        *("hold", "holds", "detainer", "detained", "custody"),
        *("released", "rel", "transferred", "turnover"),
    }
)
"""Beside one of these `ins` is the immigration service, and not insurance."""
_CARING_WORDS = _HOLDING_WORDS | {
    *("unit", "ward", "pod", "housing", "center", "clinic", "services", "caseload", "court"),
    *("eval", "evaluation", "crisis", "watch", "diversion", "commitment"),
}
"""Beside one of these `mh` is mental health, and neither initials nor a grade."""
_ILLNESS_WORDS = frozenset(
    {
        *("disorder", "disorders", "history", "hx", "med", "prone", "alert", "watch", "protocol"),
        *("precaution", "precautions", "activity"),
    }
)
"""Beside one of these a seizure is no court's and no police's."""
_FLAG_WORDS = frozenset({"seizure", "flag", "indicator", "ind", "yn", "risk", "has"})
"""Nor is it with none but these: `seizure_flag` is a person's."""
_SEARCH_WORDS = frozenset({"search", "searches", "asset"})
"""Beside one of these seizures are."""
_SERVICE = re.compile(r"\bINS\b")
_FORMS = re.compile(r"\b(?:i[- ]?247(?!\d)|287(?:g\b|[ -]?\(g))", re.IGNORECASE)
"""Of immigration detainers: I-247, I-247A, and 287(g), by which a sheriff makes them."""
_TELLING_WORDS = frozenset({"needle", "hospice"})
_TELLING_PARTS = (
    *("injection", "surgery", "surgical", "ectomy", "prosthe", "amputat"),
    *("colostom", "catheter", "sobering", " ss no ", " ss num", " ss nbr "),
    *_in_one_word_too("track mark", "over dose", "pace maker"),
)
"""Beyond what names a column: what in a text says as much."""


@lru_cache(maxsize=4096)
def denied(column: str) -> bool:
    """Say whether a column, named in lower case with underscores, must not be taken in."""
    words = column.split("_")
    return (
        "".join(words) in DENIED_NAMES
        or _tells(words)
        or names_a_social_security_number(column)
        or not _NAMING_WORDS.isdisjoint([*words, *_initials(words)])
        or _contain(words, _NAMING_PARTS)
    )


def names_a_social_security_number(column: str) -> bool:
    """Say whether a column, named so, must be a social security number, or a taxpayer's."""
    words = column.split("_")
    return (
        _begin_or_end_with_ssn(words)
        or "itin" in words
        or _contain(words, _NUMBERS_PARTS)
        or _TAX_ID.search(column) is not None
        or _SOCIAL_NUMBER.fullmatch(column) is not None
    )


def must_not_be_kept(text: str) -> bool:
    """Say whether a text holds a social security number, or tells of health or immigration.

    Rather too much is dropped than too little: `Out to hospital`, `ICE detainer`, nine digits that
    may be the number of a warrant. An id, which such digits often are, is not for this to judge.
    """
    words = re.findall(r"[a-z0-9]+", text.lower())
    return (
        looks_like_a_social_security_number(text)
        or _BARE_NUMBER.search(text) is not None
        or _ALIEN_NUMBER.search(text) is not None
        or _SERVICE.search(text) is not None
        or _FORMS.search(text) is not None
        or _tells(words)
        or not _TELLING_WORDS.isdisjoint(words)
        or _contain(words, _TELLING_PARTS)
        or ("mh" in words and not _CARING_WORDS.isdisjoint(words))
    )


def _tells(words: Sequence[str]) -> bool:
    return (
        _begin_or_end_with_ssn(words)
        or not DENIED_WORDS.isdisjoint(words)
        or ("ins" in words and not _HOLDING_WORDS.isdisjoint(words))
        or _tells_of_seizures(words)
        or any(map(_spells_a_denied_word, _initials(words)))
        or _contain(words, DENIED_PARTS)
    )


def _tells_of_seizures(words: Sequence[str]) -> bool:
    """Say whether one is meant that is an illness: alone, several, or beside a word that says so.

    `Illegal search and seizure` is of law, as `seizure_date` is.
    """
    if "seizure" in words:
        return _FLAG_WORDS.issuperset(words) or not _ILLNESS_WORDS.isdisjoint(words)
    return "seizures" in words and _SEARCH_WORDS.isdisjoint(words)


def _contain(words: Sequence[str], parts: Sequence[str]) -> bool:
    spoken = " ".join(["", *words, *_initials(words), ""])
    return any(part in spoken for part in parts)


def _begin_or_end_with_ssn(words: Sequence[str]) -> bool:
    spelled = [*words, *_initials(words)]
    return any(word.startswith("ssn") or word.endswith("ssn") for word in spelled)


def _initials(words: Sequence[str]) -> list[str]:
    """Join letters that stand alone one after another: `i`, `c`, `e` to `ice`."""
    runs = groupby(words, lambda word: len(word) == 1)
    return ["".join(run) for alone, run in runs if alone]


def _spells_a_denied_word(initials: str) -> bool:
    """Say whether one is in them; of two letters, or `ins`, only where it is all of them."""
    return initials == "ins" or any(
        word == initials or (len(word) > _SHORT_NAME and word in initials) for word in DENIED_WORDS
    )


def looks_like_a_social_security_number(text: str) -> bool:
    """Say whether a text has three, two and four digits with marks between, as such numbers do."""
    return len(text) >= _SHORTEST and _NUMBER.search(text) is not None
