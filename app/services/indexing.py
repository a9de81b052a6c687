"""What indexing a photo means on record, whether it comes alone or is committed with others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.collection import CollectionFace
from app.domain.errors import PreservationHoldError, ServiceBusyError, TombstonedError
from app.domain.photo import View
from app.domain.record import IndexAnswer, IndexOutcome, IndexStatus, Intent, PhotoRecord
from app.ports.records import Unit
from app.services.forgetting.holding import HeldPhotos
from app.services.index_call import IndexCall
from app.services.unite_person import union_of

NOT_PUT = (TombstonedError, PreservationHoldError)
"""After these a photo is not put on record; others of its unit are."""

GIVEN_UP = "The call took so long that it was given up meanwhile; try again."


@dataclass(frozen=True, slots=True)
class IndexRules:
    """Which views become searchable, and when a photo is on record already."""

    views: frozenset[View] = frozenset({View.FRONT})
    held: HeldPhotos | None = None  # of the unit, where it puts several photos

    def together(self, external_image_ids: Sequence[str]) -> "IndexRules":
        """Return the rules for photos that one unit puts: holds on them are looked up once."""
        return replace(self, held=HeldPhotos(external_image_ids))

    async def is_done(self, unit: Unit, known: PhotoRecord, begun: IndexCall) -> bool:
        """Say whether these very bytes are on record as this call would leave them."""
        return self._is_same(known, begun) and await is_whole(unit, known)

    def _is_same(self, known: PhotoRecord, begun: IndexCall) -> bool:
        if (known.sha256, known.view) != (begun.sha256, begun.request.view):
            return False
        if known.photo_key is None:  # its face came without the photo being kept
            return False
        if known.view in self.views:
            return known.status is IndexStatus.INDEXED and known.model == begun.engine.model
        return known.status is IndexStatus.SKIPPED

    async def put(
        self,
        unit: Unit,
        begun: IndexCall,
        before: PhotoRecord | None,
        record: PhotoRecord,
        templates: Mapping[str, bytes],
    ) -> tuple[IndexAnswer, Sequence[Intent]]:
        """Write a photo over what was on record; return what is then left to do outside.

        `before` was read locked in this unit. Raises TombstonedError, and PreservationHoldError
        where the photo or a face of a held id would be destroyed.
        """
        check_not_removed_meanwhile(before, begun)
        held: Sequence[CollectionFace] = ()
        if before:
            held = await unit.faces.of_photos([record.external_image_id])
        if before and not begun.request.again and await self.is_done(unit, before, begun):
            answer = IndexAnswer(IndexOutcome.UNCHANGED, before)
        else:
            if before and _loses(before, held, record):
                held_photos = self.held or HeldPhotos([record.external_image_id])
                await held_photos.check(unit, record.external_image_id)
            await unit.photos.put(record, templates)
            answer = IndexAnswer(_outcome(before, record), record)
        await unit.intents.close([begun.enrolment.intent.intent_id])
        left = [begun.enrolment.replacing(before, held)] if before else []
        if begun.engine.unites_people and (union := union_of(answer.record)):
            left.append(union)
        for intent in left:
            await unit.intents.open(intent)
        return answer, left


async def check_still_open(unit: Unit, begun: IndexCall) -> None:
    """Refuse to commit what took so long that a sweeper has undone it; ServiceBusyError."""
    intent_id = begun.enrolment.intent.intent_id
    if intent_id not in await unit.intents.still_open([intent_id]):
        raise ServiceBusyError(GIVEN_UP)


async def is_whole(unit: Unit, known: PhotoRecord) -> bool:
    """Say whether the photo's own faces count: a call may delete one and leave others of the id."""
    face_ids = [face.face_id for face in known.faces]
    return len(await unit.faces.current(face_ids)) == len(face_ids)


def check_not_removed_meanwhile(before: PhotoRecord | None, begun: IndexCall) -> None:
    """Let a removal that was answered stand, whatever was under way when it was asked for."""
    if before is None or before.status is not IndexStatus.REMOVED:
        return
    if before.changed_at != begun.restoring:
        raise TombstonedError


def _loses(before: PhotoRecord, held: Sequence[CollectionFace], record: PhotoRecord) -> bool:
    """Say whether the photo or a face that is there goes; one that is read anew is carried on."""
    if before.photo_key and before.photo_key != record.photo_key:
        return True
    recorded = {face.face_id for face in before.faces}
    going = recorded | {face.face_id for face in held}
    if record.faces and before.sha256 == record.sha256:
        going -= recorded
    return not going <= {face.face_id for face in record.faces}


def _outcome(before: PhotoRecord | None, record: PhotoRecord) -> IndexOutcome:
    if record.status is IndexStatus.SKIPPED:
        return IndexOutcome.SKIPPED
    if before is None or before.status is IndexStatus.REMOVED:
        return IndexOutcome.CREATED
    return IndexOutcome.REPLACED
