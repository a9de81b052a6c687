"""Repairing what is too much: photos and faces that nothing counts."""

from dataclasses import dataclass, replace
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.record import IndexStatus, Intent, IntentKind
from app.domain.verification import CheckedFace, Found, Mend
from app.ports.data_keys import DataKeys, face_key_name, probe_key_name
from app.ports.records import Records, RecordsOfCollections, Unit
from app.ports.verification_records import VerificationRecords
from app.services.recorded import utc_now
from app.services.sweep_intents import SweepIntents

_NEEDED = Mend(is_done=False, what="left alone: it is in use by now")
_LATER = Mend(is_done=False, what="to be removed: the sweeper goes on trying")


@dataclass(frozen=True, slots=True)
class MendOrphans:
    """Looks again under the photo's lock, writes an intent, and has the sweeper settle it.

    So nothing is deleted that is counted at that moment, and whoever is killed in the middle leaves
    an intent that a service settles.
    """

    checked: VerificationRecords
    records: Records
    sweep: SweepIntents
    actor: Actor
    others: RecordsOfCollections
    keys: DataKeys

    async def photo(self, found: Found) -> Mend:
        """Delete a stored photo that no record names."""
        name, key = found.external_image_id or "", found.photo_key or ""
        async with self.records.unit() as unit:
            await unit.photos.get_locked(name)
            if await unit.photo_keys.in_use([key], ""):
                return _NEEDED
            await unit.intents.open(_discard(name, key, ()))
            await unit.audit.append(entry_of(self.actor, found, "deleted"))
        await self.sweep.photo(name)
        return _LATER if await self.sweep.store.exists(key) else Mend(is_done=True, what="deleted")

    async def face(self, found: Found) -> Mend:
        """Let a face that no record counts be found no more."""
        async with self.records.unit() as unit:
            await unit.photos.get_locked(found.external_image_id or "")
            face = await self._current(found)
            if face is not None and _is_counted(face):
                return _NEEDED
            await self._discard(unit, found)
        return await self._swept(found)

    async def key(self, found: Found) -> Mend:
        """Destroy a data key that nothing on record needs.

        Of a face, while nobody puts one: whoever enrols the same photo again gets the same key.
        """
        if found.face_id is None and found.external_image_id is None:
            return await self._probe_key(found)
        if found.face_id is None:
            return await self.photo(found)
        records = self.others.of(found.collection) if found.collection else self.records
        async with records.unit() as unit:
            await unit.faces.keep_out()
            if await unit.faces.kept([found.face_id]):
                return _NEEDED
            if found.collection:  # whose engine may be gone
                await self.keys.destroy([face_key_name(found.collection, found.face_id)])
            else:
                await self.sweep.engine.discard([found.face_id])
            await unit.audit.append(entry_of(self.actor, found, "key destroyed"))
        return Mend(is_done=True, what="destroyed")

    async def _probe_key(self, found: Found) -> Mend:
        """Destroy the key of a probe; bytes that are left of it are the purge's."""
        key = found.photo_key or ""
        search_id = key.partition("/")[0]
        async with self.records.unit() as unit:
            if await unit.probes.kept([search_id]):
                return _NEEDED
            await self.keys.destroy([probe_key_name(key)])
            entry = entry_of(self.actor, found, "key destroyed")
            await unit.audit.append(replace(entry, search_id=search_id))
        return Mend(is_done=True, what="destroyed")

    async def double(self, found: Found) -> Mend:
        """Let the face that a record does not name be found no more; the other one stays."""
        async with self.records.unit() as unit:
            record = await unit.photos.get_locked(found.external_image_id or "")
            named = {face.face_id for face in record.faces} if record else set[str]()
            if found.face_id in named or not await unit.faces.current(sorted(named)):
                return _NEEDED
            await self._discard(unit, found)
        return await self._swept(found)

    async def intent(self, found: Found) -> Mend:
        """Settle what is due of a photo."""
        if await self.sweep.photo(found.external_image_id or ""):
            return Mend(is_done=True, what="settled")
        return Mend(is_done=False, what="it cannot be settled now; the log says why")

    async def _current(self, found: Found) -> CheckedFace | None:
        face_id = found.face_id or ""
        return (await self.checked.faces_of([face_id])).get(face_id)

    async def _discard(self, unit: Unit, found: Found) -> None:
        face_ids = (found.face_id or "",)
        await unit.faces.remove(face_ids)
        await unit.intents.open(_discard(found.external_image_id or "", None, face_ids))
        await unit.audit.append(entry_of(self.actor, found, "discarded"))

    async def _swept(self, found: Found) -> Mend:
        swept = await self.sweep.photo(found.external_image_id or "")
        return Mend(is_done=True, what="discarded") if swept else _LATER


def entry_of(actor: Actor, found: Found, what: str) -> AuditEntry:
    """Return the audit entry of a repair."""
    told = {
        "finding": found.finding,
        "photo_key": found.photo_key,
        "face_id": found.face_id,
        "collection": found.collection,
    }
    return AuditEntry(
        at=utc_now(),
        action=AuditAction.REPAIR,
        actor=actor,
        outcome="answered",
        external_image_id=found.external_image_id,
        details={"repair": what, **{name: value for name, value in told.items() if value}},
    )


def _is_counted(face: CheckedFace) -> bool:
    """Say whether a current face has a record, or needs none."""
    if face.status is None:
        return not face.is_named
    return face.status is not IndexStatus.REMOVED


def _discard(name: str, key: str | None, face_ids: tuple[str, ...]) -> Intent:
    return Intent(str(uuid4()), IntentKind.DISCARD, name, key, face_ids, utc_now())
