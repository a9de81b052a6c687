"""A model tried on this machine before anybody relies on it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import platformdirs

from adapters.face_engine.local.models import KnownModel
from adapters.face_engine.local.reading import Networks, Runtime
from adapters.face_engine.local.trial import Limits, Trial, tried
from adapters.portraits import (
    Portrait,
    PortraitsUnavailableError,
    portraits_from,
    sample_portraits,
)
from app.domain.errors import EngineMisconfiguredError
from app.settings import LocalEngineSettings, Settings, cores
from app.wiring.model_to_try import Pixels, model_to_try

Progress = Callable[[str], None]

_MOST_PEOPLE, _MOST_PHOTOS = 100, 3
"""Whose photos are read, and how many of each: more would say nothing else, and take longer."""
_MOST_CORES = 8
"""Of which speed is measured: each process has the model once, and a service may run beside it."""


@dataclass(frozen=True, slots=True)
class TriedModel:
    """A model, how it did, and the settings that name it (without CANDID_ENGINE__)."""

    trial: Trial
    known: KnownModel | None
    sha256: str | None
    first: str | None  # the command that has to come before the settings
    settings: Sequence[str]


async def try_model(
    settings: Settings,
    name_or_file: str | None,
    pixels: Pixels,
    photos: Path | None,
    progress: Progress,
) -> TriedModel:
    """Check a model of the registry, a site's own file, or the one that the settings name.

    It is loaded and run in processes as those of the service, never in this one. `photos` are a
    site's own, by person; else the samples are taken where they can be had. Raises
    EngineMisconfiguredError, PortraitsUnavailableError and SettingsError.
    """
    if not isinstance(settings.engine, LocalEngineSettings):
        raise EngineMisconfiguredError("Amazon Rekognition's model cannot be tried here.")
    engine, encoder = settings.engine, settings.encoder
    model = model_to_try(engine, name_or_file, pixels)
    progress(f"Trying {model.file}" + (f", which is {model.known.name}" if model.known else ""))
    if model.warning:
        progress(model.warning)
    runtime = Runtime(engine.provider, encoder.threads)
    networks = Networks(engine.models_dir, model.site, scale=model.scale, runtime=runtime)
    limits = Limits(encoder.memory_mb * 2**20, encoder.seconds)
    photos_of = different(_portraits(photos, progress))
    trial = await tried(networks, limits, photos_of, _cores_to_measure(progress))
    return TriedModel(trial, model.known, model.sha256, model.first, model.settings)


def _cores_to_measure(progress: Progress) -> int:
    """Return how many cores to measure: all of them, and not more than a few.

    In a container there are those of the whole machine, whatever share of it the container has.
    """
    found = cores()
    if found > _MOST_CORES:
        progress(f"Speed is measured with {_MOST_CORES} processes at most; there are {found} cores")
    return min(found, _MOST_CORES)


def _portraits(photos: Path | None, progress: Progress) -> Sequence[Portrait]:
    """Return photos of not too many people; none where the samples cannot be had."""
    if photos is not None:
        return few(portraits_from(photos))
    try:
        kept = platformdirs.user_cache_path("candid") / "portraits"
        return few(sample_portraits(kept, progress))
    except PortraitsUnavailableError as error:
        progress(f"No sample photos ({error}); tried on noise only.")
        return ()


def few(portraits: Sequence[Portrait]) -> Sequence[Portrait]:
    """Return a few photos each of people from first to last, those with several before others."""
    photos: dict[str, list[Portrait]] = {}
    for one in portraits:
        photos.setdefault(one.person, []).append(one)
    several = [of_one for of_one in photos.values() if len(of_one) > 1]
    others = [of_one for of_one in photos.values() if len(of_one) == 1]
    people = _spread(several, _MOST_PEOPLE)
    people += _spread(others, _MOST_PEOPLE - len(people))
    return [one for of_one in people for one in of_one[:_MOST_PHOTOS]]


def _spread(people: Sequence[list[Portrait]], most: int) -> list[list[Portrait]]:
    count = min(len(people), most)
    return [people[place * len(people) // count] for place in range(count)]


def different(portraits: Sequence[Portrait]) -> Iterator[tuple[str, bytes]]:
    """Yield (person, photo) of each different photo; one at a time is in memory."""
    seen = set[bytes]()
    for one in portraits:
        try:
            photo = one.path.read_bytes()
        except OSError as error:
            why = error.strerror or error
            raise PortraitsUnavailableError(f"{one.path} cannot be read: {why}") from error
        digest = sha256(photo).digest()
        if digest not in seen:
            seen.add(digest)
            yield one.person, photo
