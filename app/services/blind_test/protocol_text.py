"""The protocol of a blind test as plain text, to print and sign."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from app.domain.blind_score import OpenedBlindTest
from app.domain.blind_told import (
    NOT_SAID,
    came_back,
    facts_of,
    place_of,
    result_of,
    signers_of,
    truth_of,
)

_WIDTH: Final = 80
_SIGNATURE: Final = "_" * 34


def protocol_text(opened: OpenedBlindTest) -> str:
    """Return the protocol, at most 80 columns wide but for hashes."""
    return "\n".join(_lines(opened)) + "\n"


def _lines(opened: OpenedBlindTest) -> Iterator[str]:
    yield from ("PROTOCOL OF A BLIND TEST", "")
    for name, said in facts_of(opened):
        yield f"{name + ':':<22}{said}"
    yield from ("", "RESULT", "")
    for sentence in result_of(opened):
        yield from _wrapped(sentence)
    yield from ("", "WHAT IT DOES NOT SAY", "")
    yield from _wrapped(NOT_SAID)
    yield from ("", "EVERY PROBE", "")
    for one in opened.outcomes:
        yield f"{one.number:>3}  truth: {truth_of(one)}  ({place_of(one)})"
        yield f"     came back: {came_back(one)}"
        yield f"     search: {one.returned.search_id or '-'}"
    yield from ("", "SIGNATURES", "")
    yield from _signatures(signers_of(opened))


def _signatures(signers: Sequence[tuple[str, str]]) -> Iterator[str]:
    for role, name in signers:
        yield from (f"{role}: {name or _SIGNATURE}", "")
        yield from (f"  Signature {_SIGNATURE}  Date ______________", "")


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(sentence, _WIDTH, break_long_words=False, break_on_hyphens=False)
