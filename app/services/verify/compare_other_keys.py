"""The data keys of faces of other collections than the service's own, deleted ones too."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

from app.domain.verification import Finding, Found, Part, Tally
from app.ports.data_keys import DataKeys, face_key_name
from app.ports.verification_records import VerificationRecords
from app.services.verify.compare_keys import FACE_ID, SUSPECTS
from app.services.verify.streams import in_batches, kept

_NO_FACE = "the key of a face that is not kept, of another collection"
_FACES = "face/"


@dataclass(frozen=True, slots=True)
class CompareOtherKeys:
    """A collection that is gone has no records to begin with: so the keys are gone through."""

    checked: VerificationRecords
    keys: DataKeys
    collection: str
    tally: Tally
    patience: float  # seconds, for enrolments under way

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield orphaned keys of faces."""
        async for found in kept(self._orphans(), self._still_orphans, SUSPECTS):
            yield found

    async def _orphans(self) -> AsyncIterator[Found]:
        async for faces in in_batches(self._faces()):
            self.tally.looked_at[Part.KEYS] += len(faces)
            current = await self.checked.kept(faces)
            for collection, face_id in faces:
                if (collection, face_id) not in current:
                    yield Found(
                        Finding.ORPHANED_KEY, _NO_FACE, face_id=face_id, collection=collection
                    )

    async def _still_orphans(self, suspects: Sequence[Found]) -> Sequence[Found]:
        """Leave out faces that were committed meanwhile, and keys that are gone."""
        await asyncio.sleep(self.patience)
        current = await self.checked.kept([_face_of(one) for one in suspects])
        there = await self.keys.of([face_key_name(*_face_of(one)) for one in suspects])
        return [
            one
            for one in suspects
            if _face_of(one) not in current and face_key_name(*_face_of(one)) in there
        ]

    async def _faces(self) -> AsyncIterator[tuple[str, str]]:
        own, after = face_key_name(self.collection, ""), None
        while True:
            page = await self.keys.names(_FACES, after)
            for name in page.items:
                collection, _, face_id = name.removeprefix(_FACES).rpartition("/")
                if not name.startswith(own) and FACE_ID.fullmatch(face_id):
                    yield collection, face_id
            if page.next is None:
                return
            after = page.next


def _face_of(found: Found) -> tuple[str, str]:
    return found.collection or "", found.face_id or ""
