"""Use case: see and change what wraps the data keys; each step is recorded before it is taken."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.ports.key_wrapping import KeyWrapping, WrappingStatus
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What a rotation or a rewrapping came to."""

    newest: int  # the number of the wrapping key that wraps every data key now
    wrapping_keys: int  # wrapped by the key-encryption key in force, that another one had wrapped
    data_keys: int
    retired: list[int]


@dataclass(frozen=True, slots=True)
class ManageEncryption:
    """Works on the store of the data keys itself, beside whoever uses it."""

    records: Records
    wrapping: KeyWrapping

    async def status(self, actor: Actor) -> WrappingStatus:
        """Tell where the data keys are and what wraps them; never a key."""
        async with self._refusals(AuditAction.VIEW_ENCRYPTION, actor):
            found = await self.wrapping.status()
            await self._record(AuditAction.VIEW_ENCRYPTION, actor, {})
        return found

    async def rotate(self, actor: Actor, progress: Callable[[int], None]) -> Rewrapped:
        """Make a wrapping key and wrap every data key by it; killed, `rewrap` finishes it."""
        async with self._refusals(AuditAction.ROTATE_ENCRYPTION, actor):
            await self._record(AuditAction.ROTATE_ENCRYPTION, actor, {"step": "begun"})
            await self.wrapping.add_generation()
            return await self._rewrapped(AuditAction.ROTATE_ENCRYPTION, actor, progress, 0)

    async def rewrap(self, actor: Actor, progress: Callable[[int], None]) -> Rewrapped:
        """Wrap the wrapping keys by the key-encryption key in force, and all by the newest."""
        async with self._refusals(AuditAction.REWRAP_ENCRYPTION, actor):
            await self._record(AuditAction.REWRAP_ENCRYPTION, actor, {"step": "begun"})
            changed = await self.wrapping.rewrap_wrapping_keys()
            return await self._rewrapped(AuditAction.REWRAP_ENCRYPTION, actor, progress, changed)

    async def _rewrapped(
        self, action: AuditAction, actor: Actor, progress: Callable[[int], None], changed: int
    ) -> Rewrapped:
        data_keys = 0
        async for done in self.wrapping.rewrap():
            data_keys += done
            progress(data_keys)
        retired = list(await self.wrapping.retire())
        newest = (await self.wrapping.status()).generations[-1].generation
        came_to = Rewrapped(newest, changed, data_keys, retired)
        await self._record(action, actor, {"step": "ended", **asdict(came_to)})
        return came_to

    async def _record(
        self, action: AuditAction, actor: Actor, details: Mapping[str, object]
    ) -> None:
        async with self.records.unit() as unit:
            entry = AuditEntry(utc_now(), action, actor, "answered", details=details)
            await unit.audit.append(entry)

    def _refusals(self, action: AuditAction, actor: Actor) -> AbstractAsyncContextManager[None]:
        return refusals_recorded(
            self.records, lambda code: AuditEntry(utc_now(), action, actor, code)
        )
