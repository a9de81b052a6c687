"""NCIC code tables for describing a person, and how raw values are read into them.

Codes and meanings: the NCIC subsets of NIEM (SEXCode, RACCode, EYECode, HAIRCode, SKINCode). `BLD`
(bald) is in the newer list; older ones have only `XXX`, unknown or completely bald.
"""

import re
from collections.abc import Mapping

from app.domain.booking import Coded

NCIC = "NCIC"

UNKNOWN = "U"
"""Of sex and of race."""

SEX = {"M": "male,man", "F": "female,woman", "U": "unknown,unspecified,unk"}

RACE = {
    "A": "asian,asian or pacific islander,pacific islander,native hawaiian",
    "B": "black,black or african american,african american",
    "I": "american indian,american indian or alaskan native,alaskan native,native american,indian",
    "U": "unknown,unk",
    "W": "white,caucasian",
}

EYE_COLOR = {
    "BLK": "black",
    "BLU": "blue,bl",
    "BRO": "brown,brn,br",
    "GRN": "green",
    "GRY": "gray,grey,gra",
    "HAZ": "hazel,hzl",
    "MAR": "maroon",
    "MUL": "multicolored,multi colored,multicoloured",
    "PNK": "pink",
    "XXX": "unknown,unk",
}

HAIR_COLOR = {
    "BLD": "bald,bal",
    "BLK": "black",
    "BLN": "blond,blonde,blond or strawberry,strawberry,strawberry blond",
    "BLU": "blue",
    "BRO": "brown,brn",
    "GRN": "green",
    "GRY": "gray,grey,gray or partially gray,gra",
    "ONG": "orange",
    "PLE": "purple",
    "PNK": "pink",
    "RED": "red,auburn,red or auburn",
    "SDY": "sandy",
    "WHI": "white,wht",
    "XXX": "unknown,unk,unknown or completely bald",
}

SKIN_TONE = {
    "ALB": "albino",
    "BLK": "black",
    "DBR": "dark brown,dk brown,dkbrown",
    "DRK": "dark,dk",
    "FAR": "fair",
    "LBR": "light brown,lt brown,ltbrown",
    "LGT": "light,lt",
    "MBR": "medium brown,med brown",
    "MED": "medium",
    "OLV": "olive",
    "RUD": "ruddy",
    "SAL": "sallow",
    "YEL": "yellow",
}


def spoken(raw: str) -> str:
    """Return the words of a value in lower case, one space apart, without punctuation."""
    return " ".join(re.findall(r"[^\W_]+", raw.lower()))


def by_word(table: Mapping[str, str]) -> Mapping[str, str]:
    """Return the code of each word in a table of codes and the words that mean them."""
    return {word: code for code, known in table.items() for word in known.split(",")}


def _by_word(table: Mapping[str, str]) -> Mapping[str, str]:
    return {**by_word(table), **{code.lower(): code for code in table}}


_WORDS = {
    "sex": _by_word(SEX),
    "race": _by_word(RACE),
    "eye_color": _by_word(EYE_COLOR),
    "hair_color": _by_word(HAIR_COLOR),
    "skin_tone": _by_word(SKIN_TONE),
}


def coded(field: str, raw: str) -> Coded:
    """Read a raw `sex`, `race`, `eye_color`, `hair_color` or `skin_tone`; one unknown has no code.

    Ethnicity is not race in NCIC, so `H` or `Hispanic` keep their raw value and get no code.
    """
    code = _WORDS[field].get(spoken(raw))
    return Coded(raw, code, NCIC if code else None)
