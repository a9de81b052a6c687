"""Templates made up by a law: as many as one likes, lying as those of real photos do.

A template is the mean of all, what is a person's own, and what is this photo's own: two Gaussians,
whose covariances are measured on LFW where it is beside the checkout, and otherwise fixed ones.
The sum is brought to unit length, as the engine does.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.face_engine.local.encoder import Encoder
from bench.contenders.contender import Floats, Halves
from bench.face_sets import SETS, Encoded, encoded, models, photos
from bench.peers import ROOT

DIMENSIONS = 128
_KEPT = ROOT / "build" / "laws"
_BLOCK = 50_000
_SEED = 20261130


@dataclass(frozen=True, slots=True)
class Law:
    """How templates lie."""

    name: str
    mean: Floats  # (dimensions,)
    own: Floats  # (dimensions, dimensions): times white noise, what is a person's own
    photo: Floats  # (dimensions, dimensions): times white noise, what is a photo's own

    def drawn(self, people: int, probes: int) -> tuple[Halves, Halves, npt.NDArray[np.int64]]:
        """Return a template of each person, probes of some of them, and whom these show."""
        chance = np.random.default_rng(_SEED)
        whom = np.sort(chance.choice(people, probes, replace=False))
        gallery = np.empty((people, len(self.mean)), np.float16)
        queries = np.empty((probes, len(self.mean)), np.float16)
        for start in range(0, people, _BLOCK):
            count = min(_BLOCK, people - start)
            own = self._noise(chance, count) @ self.own.T + self.mean
            gallery[start : start + count] = self._photos(chance, own)
            asked = np.flatnonzero((whom >= start) & (whom < start + count))
            queries[asked] = self._photos(chance, own[whom[asked] - start])
        return gallery, queries, whom

    def _photos(self, chance: np.random.Generator, own: Floats) -> Halves:
        values = own + self._noise(chance, len(own)) @ self.photo.T
        unit: Halves = (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)
        return unit

    def _noise(self, chance: np.random.Generator, count: int) -> Floats:
        return chance.standard_normal((count, len(self.mean)), np.float32)


def law(*, made_up: bool = False) -> Law:
    """Return LFW's law where LFW is, and not asked for the made-up one."""
    return _made_up() if made_up or not (SETS / "lfw").is_dir() else _of_lfw()


def measured(every: Sequence[Encoded], name: str) -> Law:
    """Return the law of real templates: covariances within people and between them."""
    by_person: dict[str, list[Floats]] = {}
    for one in every:
        if one.vector is not None:
            by_person.setdefault(one.person, []).append(one.vector)
    stacks = [np.stack(own) for own in by_person.values()]
    means = np.stack([stack.mean(axis=0) for stack in stacks])
    apart = np.concatenate([s - s.mean(axis=0) for s in stacks if len(s) > 1])
    photo = apart.T @ apart / sum(len(s) - 1 for s in stacks)
    noise = np.mean([1 / len(stack) for stack in stacks])  # of photos, left in a person's mean
    own = np.cov(means.T) - noise * photo
    return Law(name, means.mean(axis=0), _root(own), _root(photo))


def _of_lfw() -> Law:
    model = Encoder(models()).model
    kept = _KEPT / f"lfw-{hashlib.sha256(model.encode()).hexdigest()[:12]}.npz"
    name = f"a Gaussian law of LFW's templates by {model}"
    if not kept.exists():
        made = measured(encoded(photos("lfw")), name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, mean=made.mean, own=made.own, photo=made.photo)
    with np.load(kept) as read:
        return Law(name, read["mean"], read["own"], read["photo"])


def _made_up() -> Law:
    """People lie close together, photos of one closer: about as far apart as dlib's are."""
    chance = np.random.default_rng(1)
    mean = chance.standard_normal(DIMENSIONS)
    spread = np.exp(-np.arange(DIMENSIONS) / 30)
    own, photo = (np.diag(width * spread).astype(np.float32) for width in (1.08, 0.64))
    return Law("a fixed made-up law", mean.astype(np.float32), own, photo)


def _root(covariance: npt.NDArray[np.floating]) -> Floats:
    """Return what white noise is multiplied with to have this covariance."""
    values, vectors = np.linalg.eigh(covariance)
    rooted: Floats = (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    return rooted
