"""Asking every place whether it still has something of the photos of a removal."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.domain.errors import CandidError, FaceNotHeldError
from app.domain.record import IndexStatus
from app.domain.removal import Check, Finding, Place, RemovedPhoto
from app.ports.data_keys import DataKeys, face_key_name, photo_key_name
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, Unit
from app.services.forgetting.forget_probes import ForgetProbes
from app.services.forgetting.holding import holds_on_photos
from app.services.recorded import utc_now

_Answer = tuple[Finding, tuple[str, ...]]
_SHOWN = 100
"""What is left that is named; all of it has to go."""

_ONE = 100.0
"""The highest floor: only whether the engine knows the face is asked."""


@dataclass(frozen=True, slots=True)
class AskPlaces:
    """Asks what the removal was told to empty; each answer stands by itself."""

    records: Records
    engine: FaceEngine
    store: PhotoStore
    collection: str
    probes: ForgetProbes
    keys: DataKeys

    async def __call__(self, photos: Sequence[RemovedPhoto]) -> tuple[Check, ...]:
        """Return what each place answers; a place that cannot be asked is no error."""
        asked: dict[Place, Callable[[Sequence[RemovedPhoto]], Awaitable[_Answer]]] = {
            Place.RECORDS: self._records,
            Place.ENGINE: self._engine,
            Place.PHOTO_STORE: self._store,
            Place.FIRST_ANSWERS: self._answers,
            Place.PROBES: self._probes,
            Place.DATA_KEYS: self._keys,
        }
        checks = [await _check(place, ask(photos)) for place, ask in asked.items()]
        # Thumbnails are drawn for each look.
        checks.append(Check(Place.THUMBNAILS, utc_now(), Finding.NONE_KEPT))
        return tuple(checks)

    async def _records(self, photos: Sequence[RemovedPhoto]) -> _Answer:
        ids = [photo.external_image_id for photo in photos]
        waiting, left = list[str](), list[str]()
        async with self.records.view() as view:
            for one in ids:
                await _look(view, one, waiting, left)
            for face in await view.faces.of_photos(ids):
                left.append(f"{face.external_image_id}: the face {face.face_id} counts")
            unburied = [photo.external_image_id for photo in photos if photo.removed_at is None]
            held = await holds_on_photos(view, unburied)
        waiting += [f"{one}: not yet removed" for one in unburied if one not in held]
        left += [f"{one}: the hold {hold.hold_id} is on it" for one, hold in held.items()]
        if waiting:
            return Finding.WAITING, tuple(waiting + left)
        return _found(left)

    async def _engine(self, photos: Sequence[RemovedPhoto]) -> _Answer:
        left = list[str]()
        for face_id in (one for photo in photos for one in photo.face_ids):
            try:
                await self.engine.search_face(face_id, people=1, floor=_ONE)
            except FaceNotHeldError:
                continue
            left.append(f"the face {face_id}")
        return _found(left)

    async def _store(self, photos: Sequence[RemovedPhoto]) -> _Answer:
        keys = [photo.photo_key for photo in photos if photo.photo_key]
        return _found([f"the photo {key}" for key in keys if await self.store.exists(key)])

    async def _answers(self, photos: Sequence[RemovedPhoto]) -> _Answer:
        """One that was written while the photos were removed is deleted now."""
        ids = [photo.external_image_id for photo in photos]
        async with self.records.unit() as unit:
            await unit.answers.forget_naming(ids)
        async with self.records.view() as view:
            number = await view.answers.naming(ids)
        return _found([f"{number} answers"] if number else [])

    async def _probes(self, photos: Sequence[RemovedPhoto]) -> _Answer:
        """Those of the very same bytes are destroyed now, unless a review or a hold needs them."""
        return _found(await self.probes([photo.sha256 for photo in photos if photo.sha256]))

    async def _keys(self, photos: Sequence[RemovedPhoto]) -> _Answer:
        names = [photo_key_name(photo.photo_key) for photo in photos if photo.photo_key]
        faces = (one for photo in photos for one in photo.face_ids)
        names += [face_key_name(self.collection, face_id) for face_id in faces]
        return _found([f"the key {name}" for name in sorted(await self.keys.of(names))])


async def _look(view: Unit, external_image_id: str, waiting: list[str], left: list[str]) -> None:
    record = await view.photos.get(external_image_id)
    if record is not None and record.status is not IndexStatus.REMOVED:
        left.append(f"{external_image_id}: on record, not removed or indexed again since")
    if await view.intents.of(external_image_id):
        waiting.append(f"{external_image_id}: the sweeper is not done with it")


async def _check(place: Place, asking: Awaitable[_Answer]) -> Check:
    try:
        finding, left = await asking
    except CandidError as error:
        finding, left = Finding.UNAVAILABLE, (error.code,)
    if len(left) > _SHOWN:
        left = (*left[:_SHOWN], f"and {len(left) - _SHOWN} more")
    return Check(place, utc_now(), finding, left)


def _found(left: Sequence[str]) -> _Answer:
    return (Finding.LEFT if left else Finding.GONE), tuple(left)
