"""The second step: whoever does not know the answers searches the probes and seals what came."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.domain.audit_record import moment
from app.domain.blind_test import (
    BlindFacts,
    BlindProbe,
    BlindResults,
    BlindTest,
    ProbeReturned,
    seal_of,
)
from app.domain.errors import BlindSealBrokenError, BlindTestUnfitError
from app.domain.photo import sha256_of


@dataclass(frozen=True, slots=True)
class Searched:
    """What one search answered, and what answered it; `engine` None: nothing was searched."""

    returned: ProbeReturned
    engine: tuple[str, str, str] | None = None  # name, model, score scale
    faces: int = 0
    policy: str | None = None


Search = Callable[[BlindProbe, bytes, str], Searched]
"""Searches a photo; the text is to be kept with the search."""


def search_blind(
    test: BlindTest,
    photo_of: Callable[[BlindProbe], bytes],
    search: Search,
    operator: str,
    asked: int,
    now: Callable[[], datetime],
) -> BlindResults:
    """Search every probe, with at most `asked` candidates each.

    The seal of the answers is kept with each search, so that the service's own records tell that
    the answers were sealed before. Raises BlindSealBrokenError when a photo is not the one that was
    sealed, and BlindTestUnfitError when nothing could be searched, or the engine or the
    policy changed meanwhile.
    """
    photos = [photo_of(one) for one in test.probes]
    for probe, photo in zip(test.probes, photos, strict=True):
        if sha256_of(photo) != probe.sha256:
            raise BlindSealBrokenError(
                f"Probe {probe.number} is not the photo that was sealed. Nothing was searched."
            )
    searched = [
        search(probe, photo, _note(test, probe))
        for probe, photo in zip(test.probes, photos, strict=True)
    ]
    facts = _facts([one for one in searched if one.engine], asked)
    returned = tuple(one.returned for one in searched)
    return BlindResults(seal_of(asdict(test)), operator, moment(now()), facts, returned)


def _note(test: BlindTest, probe: BlindProbe) -> str:
    return (
        f"Blind test {test.test_id}, probe {probe.number} of {len(test.probes)}. "
        f"Answers sealed as {test.answers_seal}."
    )


def _facts(searched: Sequence[Searched], asked: int) -> BlindFacts:
    engines = {one.engine for one in searched if one.engine}
    if not engines:
        raise BlindTestUnfitError("In no probe a face was found, so nothing was searched.")
    if len(engines) > 1:
        models = ", ".join(sorted(model for _, model, _ in engines))
        raise BlindTestUnfitError(
            f"The engine's model was changed while the test ran ({models}); seal another test."
        )
    policies = {one.policy for one in searched}
    if len(policies) > 1:
        profiles = ", ".join(sorted(one or "none" for one in policies))
        raise BlindTestUnfitError(
            f"The policy profile was changed while the test ran ({profiles}); seal another test."
        )
    faces = [one.faces for one in searched]
    return BlindFacts(*engines.pop(), min(faces), max(faces), asked, policies.pop())
