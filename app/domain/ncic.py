"""NCIC code tables for describing a person, and how raw values are read into them.

Codes and meanings: the NCIC subsets of NIEM (SEXCode, RACCode, EYECode, HAIRCode). `BLD` (bald) is
in the newer list; older ones have only `XXX`, unknown or completely bald.
"""

import re
from collections.abc import Mapping

from app.domain.booking import Coded

NCIC = "NCIC"

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


def spoken(raw: str) -> str:
    """Return the words of a value in lower case, one space apart, without punctuation."""
    return " ".join(re.findall(r"[^\W_]+", raw.lower()))


def _by_word(table: Mapping[str, str]) -> Mapping[str, str]:
    words = {word: code for code, known in table.items() for word in known.split(",")}
    return {**words, **{code.lower(): code for code in table}}


_WORDS = {
    "sex": _by_word(SEX),
    "race": _by_word(RACE),
    "eye_color": _by_word(EYE_COLOR),
    "hair_color": _by_word(HAIR_COLOR),
}


def coded(field: str, raw: str) -> Coded:
    """Read a raw `sex`, `race`, `eye_color` or `hair_color`; an unknown one has no code.

    Ethnicity is not race in NCIC, so `H` or `Hispanic` keep their raw value and get no code.
    """
    code = _WORDS[field].get(spoken(raw))
    return Coded(raw, code, NCIC if code else None)
