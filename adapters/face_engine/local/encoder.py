"""The encoder: a photo's bytes in, its faces and the templates of those that are meant out."""

from dataclasses import dataclass, replace
from time import perf_counter

from adapters.face_engine.local.alignment import Aligned
from adapters.face_engine.local.finder import FaceFinder
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.quality import measured, refusals
from adapters.face_engine.local.reading import Purpose, Runtime, SiteNetwork
from adapters.face_engine.local.recognition import (
    DlibRecognition,
    Recognition,
    SiteRecognition,
    template,
)
from adapters.pixels import Pixels, read_pixels
from app.domain.errors import NoFaceError, SeveralFacesError
from app.domain.face import (
    Box,
    Face,
    PhotoSize,
    Point,
    RefusalReason,
    face_to_enrol,
    face_to_search,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one photo holds; `chosen` is None when no face was chosen."""

    size: PhotoSize
    faces: tuple[Face, ...]  # largest first
    reasons: tuple[tuple[RefusalReason, ...], ...]  # of each face, empty where it may be enrolled
    chosen: int | None
    templates: tuple[bytes, ...]  # unit vectors, little-endian float16, of those that are meant
    decode_ms: float
    encode_ms: float

    @property
    def template(self) -> bytes | None:
        """The template of the face chosen."""
        return self.templates[0] if self.chosen is not None else None


class Encoder:
    """Reads photos; one a process, called from one thread at a time. Picklable it is not."""

    def __init__(
        self,
        files: ModelFiles,
        site: SiteNetwork | None = None,
        limit_megapixels: float = 50,
        runtime: Runtime | None = None,
    ) -> None:
        """Load the networks; raises EngineMisconfiguredError when one cannot be used."""
        self._finder = FaceFinder(files)
        self.recognition = opened_recognition(files, site, runtime or Runtime())
        self._limit_megapixels = limit_megapixels

    @property
    def model(self) -> str:
        """Name, version and short hash: templates compare only where it is the same."""
        return self.recognition.model

    @property
    def dimensions(self) -> int:
        """How many numbers a template holds."""
        return self.recognition.dimensions

    def read(self, photo: bytes, purpose: Purpose, face: int | None = None) -> Reading:
        """Find the faces and encode the one that is meant, or to index every one.

        A bystander is never encoded to enrol or to search: where nobody is meant clearly, the
        faces come back without a template. Raises FaceIndexError, PhotoUnreadableError,
        UnsupportedPhotoError and PhotoTooLargeError.
        """
        started = perf_counter()
        pixels = read_pixels(photo, self._limit_megapixels)
        decoded = perf_counter()
        found = sorted(
            ((_face(pixels, one), one) for one in self._finder.faces(pixels.picture)),
            key=lambda pair: (-pair[0].box.area, pair[0].box.left),
        )
        faces = tuple(seen for seen, _ in found)
        chosen = _chosen(faces, purpose, face)
        chosen_alone = found[chosen : chosen + 1] if chosen is not None else []
        meant = found if purpose == "index" else chosen_alone
        vectors = (self.recognition.vector(pixels.picture, aligned) for _, aligned in meant)
        reading = Reading(
            size=pixels.size,
            faces=faces,
            reasons=tuple(refusals(one.quality) for one in faces),
            chosen=chosen,
            templates=tuple(template(vector) for vector in vectors),
            decode_ms=1000 * (decoded - started),
            encode_ms=0.0,
        )
        return replace(reading, encode_ms=1000 * (perf_counter() - decoded))


def opened_recognition(
    files: ModelFiles, site: SiteNetwork | None, runtime: Runtime
) -> Recognition:
    """Load the network that tells faces apart; raises EngineMisconfiguredError as Encoder does."""
    return SiteRecognition(site, runtime) if site else DlibRecognition(files.recognition, runtime)


def _chosen(faces: tuple[Face, ...], purpose: Purpose, wanted: int | None) -> int | None:
    if purpose in {"detect", "index"}:
        return None
    choose = face_to_enrol if purpose == "enrol" else face_to_search
    try:
        return choose(faces, wanted)
    except (NoFaceError, SeveralFacesError):
        return None  # the caller asks the same rule again, and raises


def _face(pixels: Pixels, face: Aligned) -> Face:
    width, height = pixels.picture.size
    low, high, *points = (complex(place) for place in face.sighting.places[:6])
    return Face(
        Box(
            low.real / width,
            low.imag / height,
            (high - low).real / width,
            (high - low).imag / height,
        ),
        measured(face, pixels.size.width / width),
        tuple(Point(point.real / width, point.imag / height) for point in points),
    )
