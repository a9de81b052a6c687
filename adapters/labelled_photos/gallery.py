"""The live gallery as a labelled set: a person's several photos are known to show one person."""

from typing_extensions import override

from adapters.labelled_photos.gallery_templates import GalleryTemplates
from app.domain.errors import PhotoMissingError, SourceUnusableError
from app.domain.evaluation import LabelledPhoto, LabelledSet
from app.ports.gallery_labels import GalleryFace, GalleryFaces, GalleryLabels
from app.ports.labelled_photos import LabelledPhotos


class GalleryPhotos(LabelledPhotos):
    """Shows each face by its template or, where the engine holds the faces, by its id.

    `model` is the one that is measured; `templates` is None where the engine holds the faces.
    """

    def __init__(
        self, labels: GalleryLabels, templates: GalleryTemplates | None, name: str, model: str
    ) -> None:
        self._labels = labels
        self._templates = templates
        self._name = name
        self._model = model
        self._faces = dict[str, GalleryFace]()

    @override
    async def labels(self) -> LabelledSet:
        """Return the photos whose person the JMS has named; raises what records and keys raise."""
        gallery = await self._labels.faces()
        if gallery.model not in {None, self._model}:
            raise SourceUnusableError(
                f"The gallery is served with the model {gallery.model}; the settings name "
                f"{self._model}. Measure with the settings of the service."
            )
        known = {one.external_image_id: one for one in gallery.faces if one.person_id is not None}
        self._faces = known
        if self._templates is not None:
            await self._templates.load(self._model)
        photos = tuple(LabelledPhoto(str(face.person_id), image) for image, face in known.items())
        held = len(gallery.faces) + gallery.withheld + gallery.beside_others
        return LabelledSet(self._name, photos, tuple(_remarks(gallery, len(photos))), held)

    @override
    async def shown(self, image: str) -> bytes:
        face_id = self._faces[image].face_id
        if self._templates is None:
            return face_id.encode()
        template = self._templates.of(face_id)
        if template is None:
            raise PhotoMissingError("The face went while the gallery was read.")
        return template

    @override
    def digest(self, image: str, shown: bytes) -> bytes:
        """Return the one on record: one mugshot of two bookings has one, whatever its faces."""
        return bytes.fromhex(self._faces[image].sha256)


def _remarks(gallery: GalleryFaces, known: int) -> list[str]:
    remarks = []
    if unknown := len(gallery.faces) - known:
        remarks.append(
            f"{unknown:,} photos were left out, for the JMS has not said whose they are."
        )
    if gallery.withheld:
        remarks.append(f"{gallery.withheld:,} photos were left out, for they may not be shown.")
    if gallery.beside_others:
        remarks.append(
            f"{gallery.beside_others:,} faces were left out, for they share a photo with others: "
            "it does not say whose is whose."
        )
    remarks.append(
        "Enrolled faces were compared, not photos. Whether a face is found in a photo was not "
        "tried, and photos that could not be enrolled are not in the gallery: people are missed "
        "for both, and no figure here counts them. Measure on a set of photos as well."
    )
    remarks.append(
        "Who is who is the JMS's word: a person booked under two ids counts as two people, and "
        "each pair of them as a false match."
    )
    return remarks
