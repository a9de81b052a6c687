"""Heights in inches and weights in pounds, from the forms that jails write."""

import re

SHORTEST, TALLEST = 36, 95
"""Inches: 3'0" to 7'11"; anything else is taken for a slip of the pen."""

LIGHTEST, HEAVIEST = 50, 999
"""Pounds: NCIC's lower bound, and what its three digits hold."""

_CM_PER_INCH = 2.54
_POUNDS_PER_KG = 2.204_622_62
_QUOTES = str.maketrans("\u2032\u2018\u2019`\u00b4\u2033\u201c\u201d", "'''''\"\"\"")
_FEET_AND_INCHES = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"([3-7])\s*(?:'|ft\.?|feet|foot)\s*(?:(\d\d?(?:\.\d+)?)\s*(?:\"|''|in\.?|inches)?)?",
        r"([3-7])[\s-]+(\d\d?)\"?",  # 5-11
        r"0?([3-7])(\d\d)",  # NCIC: 511
    )
]
_INCHES = re.compile(r"(\d\d(?:\.\d+)?)\s*(?:\"|''|in\.?|inches)?", re.ASCII)
_CENTIMETRES = re.compile(r"(\d{2,3}(?:\.\d+)?)\s*cm\.?", re.ASCII)
_METRES = re.compile(r"([12]\.\d\d?)\s*m\.?", re.ASCII)
_POUNDS = re.compile(r"0?(\d{2,3}(?:\.\d+)?)\s*(?:lbs?\.?|pounds?|#)?", re.ASCII)
_KILOGRAMS = re.compile(r"(\d{2,3}(?:\.\d+)?)\s*(?:kgs?\.?|kilos?|kilograms?)", re.ASCII)


def inches_of(text: str) -> int | None:
    """Read `511`, `5'11"`, `5-11`, `71`, `180 cm` or `1.80 m`; None when it is no height.

    A bare `180` is none: it is neither feet and inches nor inches, and units are not guessed.
    """
    height = _inches(text.lower().translate(_QUOTES))
    return height if height is not None and SHORTEST <= height <= TALLEST else None


def pounds_of(text: str) -> int | None:
    """Read `180`, `180 lb` or `82 kg`; None when it is no weight."""
    lowered = text.lower()
    if match := _POUNDS.fullmatch(lowered):
        weight = _nearest(float(match[1]))
    elif match := _KILOGRAMS.fullmatch(lowered):
        weight = _nearest(float(match[1]) * _POUNDS_PER_KG)
    else:
        return None
    return weight if LIGHTEST <= weight <= HEAVIEST else None


def _inches(text: str) -> int | None:
    for pattern in _FEET_AND_INCHES:
        if match := pattern.fullmatch(text):
            inches = float(match[2] or 0)
            return _nearest(int(match[1]) * 12 + inches) if inches < 12 else None  # noqa: PLR2004 - inches in a foot
    if match := _INCHES.fullmatch(text):
        return _nearest(float(match[1]))
    if match := _CENTIMETRES.fullmatch(text):
        return _nearest(float(match[1]) / _CM_PER_INCH)
    if match := _METRES.fullmatch(text):
        return _nearest(float(match[1]) * 100 / _CM_PER_INCH)
    return None


def _nearest(value: float) -> int:
    """Round halves up, as people do; `round` would send them to the even side."""
    return int(value + 0.5)
