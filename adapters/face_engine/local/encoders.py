"""The encoder processes as the engine sees them: photos in, readings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.face_engine.local.pinning import shipped_weights
from adapters.face_engine.local.reading import (
    LOAD,
    LOAD_ALL,
    READ,
    EncoderFacts,
    Networks,
    PhotoRead,
    Purpose,
)
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineMisconfiguredError


@dataclass(frozen=True, slots=True)
class Encoders:
    """The processes of a sandbox, and the networks that they all run."""

    sandbox: Sandbox
    networks: Networks
    facts: EncoderFacts

    @property
    def ready(self) -> bool:
        """Whether there is a process to ask."""
        return bool(self.sandbox.pids)

    async def read(self, photo: bytes, purpose: Purpose, face: int | None = None) -> PhotoRead:
        """Have a photo read; raises what the encoder and the sandbox raise."""
        request = {"encoder": self.networks.request(), "purpose": purpose, "face": face}
        return PhotoRead.unpacked(*await self.sandbox.call(READ, request, photo))


async def opened_encoders(sandbox: Sandbox, networks: Networks) -> Encoders:
    """Ask the processes what they run."""
    answer, _ = await sandbox.call(LOAD, networks.request())
    site = networks.site
    facts = EncoderFacts(
        model=str(answer["model"]),
        dimensions=int(answer["dimensions"]),
        site=bool(answer["site"]),
        known=site.known if site else None,
        scale=networks.scale,
    )
    if facts.scale is not None and facts.scale.model != facts.model:
        raise EngineMisconfiguredError(
            f"CANDID_ENGINE__MODEL_CALIBRATION names a scale of the model {facts.scale.model}, and "
            f"the model is {facts.model}. Fit one of it: `candid calibrate PATH`."
        )
    return Encoders(sandbox, networks, facts)


async def encoders_by_model(
    sandbox: Sandbox, networks: Sequence[Networks]
) -> Mapping[str, Encoders]:
    """Ask the processes what they run; raises EngineMisconfiguredError where two are one model."""
    opened = [await opened_encoders(sandbox, each) for each in networks]
    by_model = {encoders.facts.model: encoders for encoders in opened}
    if len(by_model) < len(opened):
        raise EngineMisconfiguredError(
            f"CANDID_ENGINE__NEXT__* names the model that the other settings name too "
            f"({', '.join(by_model)}). Leave it out, or name another."
        )
    return by_model


def warm_up(networks: Sequence[Networks]) -> tuple[str, dict[str, Any]]:
    """Return the call that makes a process ready with all of these.

    It names the SHA-256 of every file: a process that finds other bytes does not become ready.
    """
    requests = [each.request() for each in networks]
    return LOAD_ALL, {"encoders": requests, "weights": dict(shipped_weights())}
