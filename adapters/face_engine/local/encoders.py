"""The encoder processes as the engine sees them: photos in, readings out."""

from dataclasses import dataclass

from adapters.face_engine.local.reading import (
    LOAD,
    READ,
    EncoderFacts,
    Networks,
    PhotoRead,
    Purpose,
)
from adapters.sandbox.pool import Sandbox


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
    facts = EncoderFacts(str(answer["model"]), int(answer["dimensions"]), bool(answer["site"]))
    return Encoders(sandbox, networks, facts)
