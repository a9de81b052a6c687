"""Who is searched among whom, and the scores that each method gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from adapters.measurement.arrays import Ints, People
from app.domain.evaluation import Role
from bench.unequal.methods import (
    Floats,
    Spread,
    best_of,
    fused,
    s_norm,
    t_norm,
    templates,
    z_norm,
)
from bench.unequal.seen import Seen

NEAREST: Final = 50
"""Of the cohort, in the adaptive norms; the best on the development part."""
CROPS_USED: Final = 0, 1
"""Of `seen.CROPS`, where several are averaged; the best on the development part, and the fewest."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Probes, and one enrolled photo a person, or two where `seconds` holds the other."""

    people: People
    probes: Seen
    gallery: Seen
    cohort: Seen
    seconds: Seen | None = None


def searches(photos: Seen, cohort: Seen) -> Trial:
    """Return the trial that the roles of some photos make: one enrolled photo a person."""
    return _trial(photos.of(*_ENROLLED), photos.of(*_SEARCHED), cohort)


def searches_of_two(photos: Seen, cohort: Seen) -> Trial:
    """Enrol the first probe of whoever has two beside their enrolled photo, search by the other.

    Everybody else who is enrolled stays so with one photo, and of them nobody is searched for.
    """
    gallery, mated = photos.of(*_ENROLLED), photos.of(Role.PROBE_MATED)
    probes_of: dict[str, list[int]] = {}
    for at, photo in enumerate(mated.photos):
        probes_of.setdefault(photo.person, []).append(at)
    pairs = {person: own for person, own in probes_of.items() if len(own) > 1}
    seconds = gallery.joined(mated).at(
        [
            len(gallery.photos) + pairs[photo.person][0] if photo.person in pairs else at
            for at, photo in enumerate(gallery.photos)
        ]
    )
    searched = mated.at([own[1] for own in pairs.values()])
    probes = searched.joined(photos.of(Role.PROBE_NONMATED))
    return _trial(gallery, probes, cohort, seconds)


def everybody_twice(photos: Seen, cohort: Seen) -> Trial:
    """Enrol both photos of everybody and search by both: of use for different people only."""
    gallery, seconds = photos.of(*_ENROLLED), photos.of(*_SEARCHED)
    return _trial(gallery, gallery.joined(seconds), cohort, seconds)


def cosines(trial: Trial, crops: tuple[int, ...] = (0,), *, mirror: bool = True) -> Floats:
    """Return the scores of the probes with the gallery, (probes, gallery)."""
    probes = templates(trial.probes.embeddings, crops, mirror=mirror)
    return probes @ templates(trial.gallery.embeddings, crops, mirror=mirror).T


def adaptive_s_norm(trial: Trial, nearest: int = NEAREST) -> Floats:
    """Return scores by the nearest of the cohort to either side."""
    return s_norm(cosines(trial), *_spreads(trial, nearest))


def _z_norm(trial: Trial, nearest: int | None = None) -> Floats:
    return z_norm(cosines(trial), _spreads(trial, nearest)[1])


def _t_norm(trial: Trial, nearest: int | None = None) -> Floats:
    return t_norm(cosines(trial), _spreads(trial, nearest)[0])


def _s_norm(trial: Trial) -> Floats:
    return s_norm(cosines(trial), *_spreads(trial, None))


def _spreads(trial: Trial, nearest: int | None) -> tuple[Spread, Spread]:
    """Return how the probes, and the enrolled, stand to the cohort."""
    cohort = templates(trial.cohort.embeddings).T
    sides = (templates(one.embeddings) @ cohort for one in (trial.probes, trial.gallery))
    probes, enrolled = (Spread.of(scores, nearest) for scores in sides)
    return probes, enrolled


def _best_of_two(trial: Trial) -> Floats:
    enrolled = _enrolled(trial)
    flat = enrolled.reshape(-1, enrolled.shape[-1])
    return best_of(templates(trial.probes.embeddings) @ flat.T, enrolled.shape[1])


def _fused(trial: Trial, weights: Callable[[Seen], Floats] | None = None) -> Floats:
    sides = _sides(trial)
    weighed = None if weights is None else np.stack([weights(one) for one in sides], axis=1)
    return templates(trial.probes.embeddings) @ fused(_enrolled(trial), weighed).T


def _enrolled(trial: Trial) -> Floats:
    """Return the templates of everybody enrolled, (people, photos, d)."""
    return np.stack([templates(one.embeddings) for one in _sides(trial)], axis=1)


def _sides(trial: Trial) -> tuple[Seen, ...]:
    return (trial.gallery,) if trial.seconds is None else (trial.gallery, trial.seconds)


def _sharpness(photos: Seen) -> Floats:
    return photos.sharpness


def _length(photos: Seen) -> Floats:
    """Of the sum with the mirror's embedding: a face that the network is unsure of is shorter."""
    length: Floats = np.linalg.norm(photos.embeddings[:, 0].sum(1), axis=-1)
    return length


Method = Callable[[Trial], Floats]

PLAIN: Final[Mapping[str, Method]] = {
    "as it is": cosines,
    "as it is, the better of two": _best_of_two,
}
"""What the product does, in trials of one enrolled photo and of two."""

OF_ONE: Final[Mapping[str, Method]] = {
    "without the mirror image": partial(cosines, mirror=False),
    "several crops": partial(cosines, crops=CROPS_USED),
    "z-norm": _z_norm,
    "t-norm": _t_norm,
    "s-norm": _s_norm,
    "adaptive z-norm": partial(_z_norm, nearest=NEAREST),
    "adaptive t-norm": partial(_t_norm, nearest=NEAREST),
    "adaptive s-norm": adaptive_s_norm,
}
OF_TWO: Final[Mapping[str, Method]] = {
    "one photo alone": cosines,
    "fused": _fused,
    "fused by sharpness": partial(_fused, weights=_sharpness),
    "fused by length": partial(_fused, weights=_length),
}

_ENROLLED = Role.GALLERY_MATED, Role.GALLERY_DISTRACTOR
_SEARCHED = Role.PROBE_MATED, Role.PROBE_NONMATED


def _trial(gallery: Seen, probes: Seen, cohort: Seen, seconds: Seen | None = None) -> Trial:
    names = sorted({photo.person for photo in (*gallery.photos, *probes.photos)})
    number = {name: at for at, name in enumerate(names)}
    enrolled = {photo.person for photo in gallery.photos}
    people = People(
        gallery=_numbers(gallery, number),
        probes=_numbers(probes, number),
        is_mated=np.array([photo.person in enrolled for photo in probes.photos], bool),
        count=len(names),
    )
    return Trial(people, probes, gallery, cohort, seconds)


def _numbers(photos: Seen, number: Mapping[str, int]) -> Ints:
    return np.array([number[photo.person] for photo in photos.photos], np.int64)
