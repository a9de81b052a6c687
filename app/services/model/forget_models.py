"""Use case: delete the faces of models that were left, a few at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.ports.face_engine import FaceEngine
from app.ports.records import Records
from app.services.sweep_intents import PERIOD, sweep_forever

_BATCH = 500
"""Faces deleted by one unit: others wait for its commit."""


@dataclass(frozen=True, slots=True)
class ForgetModels:
    """Sweeps after a switch, or after a change was given up; whoever dies is followed by others.

    The engine forgets faces before the unit that deletes them ends, so that none is deleted that it
    still knows.
    """

    engine: FaceEngine
    records: Records
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = PERIOD

    def soon(self) -> None:
        """Call the sweeper; it comes in a moment."""
        self.called.set()

    async def forever(self) -> None:
        """Sweep when called and now and then, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> None:
        """Delete everything that is left of models no longer wanted; RecordsUnavailableError."""
        async with self.records.view() as view:
            standing = await view.models.standing()
        if standing is None or not standing.forgetting:
            return
        after: str | None = ""
        while after is not None:
            after = await self._forget_some(standing.forgetting, after)
        async with self.records.unit() as unit:
            await unit.models.forgotten(standing.forgetting)

    async def _forget_some(self, models: Sequence[str], after: str) -> str | None:
        """Delete a few from a photo on; return the photo to go on from."""
        async with self.records.unit() as unit:
            forgotten = await unit.models.forget(models, after, _BATCH)
            if forgotten is None:
                return None
            await self.engine.discard(forgotten.face_ids)
        return forgotten.next
