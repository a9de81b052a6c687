"""Mutations of pictures: a seed and a number decide each, so any of them can be made again."""

import random
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

PNG = b"\x89PNG\r\n\x1a\n"
MOST_DEEDS = 6
_WIDTHS = {1: "B", 2: "H", 4: "I", 8: "Q"}
_EDGES = (0, 1, 2, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63)
_KINDS = ("flip", "flip", "edge", "edge", "edge", "cut", "drop", "double", "noise", "graft", "zero")
_IN_PLACE = {"flip", "edge"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One change, by numbers that fit any picture."""

    kind: str
    place: int
    length: int
    value: int


@dataclass(frozen=True, slots=True)
class Mutant:
    """A picture and what is done to it, in order; `mends` makes a PNG's checksums right again."""

    number: int
    base: str
    deeds: tuple[Deed, ...]
    donor: str
    mends: bool

    def photo(self, pictures: Mapping[str, bytes]) -> bytes:
        """Return the bytes."""
        changed = pictures[self.base]
        for deed in self.deeds:
            changed = _done(changed, deed, pictures[self.donor])
        return _mended(changed) if self.mends and changed.startswith(PNG) else changed

    def with_deeds(self, deeds: Sequence[Deed]) -> "Mutant":
        """Return the same with other changes."""
        return replace(self, deeds=tuple(deeds))


def mutant(seed: int, number: int, names: Sequence[str]) -> Mutant:
    """Return one of the endless mutants of a seed."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable, no secret
    deeds = tuple(
        Deed(
            chance.choice(_KINDS),
            # Half of all changes hit what comes first: there the sizes and the tables stand.
            chance.randrange(200) if chance.random() < 0.5 else chance.randrange(2**32),
            chance.choice((1, 1, 2, 2, 4, 4, 4, 8, 16, 300)),
            chance.choice(_EDGES) if chance.random() < 0.7 else chance.randrange(2**64),
        )
        for _ in range(chance.randint(1, MOST_DEEDS))
    )
    return Mutant(number, chance.choice(names), deeds, chance.choice(names), chance.random() < 0.8)


def _done(photo: bytes, deed: Deed, donor: bytes) -> bytes:
    if not photo:
        return photo
    place = deed.place % len(photo)
    before, there = photo[:place], photo[place : place + deed.length]
    if deed.kind == "cut":
        return before
    new = _new(deed, there, donor)
    if deed.kind in _IN_PLACE:
        return before + new + photo[place + len(new) :]
    return before + new + photo[place + deed.length :]


def _new(deed: Deed, there: bytes, donor: bytes) -> bytes:
    """Return what stands where `there` stood."""
    match deed.kind:
        case "flip":
            return bytes([there[0] ^ (1 << deed.value % 8)])
        case "edge":
            return _number(deed)
        case "double":
            return there * (2 + deed.value % 50)
        case "noise":
            return random.Random(deed.value).randbytes(len(there))  # noqa: S311 - repeatable
        case "graft":
            return donor[deed.value % len(donor) :][: deed.length * 8]
        case _:
            return bytes(len(there)) if deed.kind == "zero" else b""


def _number(deed: Deed) -> bytes:
    width = deed.length if deed.length in _WIDTHS else 4
    order = "<" if deed.value % 3 else ">"
    return struct.pack(order + _WIDTHS[width], deed.value % 2 ** (8 * width))


def _mended(photo: bytes) -> bytes:
    """Make the checksums right: a reader stops at the first that is wrong, and reads no further."""
    kept, place = [PNG], len(PNG)
    while place + 8 <= len(photo):
        end = place + 8 + int.from_bytes(photo[place : place + 4])
        body = photo[place + 4 : end]
        kept += [photo[place : place + 8], body[4:], struct.pack(">I", zlib.crc32(body))]
        place = end + 4
    return b"".join(kept)
