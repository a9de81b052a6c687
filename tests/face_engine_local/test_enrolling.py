"""Which faces of a photo are enrolled, and under which ids."""

from dataclasses import replace

from adapters.face_engine.local.enrolling import FaceIds, sorted_out
from adapters.face_engine.local.reading import PhotoRead
from app.domain.face import Box, Face, PhotoSize, Quality, RefusalReason

PHOTO = b"a photo"
POOR = RefusalReason.LOW_SHARPNESS


def face(left: float, side: float = 0.2) -> Face:
    return Face(Box(left, 0.1, side, side), Quality(100, 99.0))


def read(*faces: Face, poor: tuple[int, ...] = ()) -> PhotoRead:
    reasons = tuple((POOR,) if number in poor else () for number in range(len(faces)))
    return PhotoRead(PhotoSize(400, 300), faces, reasons, bytes(4 * len(faces)), 1.0, 1.0)


def outcome(of: PhotoRead, most: int, *, filtered: bool) -> tuple[list[Face], list[str]]:
    ids = FaceIds("model/1", "A-1", PHOTO)
    kept, refused = sorted_out(of, of.of_every_face(2), ids, most, filtered=filtered)
    return [one.face for one in kept], ["+".join(one.reasons) for one in refused]


def test_an_id_follows_from_model_name_bytes_and_place() -> None:
    first = FaceIds("model/1", "A-1", PHOTO).of(face(0.1))

    assert FaceIds("model/1", "A-1", PHOTO).of(replace(face(0.1))) == first
    others = {
        FaceIds("model/2", "A-1", PHOTO).of(face(0.1)),
        FaceIds("model/1", "A-2", PHOTO).of(face(0.1)),
        FaceIds("model/1", None, PHOTO).of(face(0.1)),
        FaceIds("model/1", "A-1", b"another").of(face(0.1)),
        FaceIds("model/1", "A-1", PHOTO).of(face(0.2)),
    }
    assert len(others - {first}) == 5


def test_an_id_does_not_hang_on_the_last_digits_of_a_place() -> None:
    ids = FaceIds("model/1", "A-1", PHOTO)

    assert ids.of(face(0.1)) == ids.of(face(0.100001))


def test_ids_stay_the_same_in_every_version_of_the_service() -> None:
    ids = FaceIds("model/1", "A-1", PHOTO)

    assert ids.of(face(0.1)) == "bf966a5e-d2c2-54b9-aacb-23264a10f41c"


def test_poor_faces_leave_room_for_smaller_ones_that_are_good() -> None:
    largest, poor, small, smallest = faces = face(0.1, 0.4), face(0.5, 0.3), face(0.8), face(0.9)

    kept, refused = outcome(read(*faces, poor=(1,)), 2, filtered=True)

    assert kept == [largest, small]
    assert refused == [POOR, "EXCEEDS_MAX_FACES"]
    assert outcome(read(*faces, poor=(1,)), 2, filtered=False)[0] == [largest, poor]
    assert smallest not in kept


def test_a_face_seen_twice_in_one_place_is_enrolled_once() -> None:
    kept, refused = outcome(read(face(0.1), face(0.100001)), 5, filtered=True)

    assert (len(kept), refused) == (1, [])
