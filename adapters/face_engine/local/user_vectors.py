"""Users as vectors: the mean of their faces' templates, compared with a face or with each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from adapters.face_engine.local.templates import Floats, Rows, Templates, packed_ids


@dataclass(frozen=True, slots=True)
class Members:
    """Which faces each user has, packed as the templates are asked for."""

    user_ids: tuple[str, ...]  # in order, so that equals are ranked alike every time
    face_ids: bytes  # of the first user, then of the second, and so on
    owners: Rows  # of each face, the place of its user

    @classmethod
    def of(cls, members: Mapping[str, Sequence[str]]) -> Self:
        """Pack what the records say."""
        user_ids = tuple(sorted(members))
        packed = b"".join(packed_ids(members[user_id]) for user_id in user_ids)
        counts = np.array([len(members[user_id]) for user_id in user_ids], np.int64)
        return cls(user_ids, packed, np.repeat(np.arange(len(user_ids)), counts))


@dataclass(frozen=True, slots=True)
class UserVectors:
    """A unit vector for each user some of whose faces are held."""

    user_ids: tuple[str, ...]
    values: Floats

    @classmethod
    def of(cls, templates: Templates, members: Members) -> Self:
        """Build them all; some milliseconds for ten thousand faces."""
        held, vectors = templates.vectors(members.face_ids)
        owners, starts = np.unique(members.owners[held], return_index=True)
        sums = np.add.reduceat(vectors, starts) if len(starts) else vectors
        return cls(tuple(members.user_ids[owner] for owner in owners), units(sums))

    def of_user(self, user_id: str) -> Floats | None:
        """Return one user's vector; None where no face of that user is held."""
        if user_id not in self.user_ids:
            return None
        vector: Floats = self.values[self.user_ids.index(user_id)]
        return vector

    def strongest(self, query: Floats, most: int, floor: float) -> list[tuple[str, float]]:
        """Return (user id, cosine) down to `floor`, strongest first, at most so many."""
        cosines = np.einsum("ij,j->i", self.values, query)
        order = np.argsort(-cosines, kind="stable")[:most]
        return [(self.user_ids[row], float(cosines[row])) for row in order if cosines[row] >= floor]


def units(values: Floats) -> Floats:
    """Return vectors of length 1 in the same directions."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    whole: Floats = (values / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return whole


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a face resembles those counted before it, and whether it counts itself."""

    cosine: float
    counts: bool


def counted_in_turn(
    templates: Templates, members: Sequence[str], face_ids: Sequence[str], floor: float
) -> dict[str, Likeness]:
    """Compare each face that is held with the mean of those counted before it.

    Members count from the start, others from `floor` on; where none counts yet, the next one does.
    """
    _, counted = templates.vectors(packed_ids(members))
    held, vectors = templates.vectors(packed_ids(face_ids))
    total, likenesses = counted.sum(0), dict[str, Likeness]()
    for place, vector in zip(held.tolist(), vectors, strict=True):
        is_first = not total.any()
        mean = vector if is_first else units(total[np.newaxis])[0]
        cosine = float(mean @ vector)
        counts = is_first or cosine >= floor
        likenesses[face_ids[place]] = Likeness(cosine, counts)
        if counts:
            total = total + vector
    return likenesses
