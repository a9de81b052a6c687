"""Our ports in memory, for tests that are not about an adapter."""

import hashlib
import json
import struct
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

from typing_extensions import override

from app.domain.differential import MeasuredDifferential
from app.domain.errors import (
    CandidError,
    EngineUnavailableError,
    FaceNotHeldError,
    FaceRefusedError,
    NoFaceError,
    ObjectNotReadableError,
    UnsupportedPhotoError,
)
from app.domain.face import (
    Box,
    Detected,
    Enrolled,
    EnrolledFace,
    Face,
    PhotoSize,
    Quality,
    RefusalReason,
    RefusedFace,
    face_to_enrol,
    face_to_search,
    largest_first,
)
from app.domain.similarity_scale import SAME, SimilarityScale
from app.ports.face_engine import (
    Compared,
    EngineDescription,
    EnrolledFaces,
    FaceEngine,
    FaceRanking,
    HeldFace,
    HeldFaces,
    Match,
    Matches,
)
from app.ports.object_source import ObjectSource, checked_size
from app.ports.photo_store import PhotoStore, PhotoStream, StoredKeys, whole

_MARK = b"a photo for FakeFaceEngine\n"
_SIZE = PhotoSize(480, 600)
_BATCH = 4


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """A face in a drawn photo: whose it is, how much of the width it fills, whether it is dark."""

    person: str
    width: float = 0.5
    dark: bool = False


def drawn_photo(*faces: DrawnFace | str, note: str = "") -> bytes:
    """Return bytes that FakeFaceEngine sees these people in; `note` makes other bytes of them."""
    drawn = [DrawnFace(face) if isinstance(face, str) else face for face in faces]
    said = {"faces": [[face.person, face.width, face.dark] for face in drawn], "note": note}
    return _MARK + json.dumps(said).encode()


class FakeFaceEngine(FaceEngine):
    """Sees the people of a drawn photo; a similarity is that of the names, 100 for one person.

    One that does not hold its faces gives templates for the records to keep; it still finds what
    it gave until told to discard it, as a gallery would that follows the records.
    """

    def __init__(
        self,
        *,
        down: bool = False,
        page: int = 2,
        holds_faces: bool = True,
        scale: SimilarityScale = SAME,
        model: str = "fake/1",
        differential: MeasuredDifferential | None = None,
    ) -> None:
        self.held: dict[str, tuple[str, str]] = {}  # face id: person, external image id
        self.down = down
        self._page = page
        self._holds_faces = holds_faces
        self._scale = scale
        self._model = model
        self._differential = differential

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        seen = self.seen(photo)
        faces = tuple(found for found, _ in seen)
        chosen = face_to_enrol(faces, face)
        kept, drawn = seen[chosen]
        if drawn.dark:
            raise FaceRefusedError([RefusedFace(kept, (RefusalReason.LOW_BRIGHTNESS,))])
        beside = (RefusalReason.EXCEEDS_MAX_FACES,)
        refused = tuple(RefusedFace(other, beside) for other in faces if other is not kept)
        enrolled = self._enrolled(photo, external_image_id, kept, drawn)
        return Enrolled(_SIZE, enrolled, refused, self._model)

    @override
    async def enrol_all(
        self, photo: bytes, external_image_id: str | None, most: int, *, filtered: bool
    ) -> EnrolledFaces:
        kept, refused = list[EnrolledFace](), list[RefusedFace]()
        for face, drawn in self.seen(photo):
            if filtered and drawn.dark:
                refused.append(RefusedFace(face, (RefusalReason.LOW_BRIGHTNESS,)))
            elif len(kept) == most:
                refused.append(RefusedFace(face, (RefusalReason.EXCEEDS_MAX_FACES,)))
            else:
                kept.append(self._enrolled(photo, external_image_id or "", face, drawn))
        return EnrolledFaces(_SIZE, tuple(kept), tuple(refused), self._model)

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        self._check()
        for face_id in face_ids:
            self.held.pop(face_id, None)

    @override
    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        """Every face is ranked exactly."""

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        seen = self.seen(probe)
        searched = face_to_search(tuple(found for found, _ in seen), face)
        return Matches(
            size=_SIZE,
            faces=tuple(found for found, _ in seen),
            searched=searched,
            ranked=self._ranked(seen[searched][1].person, floor),
            gallery_faces=len(self.held),
            gallery_as_of=datetime.now(UTC),
            decode_ms=0.0,
            encode_ms=0.0,
        )

    @override
    async def search_face(self, face_id: str, *, people: int, floor: float) -> FaceRanking:
        self._check()
        if face_id not in self.held:
            raise FaceNotHeldError
        person, _ = self.held[face_id]
        return FaceRanking(self._ranked(person, floor, besides=face_id), len(self.held))

    @override
    async def compare(self, source: bytes, target: bytes) -> Compared:
        every = self.seen(target)
        if not (seen := self.seen(source)):
            raise NoFaceError
        largest, drawn = seen[0]
        faces = ((face, likeness(drawn.person, other.person)) for face, other in every)
        return Compared(largest, tuple(faces))

    @override
    async def detect(self, photo: bytes) -> Detected:
        return Detected(_SIZE, tuple(found for found, _ in self.seen(photo)))

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        self._check()
        if not self._holds_faces:
            return HeldFaces((), None)
        later = sorted(face_id for face_id in self.held if face_id > (after or ""))
        page = later[: self._page]
        held = tuple(HeldFace(face_id, self.held[face_id][1]) for face_id in page)
        return HeldFaces(held, page[-1] if len(later) > len(page) else None)

    @override
    async def describe(self) -> EngineDescription:
        return EngineDescription(
            "fake",
            self._model,
            self._model,
            holds_faces=self._holds_faces,
            rekognition_scale=self._scale,
            differential=self._differential,
        )

    @override
    async def ping(self) -> None:
        self._check()

    def _check(self) -> None:
        if self.down:
            raise EngineUnavailableError

    def seen(self, photo: bytes) -> list[tuple[Face, DrawnFace]]:
        """Return what is drawn, largest first."""
        self._check()
        if not photo.startswith(_MARK):
            raise UnsupportedPhotoError
        drawn = [DrawnFace(*face) for face in json.loads(photo[len(_MARK) :])["faces"]]
        faces = {_face(number, one): one for number, one in enumerate(drawn)}
        return [(face, faces[face]) for face in largest_first(tuple(faces))]

    def _enrolled(
        self, photo: bytes, external_image_id: str, face: Face, drawn: DrawnFace
    ) -> EnrolledFace:
        """Hold a face; its id is the same for the same model, bytes, id and place."""
        place = f"{external_image_id} {face.box} {photo.decode()}"
        if self._model != "fake/1":
            place = f"{self._model} {place}"
        face_id = str(uuid5(NAMESPACE_OID, place))
        self.held[face_id] = (drawn.person, external_image_id)
        if self._holds_faces:
            return EnrolledFace(face_id, face)
        return EnrolledFace(face_id, face, template_of(drawn.person))

    async def _ranked(
        self, person: str, floor: float, besides: str | None = None
    ) -> AsyncIterator[Sequence[Match]]:
        others = ((other, face_id) for face_id, (other, _) in self.held.items())
        scores = ((likeness(person, other), face_id) for other, face_id in others)
        ranked = sorted(
            (-score, face_id) for score, face_id in scores if score >= floor and face_id != besides
        )
        matches = [Match(face_id, -score, -score / 100) for score, face_id in ranked]
        for start in range(0, len(matches), _BATCH):
            yield matches[start : start + _BATCH]


def template_of(person: str) -> bytes:
    """Return a unit vector of 16 float16 numbers, the same for one person."""
    place = hashlib.sha256(person.encode()).digest()[0] % 16
    return struct.pack("<16e", *(float(number == place) for number in range(16)))


def _face(number: int, drawn: DrawnFace) -> Face:
    side = drawn.width
    quality = Quality(round(side * _SIZE.width), 99.0, 90.0, 10.0 if drawn.dark else 60.0)
    return Face(Box(0.1 * number, 0.1, side, side), quality)


def likeness(one: str, other: str) -> float:
    """Return 100 for one person, else a fixed number below 60 for the two names."""
    if one == other:
        return 100.0
    return hashlib.sha256("/".join(sorted((one, other))).encode()).digest()[0] / 256 * 60


@dataclass
class FakePhotoStore(PhotoStore):
    """Photos in a dictionary, which takes no more while there is an `error`."""

    photos: dict[str, bytes] = field(default_factory=dict)
    page: int = 2
    error: CandidError | None = None

    @override
    async def put(self, key: str, photo: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.photos[key] = photo

    @override
    async def get(self, key: str) -> bytes | None:
        return self.photos.get(key)

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        photo = await self.get(key)
        return None if photo is None else whole(photo)

    @override
    async def delete(self, key: str) -> None:
        self.photos.pop(key, None)

    @override
    async def exists(self, key: str) -> bool:
        return key in self.photos

    @override
    async def list(self, after: str | None) -> StoredKeys:
        later = sorted(key for key in self.photos if after is None or key > after)
        items = tuple(later[: self.page])
        return StoredKeys(items, items[-1] if len(later) > len(items) else None)

    @override
    async def ping(self) -> None:
        if self.error is not None:
            raise self.error


@dataclass
class FakeObjectSource(ObjectSource):
    """Objects in a dictionary by bucket and name, without versions."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @override
    async def read(self, bucket: str, name: str, version: str | None) -> bytes:
        found = self.objects.get((bucket, name))
        if found is None or version is not None:
            raise ObjectNotReadableError
        checked_size(len(found))
        return found
