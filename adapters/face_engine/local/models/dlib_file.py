"""Reads the layers of a network that dlib serialized, without dlib.

The format is that of dlib 19's `serialize`: an integer is one byte (low four bits the number of
bytes that follow, high bit the sign) and its little-endian bytes; a string is its length and its
characters; a tensor is a version, four dimensions and float32 values. A layer is written after the
layers it stands on, so the order of the file is the order of the computation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_TAG = re.compile(rb"\x01[\x03-\x14](con_|affine_|fc_|max_pool_|avg_pool_|relu_|add_prev_)")
_FIELDS = {"con": 7, "affine": 0, "max_pool": 6, "avg_pool": 6, "relu": 0, "add_prev": 0}
_NO_VALUES = np.empty(0, np.float32)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its kind, its learned values (flat) and its integers in dlib's order."""

    kind: str
    values: Floats
    fields: tuple[int, ...]


class _Reader:
    def __init__(self, data: bytes, place: int) -> None:
        self._data = data
        self.place = place

    def integer(self) -> int:
        head = self._data[self.place]
        size = head & 0x0F
        number = int.from_bytes(self._data[self.place + 1 : self.place + 1 + size], "little")
        self.place += 1 + size
        return -number if head & 0x80 else number

    def integers(self, count: int) -> tuple[int, ...]:
        return tuple(self.integer() for _ in range(count))

    def tensor(self) -> Floats:
        shape = self.integers(5)[1:]
        count = int(np.prod(shape))
        values = np.frombuffer(self._data, "<f4", count, self.place).astype(np.float32)
        self.place += 4 * count
        return values


def layers(data: bytes) -> Iterator[Layer]:
    """Yield the layers in the order of the computation; the file is trusted by its hash."""
    place = 0
    while found := _TAG.search(data, place):
        name_at = found.start() + 2
        reader = _Reader(data, name_at + data[name_at - 1])
        yield _layer(found[1].decode().removesuffix("_"), reader)
        place = reader.place


def _layer(kind: str, reader: _Reader) -> Layer:
    if kind == "fc":
        fields = reader.integers(2)
        return Layer(kind, reader.tensor(), fields)
    values = reader.tensor() if kind in {"con", "affine"} else _NO_VALUES
    return Layer(kind, values, reader.integers(_FIELDS[kind]))
