"""Use case: can the service do its work?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from app.domain.errors import CandidError

log = structlog.get_logger(__name__)

SECONDS = 3.0
"""How long a part may take to answer before it counts as down."""

Ping = Callable[[], Awaitable[None]]


class Health(StrEnum):
    """How the service is."""

    READY = "ready"
    DEGRADED = "degraded"  # works, without something it can do without
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Readiness:
    """How the service is, and each part; anybody may read it, so the reasons are only codes."""

    health: Health
    parts: Mapping[str, str]  # "ok", or what is wrong


@dataclass(frozen=True, slots=True)
class CheckReadiness:
    """Really ask each part; only the needed ones can make the service unready."""

    needed: Mapping[str, Ping]
    useful: Mapping[str, Ping]

    async def __call__(self) -> Readiness:
        """Ask all parts at once."""
        parts = {**self.needed, **self.useful}
        said = await asyncio.gather(*(_asked(part, ping) for part, ping in parts.items()))
        answers = dict(zip(parts, said, strict=True))
        if any(answers[name] != "ok" for name in self.needed):
            return Readiness(Health.DOWN, answers)
        well = all(answer == "ok" for answer in answers.values())
        return Readiness(Health.READY if well else Health.DEGRADED, answers)


async def _asked(part: str, ping: Ping) -> str:
    try:
        async with asyncio.timeout(SECONDS):
            await ping()
    except TimeoutError:
        return f"no answer within {SECONDS:g} s"
    except CandidError as error:
        log.warning("part_not_ready", part=part, code=error.code, detail=str(error))
        return error.code
    except Exception as error:
        log.exception("part_not_ready", part=part)
        return f"error: {type(error).__name__}"
    return "ok"
