"""Who is enrolled, with which faces: people whose person id is known, and photos that may show."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass

from app.domain.booking import RecordStatus
from app.domain.record import IndexStatus
from app.ports.look_alikes import HeldFaces, LookAlikes
from app.ports.records import Records

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class EnrolledFace:
    """A current face and the photo that it is in."""

    face_id: str
    external_image_id: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A person who is searched as if they were not enrolled, by one photo."""

    person_id: str
    face: EnrolledFace


@dataclass(frozen=True, slots=True)
class EnrolledPeople:
    """The faces of each person, by person id; `nameless` counts those of nobody known.

    `faces` are all of them as they were at one moment.
    """

    faces: HeldFaces
    of: Mapping[str, Sequence[EnrolledFace]]
    nameless: int

    def without(self, photos: Collection[str]) -> "EnrolledPeople":
        """Return who is left when some photos are left out."""
        left = {
            person: [face for face in faces if face.external_image_id not in photos]
            for person, faces in self.of.items()
        }
        some = {person: faces for person, faces in left.items() if faces}
        return EnrolledPeople(self.faces, some, self.nameless)


async def enrolled_people(records: Records, look_alikes: LookAlikes) -> EnrolledPeople:
    """Read every photo that a search could show, and take the faces that the gallery holds of them.

    A photo whose person is not known, or that has several faces, may be one of somebody who is
    there: it is left out.
    """
    shown = [photo async for photo in _shown(records)]
    faces = await look_alikes.taken([face_id for photo in shown for face_id in photo.face_ids])
    found, nameless = dict[str, list[EnrolledFace]](), 0
    for photo in shown:
        held = [face_id for face_id in photo.face_ids if face_id in faces.held]
        if photo.person_id is None or len(photo.face_ids) > 1:
            nameless += len(held)
        elif held:
            face = EnrolledFace(held[0], photo.external_image_id)
            found.setdefault(photo.person_id, []).append(face)
    return EnrolledPeople(faces, found, nameless)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is needed of a photo that may be shown: there are hundreds of thousands."""

    external_image_id: str
    person_id: str | None
    face_ids: tuple[str, ...]


async def _shown(records: Records) -> AsyncIterator[_Shown]:
    after = None
    while True:
        async with records.view() as view:
            page = await view.photos.page(after, _PAGE)
            hidden = await view.withheld.of([photo.external_image_id for photo in page])
        if not page:
            return
        after = page[-1].external_image_id
        for photo in page:
            is_active = photo.standing.status is RecordStatus.ACTIVE
            is_hidden = photo.external_image_id in hidden
            if photo.status is IndexStatus.INDEXED and is_active and not is_hidden:
                face_ids = tuple(face.face_id for face in photo.faces)
                yield _Shown(photo.external_image_id, photo.standing.person_id, face_ids)
