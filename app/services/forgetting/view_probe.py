"""Use case: look at the probe of a past search."""

from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import moment
from app.domain.errors import (
    CandidError,
    PhotoStoreUnavailableError,
    ProbeDestroyedError,
    ProbeNotKeptError,
    SearchNotFoundError,
)
from app.domain.kept_probe import KeptProbe
from app.ports.darkroom import Darkroom
from app.ports.photo_store import PhotoStore, PhotoStream, whole
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class ViewProbe:
    """Fetch a kept probe, or a thumbnail of it; the look is recorded before it is answered."""

    records: Records
    store: PhotoStore
    darkroom: Darkroom

    async def __call__(self, search_id: str, width: int | None, actor: Actor) -> PhotoStream:
        """Return the probe as it was sent, or an upright JPEG at most `width` pixels wide.

        Raises SearchNotFoundError, ProbeNotKeptError, ProbeDestroyedError and what store and
        darkroom raise.
        """

        def entry(outcome: str) -> AuditEntry:
            action = AuditAction.VIEW_PROBE
            return AuditEntry(utc_now(), action, actor, outcome, search_id=search_id)

        async with refusals_recorded(self.records, entry):
            probe = await self._kept(search_id)
            shown = await self._shown(probe, width)
            try:
                async with self.records.unit() as unit:
                    told = replace(entry("answered"), photo_sha256=probe.sha256)
                    await unit.audit.append(told)
            except BaseException:
                await shown.rest.aclose()
                raise
            return shown

    async def _kept(self, search_id: str) -> KeptProbe:
        async with self.records.view() as view:
            probe = await view.probes.of(search_id)
            if probe is None:
                known = await view.searches.get(search_id)
                raise SearchNotFoundError if known is None else ProbeNotKeptError
        if probe.destroyed_at is not None:
            since = moment(probe.destroyed_at)
            raise ProbeDestroyedError(f"This probe is kept by its hash only since {since}.")
        return probe

    async def _shown(self, probe: KeptProbe, width: int | None) -> PhotoStream:
        if width is None:
            stream = await self.store.stream(probe.photo_key)
            if stream is None:
                raise await self._lacking(probe)
            return stream
        photo = await self.store.get(probe.photo_key)
        if photo is None:
            raise await self._lacking(probe)
        return whole(await self.darkroom.thumbnail(photo, width))

    async def _lacking(self, probe: KeptProbe) -> CandidError:
        """Say why a probe that counts as kept is not there: at this moment it may be destroyed."""
        if await self.store.exists(probe.photo_key):
            return PhotoStoreUnavailableError(
                "The probe is stored and its data key is not: it is being destroyed, or the key "
                "store is older than the database. Nobody can read it without the key."
            )
        return ProbeDestroyedError()
