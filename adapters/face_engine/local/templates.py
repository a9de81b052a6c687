"""The templates in memory: exact cosines, and the strongest rows among hundreds of thousands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.face_engine.local.sieve import Sieve
from app.domain.errors import EngineMisconfiguredError

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Ids = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_ID_BYTES = 16
_FACE_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODY = "00" * _ID_BYTES
_FIT_AGAIN = 32  # times as many rows as when the sieve was fitted
_BLOCK = 4096  # rows read at once: 2 MB as float32, which stays in a core's cache
_SIEVE_FROM = 8192  # rows; fewer are read whole in about a millisecond
_TAILS = np.uint64(1 << 20)  # of ids: a table that stays in a core's cache sorts out nearly all
_UNIT = 0.01  # how far from 1 a template's length may be; float16 itself costs 0.0005


@dataclass(frozen=True, slots=True)
class Ranked:
    """Faces and their cosines with a query, strongest first, equals in the order of their ids."""

    face_ids: tuple[str, ...]
    cosines: tuple[float, ...]
    whole: bool  # whether these are all faces there are


class Templates:
    """Unit templates of one model as float16 and their face ids; used by one thread at a time."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._ids: Ids = np.empty((0, 2), np.uint64)
        self._values: Halves = np.empty((0, dimensions), np.float16)
        self._count = 0
        self._sieve: Sieve | None = None
        self._sieve_made_at = 0
        self._excess = 8.0  # rows to sift for each row wanted, as the last searches had it

    def __len__(self) -> int:
        return self._count

    def change(self, face_ids: bytes, templates: bytes, removed: bytes) -> int:
        """Add or replace faces and remove others; return how many templates were refused.

        A template that is not finite or no unit vector is refused. Raises
        EngineMisconfiguredError when the templates are of another length than the model's.
        """
        ids, values = _ids_of(face_ids), np.frombuffer(templates, "<f2").astype(np.float16)
        if values.size != len(ids) * self._dimensions:
            raise EngineMisconfiguredError(
                f"The records hold templates that are not {self._dimensions} numbers long."
            )
        values = values.reshape(len(ids), self._dimensions)
        self._remove(self._rows_of(np.concatenate([ids, _ids_of(removed)])))
        sound = _sound(values)
        if not sound.all():
            ids, values = ids[sound], values[sound]
        self._append(ids, values)
        return len(sound) - len(ids)

    def strongest(self, query: Floats, count: int) -> Ranked:
        """Return the `count` faces with the highest cosines, exactly."""
        count = min(count, self._count)
        wanted = int(count * self._excess) + 64
        while self._sieve is not None and wanted < self._count // 8:
            sifted = self._sieve.sift(query, wanted)
            cosines = _cosines(self._values[sifted.rows], query)
            weakest = float(np.partition(cosines, -count)[-count])
            needed = int((sifted.most >= weakest).sum())
            if sifted.others_below < weakest:
                self._excess = max(1.3 * needed / count, 0.9 * self._excess)
                return self._ranked(sifted.rows, cosines, count)
            wanted *= 4
        rows = np.arange(self._count)
        return self._ranked(rows, self._all_cosines(query), count)

    def vectors(self, face_ids: bytes) -> tuple[Rows, Floats]:
        """Return which of the packed ids are held, by their places, and the templates of those."""
        rows = self._places(_ids_of(face_ids))
        held = np.flatnonzero(rows >= 0)
        return held, self._values[rows[held]].astype(np.float32)

    def _ranked(self, rows: Rows, cosines: Floats, count: int) -> Ranked:
        if count < len(rows):
            least = np.partition(cosines, -count)[-count]
            near = cosines >= least
            rows, cosines = rows[near], cosines[near]
        ids = self._ids[rows]
        order = np.lexsort((ids[:, 1], ids[:, 0], -cosines))[:count]
        return Ranked(_names(ids[order]), tuple(cosines[order].tolist()), count == self._count)

    def _all_cosines(self, query: Floats) -> Floats:
        parts = [_cosines(self._values[block], query) for block in self._blocks()]
        return np.concatenate([np.empty(0, np.float32), *parts])

    def _blocks(self) -> Iterator[slice]:
        for start in range(0, self._count, _BLOCK):
            yield slice(start, min(start + _BLOCK, self._count))

    def _rows_of(self, ids: Ids) -> Rows:
        places = self._places(ids)
        return places[places >= 0]

    def _places(self, ids: Ids) -> Rows:
        """Return the row of each id, -1 for those that are not held."""
        places: Rows = np.full(len(ids), -1, np.int64)
        alike = self._with_tails_of(ids)
        if not len(alike):
            return places
        tails = self._ids[alike, 1]
        at = np.searchsorted(tails, ids[:, 1])
        while True:  # once, but for different ids with one tail
            last = np.minimum(at, len(alike) - 1)
            same_tail = (at < len(alike)) & (tails[last] == ids[:, 1])
            same = same_tail & (self._ids[alike[last], 0] == ids[:, 0])
            places[same] = alike[last[same]]
            if not (same_tail & ~same).any():
                return places
            at = at + (same_tail & ~same)

    def _with_tails_of(self, ids: Ids) -> Rows:
        """Return the rows whose ids end as any of these, in the order of their tails."""
        if not self._count or not len(ids):
            return np.empty(0, np.int64)
        wanted_tails = np.zeros(_TAILS, bool)
        wanted_tails[ids[:, 1] % _TAILS] = True
        alike = np.flatnonzero(wanted_tails[self._ids[: self._count, 1] % _TAILS])
        alike = alike[np.isin(self._ids[alike, 1], ids[:, 1])]
        return alike[np.argsort(self._ids[alike, 1], kind="stable")]

    def _remove(self, rows: Rows) -> None:
        """Close the holes with the last rows, so that the rest stays where it is."""
        if not len(rows):
            return
        count = self._count - len(rows)
        stays = np.ones(self._count - count, bool)
        stays[rows[rows >= count] - count] = False
        sources, holes = np.flatnonzero(stays) + count, rows[rows < count]
        self._ids[holes] = self._ids[sources]
        self._values[holes] = self._values[sources]
        if self._sieve is not None:
            self._sieve.move(sources, holes, count)
        self._count = count

    def _append(self, ids: Ids, values: Halves) -> None:
        if not len(ids):
            return
        count = self._count + len(ids)
        self._make_room(count)
        self._ids[self._count : count] = ids
        self._values[self._count : count] = values
        self._count = count
        if self._sieve is None or count > _FIT_AGAIN * self._sieve_made_at:
            self._sieve_afresh()
        else:
            self._sieve.append(values.astype(np.float32))

    def _make_room(self, count: int) -> None:
        if count > len(self._ids):
            room, held = count + count // 2, self._count
            ids, values = self._ids[:held], self._values[:held]
            self._ids = np.empty((room, 2), np.uint64)
            self._values = np.empty((room, self._dimensions), np.float16)
            self._ids[:held], self._values[:held] = ids, values

    def _sieve_afresh(self) -> None:
        """Fit the sieve to what is held now; done again when it has grown much."""
        if self._count < _SIEVE_FROM:
            return
        step = max(1, self._count // 20_000)
        self._sieve = Sieve(self._values[: self._count : step].astype(np.float32))
        self._sieve_made_at = self._count
        for block in self._blocks():
            self._sieve.append(self._values[block].astype(np.float32))


def packed_ids(face_ids: Sequence[str]) -> bytes:
    """Pack ids as a feed does; what is no face id becomes an id that nobody has."""
    digits = (each.replace("-", "") if _FACE_ID.fullmatch(each) else _NOBODY for each in face_ids)
    return bytes.fromhex("".join(digits))


def unit_vector(template: bytes, dimensions: int) -> Floats:
    """Return a template as numbers; raises EngineMisconfiguredError when it is no unit vector."""
    values = np.frombuffer(template, "<f2").astype(np.float16)
    if values.size != dimensions or not _sound(values[np.newaxis])[0]:
        raise EngineMisconfiguredError("The model gave something that is not a unit template.")
    return values.astype(np.float32)


def _ids_of(packed: bytes) -> Ids:
    if len(packed) % _ID_BYTES:
        raise EngineMisconfiguredError("The records hold face ids that are not 16 bytes long.")
    return np.frombuffer(packed, ">u8").astype(np.uint64).reshape(-1, 2)


def _sound(values: Halves) -> npt.NDArray[np.bool_]:
    numbers = values.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", numbers, numbers))
    sound: npt.NDArray[np.bool_] = np.abs(lengths - 1.0) <= _UNIT  # false for what is no number
    return sound


def _cosines(values: Halves, query: Floats) -> Floats:
    """Multiply row by row: einsum adds up each row alike wherever it lies, so equals stay equal."""
    cosines: Floats = np.einsum("ij,j->i", values.astype(np.float32), query)
    return cosines


def _names(ids: Ids) -> tuple[str, ...]:
    """Write ids as UUIDs are written."""
    digits = ids.astype(">u8").tobytes().hex()
    whole = (digits[start : start + 32] for start in range(0, len(digits), 32))
    return tuple(f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in whole)
