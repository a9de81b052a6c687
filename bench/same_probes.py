"""Candid and face_recognition on the same probes of LFW: `python -m bench.same_probes`.

Mated probes are drawn with a seed from the set's protocol, and the gallery is filled up with other
people. Each program finds the faces itself, takes the one nearest the middle, and ranks by its own
distance; a probe in which it finds none is a miss, and so is one in whose enrolled photo it finds
none. What one finds and the other does not is set against chance by McNemar's exact test.
"""

import argparse
import json
import os
import random
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bench import peers
from bench.face_sets import SETS, Photo, Vectors, encoded, photos
from bench.results import Results, results

PROBES: Final = 250
ENROLLED: Final = 600
SEED: Final = 7
RANKS: Final = (1, 5)

_THEIRS: Final = str(Path(__file__).with_name("peer_templates.py"))
_UNSEEN: Final = 10**9  # the rank of somebody in whose probe no face was found
_UNENROLLED: Final = _UNSEEN + 1  # and in whose enrolled photo

Ranks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Gallery and probes."""

    gallery: Sequence[Photo]
    probes: Sequence[Photo]

    @property
    def photos(self) -> Sequence[Photo]:
        """All of them, the gallery's first."""
        return [*self.gallery, *self.probes]


def main() -> None:
    """Print how many probes each program finds, and which one finds alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--probes", type=int, default=PROBES)
    parser.add_argument("--enrolled", type=int, default=ENROLLED)
    with results("same_probes", parser) as kept:
        if not (SETS / "lfw").is_dir() or not peers.installed():
            print("LFW is not beside the checkout, or face_recognition is not installed.")
            return
        drawn = draw(photos("lfw"), kept.asked.probes, kept.asked.enrolled)
        kept.data = f"LFW, {len(drawn.probes)} probes, {len(drawn.gallery)} enrolled, seed {SEED}"
        _told(drawn, kept)


def draw(every: Sequence[Photo], probes: int, enrolled: int) -> Drawn:
    """Draw people with one mated probe each; the rest of the gallery is other people.

    Raises ValueError where not all of the people drawn would be enrolled.
    """
    by_person = {one.person: one for one in every if one.role == "probe_mated"}
    people = set(random.Random(SEED).sample(sorted(by_person), probes))  # noqa: S311 - a draw
    mated = [one for one in every if one.role == "gallery_mated" and one.person in people]
    if enrolled < len(mated):
        raise ValueError(f"{len(mated)} photos of the probes' people are enrolled, not {enrolled}")
    others = [one for one in every if one.role == "gallery_distractor"]
    gallery = [*mated, *others[: enrolled - len(mated)]]
    return Drawn(gallery, [by_person[person] for person in sorted(people)])


def _told(drawn: Drawn, kept: Results) -> None:
    ours = ranks(drawn, _ours(drawn.photos))
    theirs = ranks(drawn, _theirs(drawn.photos))
    for name, own, other in (("candid", ours, theirs), ("face_recognition", theirs, ours)):
        found = {f"rank_{most}": int((own <= most).sum()) for most in RANKS}
        alone = {f"alone_{most}": int(((own <= most) & (other > most)).sum()) for most in RANKS}
        unseen, unenrolled = int((own == _UNSEEN).sum()), int((own == _UNENROLLED).sum())
        seen = {"not_seen": unseen, "not_enrolled": unenrolled}
        kept.keep("ranks", program=name, probes=len(own), **seen, **found, **alone)
        told = ", ".join(
            f"rank {most}: {found[f'rank_{most}']} ({alone[f'alone_{most}']} by it alone)"
            for most in RANKS
        )
        print(
            f"{name}: of {len(own)} probes {unseen} without a face that it finds, {unenrolled} "
            f"whose enrolled photo is; {told}"
        )
    for most in RANKS:
        alone_here = int(((ours <= most) & (theirs > most)).sum())
        alone_there = int(((theirs <= most) & (ours > most)).sum())
        chance = mcnemar(alone_here, alone_there)
        cells = {"candid_alone": alone_here, "face_recognition_alone": alone_there}
        kept.keep("difference", rank=most, **cells, p=chance)
        print(f"rank {most}: {alone_here} against {alone_there} found alone, p = {chance:.3g}")


def mcnemar(one: int, other: int) -> float:
    """Return how likely chance parts two as far, of what one of them alone found (exact, McNemar).

    Each such probe is as likely found by either; two-sided.
    """
    every = one + other
    tails = 2 * sum(comb(every, k) for k in range(min(one, other) + 1))
    return min(1.0, tails / int(2**every))


def ranks(drawn: Drawn, templates: Sequence[Vectors | None]) -> Ranks:
    """Return each probe's rank by distance; others' photos that are as near go before."""
    count = len(drawn.gallery)
    enrolled = list(zip(drawn.gallery, templates[:count], strict=True))
    stacked = np.stack([template for _, template in enrolled if template is not None])
    people = np.array([one.person for one, template in enrolled if template is not None])
    probes = zip(drawn.probes, templates[count:], strict=True)
    return np.array([_rank(stacked, people == one.person, probe) for one, probe in probes])


def _rank(gallery: Vectors, mated: npt.NDArray[np.bool_], probe: Vectors | None) -> int:
    if probe is None:
        return _UNSEEN
    if not mated.any():
        return _UNENROLLED
    far = np.linalg.norm(gallery - probe, axis=1)
    return 1 + int((far[~mated] <= far[mated].min()).sum())


def _ours(every: Sequence[Photo]) -> list[Vectors | None]:
    """Return unit vectors, whose distances rank as their cosines do."""
    vectors = [one.vector for one in encoded(every)]
    return [None if one is None else one / np.linalg.norm(one) for one in vectors]


def _theirs(every: Sequence[Photo]) -> list[Vectors | None]:
    """Return face_recognition's templates, made by one process a core."""
    processes = os.cpu_count() or 1
    with ThreadPoolExecutor(processes) as pool:
        shares = list(pool.map(_of_a_process, [every[i::processes] for i in range(processes)]))
    return [shares[at % processes][at // processes] for at in range(len(every))]


def _of_a_process(every: Sequence[Photo]) -> list[Vectors | None]:
    done = subprocess.run(  # noqa: S603 - our own program
        (str(peers.PYTHON), _THEIRS),
        input="\n".join(str(one.path) for one in every),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told = map(json.loads, done.stdout.splitlines())
    return [None if one is None else np.array(one, np.float32) for one in told]


if __name__ == "__main__":
    main()
