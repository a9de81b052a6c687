"""Sealed templates against their keys: one that does not open is as lost as its key would be."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

from app.domain.verification import Finding, Found
from app.ports.data_keys import DataKeys, face_key_name
from app.ports.verification_records import VerificationRecords
from app.services.verify.streams import faces_on_record, in_batches, kept

_SPOILT = "its template does not open with its key, so that no search finds it"

_TOGETHER = 5000
"""Templates of some ten megabytes; a bucket's pages of keys are read once for so many."""


@dataclass(frozen=True, slots=True)
class CompareTemplates:
    """Opens every template. Those without a key are found by the keys' names already."""

    checked: VerificationRecords
    keys: DataKeys
    collection: str

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield faces as lacking their key whose template is not what was sealed under it."""
        async for found in kept(self._spoilt(), self._still_spoilt):
            yield found

    async def _spoilt(self) -> AsyncIterator[Found]:
        async for faces in in_batches(faces_on_record(self.checked), _TOGETHER):
            owners = {one.face_id: one.external_image_id for one in faces if one.is_sealed}
            for face_id in sorted(await self._unreadable(list(owners))):
                owner = owners[face_id]
                yield Found(Finding.MISSING_KEY, _SPOILT, owner, face_id=face_id)

    async def _still_spoilt(self, suspects: Sequence[Found]) -> Sequence[Found]:
        spoilt = await self._unreadable([one.face_id or "" for one in suspects])
        return [one for one in suspects if one.face_id in spoilt]

    async def _unreadable(self, face_ids: Sequence[str]) -> frozenset[str]:
        names = {
            face_key_name(self.collection, face_id): face_id
            for face_id in await self.checked.unreadable(face_ids)
        }
        return frozenset(names[name] for name in await self.keys.of(names))
