"""The records among themselves: the same picture under several ids."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from app.domain.booking import RecordStatus
from app.domain.verification import CheckedPhoto, Finding, Found, Tally
from app.ports.verification_records import VerificationRecords
from app.services.verify.spool import Spool
from app.services.verify.streams import in_batches, photos_on_record


@dataclass(frozen=True, slots=True)
class CompareDoubles:
    """A list on disk, in the order of the pictures' hashes."""

    checked: VerificationRecords
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield each photo whose picture another id had before, in the order of hashes."""
        with Spool.opened() as pictures:
            async for photos in in_batches(photos_on_record(self.checked)):
                self.tally.records += len(photos)
                self.tally.withheld += sum(_is_withheld(photo) for photo in photos)
                pictures.add(
                    (f"{photo.sha256} {photo.external_image_id}", photo.external_image_id)
                    for photo in photos
                    if photo.sha256
                )
            async for found in _repeated(pictures):
                yield found


async def _repeated(pictures: Spool) -> AsyncIterator[Found]:
    known, first = "", ""
    async for key, name in pictures.items():
        sha256 = key.partition(" ")[0]
        if sha256 != known:
            known, first = sha256, name
        else:
            yield Found(Finding.DOUBLE_PHOTO, f"the same picture as {first}", name)


def _is_withheld(photo: CheckedPhoto) -> bool:
    return photo.record_status is not RecordStatus.ACTIVE
