"""Tries a recognition model in the processes that read photos: what it gives, and how fast."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from adapters.face_engine.local.encoders import Encoders, opened_encoders, warm_up
from adapters.face_engine.local.reading import Networks
from adapters.face_engine.local.templates import Floats, unit_vector
from adapters.sandbox import Sandbox
from app.domain.errors import (
    EngineMisconfiguredError,
    PhotoTooCostlyError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)

_PROCESS = "adapters.face_engine.local.trial_process:"
_SECONDS = 1.0  # of each measurement
_ONE_IN = 20
"""Of pairs of two people this share may be more alike than most pairs of one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What each process may take, as in the service."""

    memory_bytes: int
    seconds: float  # of one call


@dataclass(frozen=True, slots=True)
class Pairs:
    """Cosines of pairs of photos, at least one of each kind."""

    same_person: Sequence[float]
    different_people: Sequence[float]

    @property
    def bar(self) -> float:
        """The cosine that at most one in twenty pairs of two people exceeds."""
        return sorted(self.different_people, reverse=True)[self.strays]

    @property
    def strays(self) -> int:
        """How many pairs of two people may exceed the bar; none of fewer than twenty."""
        return len(self.different_people) // _ONE_IN

    @property
    def above(self) -> int:
        """How many pairs of one person exceed the bar."""
        return sum(cosine > self.bar for cosine in self.same_person)

    @property
    def told_apart(self) -> bool:
        """Whether most pairs of one person exceed the bar: a few poor photos condemn no model."""
        return 2 * self.above > len(self.same_person)

    @property
    def told(self) -> str:
        """What was counted and what it comes to, in one line."""
        one, two = len(self.same_person), len(self.different_people)
        verdict = "told apart" if self.told_apart else "NOT told apart: do not use it like this"
        return (
            f"{self.above} of {one} pairs of one person (median {median(self.same_person):.3f}) "
            f"are more alike than {two - self.strays} of {two} pairs of different people (median "
            f"{median(self.different_people):.3f}; cosines): {verdict}"
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model did."""

    model: str
    dimensions: int
    faces_a_second: Mapping[tuple[int, int], float]  # by (processes at once, threads of each)
    photos: int  # of which one face was encoded
    pairs: Pairs | None  # None: no photos with pairs were given


async def tried(
    networks: Networks, limits: Limits, photos: Iterable[tuple[str, bytes]], cores: int
) -> Trial:
    """Load the model as the service does, in processes of its limits, run it, and measure it.

    `photos` are (person, photo), of which one at a time is in memory. Raises
    EngineMisconfiguredError when the model cannot be used or gives the same for everything.
    """
    async with _processes(networks, limits, 1) as sandbox:
        with _told(limits):
            encoders = await opened_encoders(sandbox, networks)
            request = {"encoder": networks.request()}
            await sandbox.call(_PROCESS + "check_that_it_sees", request)
        people, vectors = await _read(encoders, photos)
    return Trial(
        model=encoders.facts.model,
        dimensions=encoders.facts.dimensions,
        faces_a_second=await _speeds(networks, limits, cores),
        photos=len(people),
        pairs=_pairs(people, vectors),
    )


def _processes(networks: Networks, limits: Limits, count: int) -> Sandbox:
    loaded = [warm_up([networks]), (_PROCESS + "prepare", {})]
    return Sandbox(count, limits.memory_bytes, limits.seconds, warm_up=loaded)


@contextmanager
def _told(limits: Limits) -> Iterator[None]:
    """Say of a model what the service would say of each photo."""
    try:
        yield
    except PhotoTooCostlyError as error:
        raise EngineMisconfiguredError(
            "The model ended its process, or takes more than a process may: "
            f"{limits.memory_bytes // 2**20} MB (CANDID_ENCODER__MEMORY_MB) and {limits.seconds:g} "
            "seconds a photo (CANDID_ENCODER__SECONDS)."
        ) from error


async def _read(
    encoders: Encoders, photos: Iterable[tuple[str, bytes]]
) -> tuple[Sequence[str], Floats]:
    """Return whose photos gave a template, and the templates [photos, dimensions]."""
    people, vectors = list[str](), list[Floats]()
    for person, photo in photos:
        try:
            read = await encoders.read(photo, "search")
        except (
            PhotoTooCostlyError,
            PhotoTooLargeError,
            PhotoUnreadableError,
            UnsupportedPhotoError,
        ):
            continue
        if read.templates:
            people.append(person)
            vectors.append(unit_vector(read.templates, encoders.facts.dimensions))
    return people, np.array(vectors, np.float32).reshape(-1, encoders.facts.dimensions)


def _pairs(people: Sequence[str], vectors: Floats) -> Pairs | None:
    names, (one, other) = np.array(people), np.triu_indices(len(people), 1)
    if not len(one):
        return None
    cosines = (vectors @ vectors.T)[one, other]
    same = names[one] == names[other]
    alike, unlike = cosines[same].tolist(), cosines[~same].tolist()
    return Pairs(tuple(alike), tuple(unlike)) if alike and unlike else None


async def _speeds(
    networks: Networks, limits: Limits, cores: int
) -> Mapping[tuple[int, int], float]:
    """Measure one process on one thread, one a core, and one that has a thread a core."""
    return {
        (processes, threads): await _faces_a_second(
            replace(networks, runtime=replace(networks.runtime, threads=threads)), limits, processes
        )
        for processes, threads in dict.fromkeys(((1, 1), (cores, 1), (1, cores)))
    }


async def _faces_a_second(networks: Networks, limits: Limits, processes: int) -> float:
    """Have every process encode at once; return how many faces all of them encode a second."""
    seconds = min(_SECONDS, limits.seconds / 4)
    request = {"encoder": networks.request(), "seconds": seconds}
    async with _processes(networks, limits, processes) as sandbox:
        with _told(limits):
            calls = (sandbox.call(_PROCESS + "faces_a_second", request) for _ in range(processes))
            answers = await asyncio.gather(*calls)
    return sum(float(answer["faces_a_second"]) for answer, _ in answers)
