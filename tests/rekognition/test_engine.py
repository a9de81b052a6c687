import io
import uuid

import pytest
from PIL import Image

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from app.domain.errors import (
    FaceIndexError,
    FaceRefusedError,
    NoFaceError,
    PhotoUnreadableError,
    SeveralFacesError,
    UnsupportedPhotoError,
)
from app.domain.face import RefusalReason
from app.ports.face_engine import Match
from tests.rekognition.colours import BLUE, DARK_GREEN, GREEN, RED, ROSE, Box, Colour, picture
from tests.rekognition_stub import RekognitionStub

MIDDLE: Box = (100, 100, 300, 300)
CORNER: Box = (10, 10, 60, 60)
LEFT: Box = (20, 100, 170, 250)
RIGHT: Box = (220, 100, 380, 260)


async def ranked(engine: RekognitionFaceEngine, probe: bytes, people: int = 5) -> list[Match]:
    matches = await engine.search(probe, people=people, floor=0, face=None)
    return [match async for batch in matches.ranked for match in batch]


def shade(number: int) -> Colour:
    return (250 - number % 50, 20 + number // 50, 20)


async def test_the_enrolled_face_is_found_again_in_another_photo(
    engine: RekognitionFaceEngine,
) -> None:
    red = await engine.enrol(picture((RED, MIDDLE)), "A1", None)
    green = await engine.enrol(picture((GREEN, MIDDLE)), "A2", None)

    found = await ranked(engine, picture((ROSE, MIDDLE)))

    assert [match.face_id for match in found] == [red.kept.face_id, green.kept.face_id]
    assert found[0].similarity == pytest.approx(90)
    assert red.model == (await engine.describe()).model == "rekognition-7.0"
    assert (red.size.width, red.kept.face.quality.size) == (400, 200)
    assert len(red.kept.face.landmarks) == 4


async def test_enrolling_the_same_photo_again_holds_one_face(engine: RekognitionFaceEngine) -> None:
    photo = picture((RED, MIDDLE), (GREEN, CORNER))

    faces = {(await engine.enrol(photo, "A1", face)).kept.face_id for face in (None, None)}
    chosen = {(await engine.enrol(photo, "A1", face)).kept.face_id for face in (1, 1)}

    held = {face.face_id for face in (await engine.faces(None)).items}
    assert (len(faces), len(chosen)) == (1, 1)
    assert held == faces | chosen


async def test_a_dominant_face_is_enrolled_and_the_other_named(
    engine: RekognitionFaceEngine,
) -> None:
    enrolled = await engine.enrol(picture((RED, MIDDLE), (GREEN, CORNER)), "A1", None)

    assert enrolled.kept.face.box.width == pytest.approx(0.5)
    assert [one.reasons for one in enrolled.refused] == [(RefusalReason.EXCEEDS_MAX_FACES,)]


async def test_several_faces_of_like_size_leave_nothing_enrolled(
    engine: RekognitionFaceEngine,
) -> None:
    with pytest.raises(SeveralFacesError) as refused:
        await engine.enrol(picture((RED, LEFT), (GREEN, RIGHT)), "A1", None)

    assert [round(face.box.left, 2) for face in refused.value.faces] == [0.55, 0.05]
    assert (await engine.faces(None)).items == ()


@pytest.mark.parametrize(("face", "colour"), [(0, GREEN), (1, RED)])
async def test_a_chosen_face_is_the_only_one_enrolled(
    engine: RekognitionFaceEngine, face: int, colour: Colour
) -> None:
    enrolled = await engine.enrol(picture((RED, LEFT), (GREEN, RIGHT)), "A1", face)

    found = await ranked(engine, picture((colour, MIDDLE)))
    assert [match.face_id for match in found] == [enrolled.kept.face_id]
    assert found[0].similarity > 98
    assert enrolled.kept.face.box.left == pytest.approx((0.55, 0.05)[face], abs=0.01)


@pytest.mark.parametrize(("face", "colour"), [(None, GREEN), (0, GREEN), (1, RED)])
async def test_a_bystander_is_never_searched(
    engine: RekognitionFaceEngine, face: int | None, colour: Colour
) -> None:
    for name, enrolled in (("A1", RED), ("A2", GREEN)):
        await engine.enrol(picture((enrolled, MIDDLE)), name, None)
    best = (await ranked(engine, picture((colour, MIDDLE))))[0]

    probe = picture((RED, LEFT), (GREEN, RIGHT))
    matches = await engine.search(probe, people=5, floor=60, face=face)

    assert matches.searched == (face or 0)
    found = [match.face_id async for batch in matches.ranked for match in batch]
    assert found == [best.face_id]


async def test_a_chosen_face_that_another_one_overlaps_is_still_the_one(
    engine: RekognitionFaceEngine,
) -> None:
    probe = picture((GREEN, (100, 100, 330, 330)), (RED, (20, 20, 120, 120)))
    await engine.enrol(picture((RED, MIDDLE)), "A1", None)

    matches = await engine.search(probe, people=5, floor=90, face=1)

    assert [len(batch) async for batch in matches.ranked] == [1]


async def test_a_dark_face_is_refused_with_its_reason(engine: RekognitionFaceEngine) -> None:
    with pytest.raises(FaceRefusedError, match="LOW_BRIGHTNESS"):
        await engine.enrol(picture((DARK_GREEN, MIDDLE)), "A1", None)


async def test_a_bystander_is_not_enrolled_where_the_largest_face_is_refused(
    engine: RekognitionFaceEngine,
) -> None:
    with pytest.raises(FaceRefusedError, match="LOW_BRIGHTNESS"):
        await engine.enrol(picture((DARK_GREEN, MIDDLE), (RED, CORNER)), "A1", None)

    assert (await engine.faces(None)).items == ()


@pytest.mark.parametrize("size", [(400, 400), (300, 20), (1, 1)])
async def test_a_photo_with_no_face_is_refused(
    engine: RekognitionFaceEngine, size: tuple[int, int]
) -> None:
    photo = picture(size=size)

    assert (await engine.detect(photo)).faces == ()
    with pytest.raises(NoFaceError):
        await engine.enrol(photo, "A1", None)
    with pytest.raises(NoFaceError):
        await engine.search(photo, people=5, floor=0, face=None)


async def test_a_face_that_does_not_exist_cannot_be_chosen(engine: RekognitionFaceEngine) -> None:
    photo = picture((RED, MIDDLE))

    with pytest.raises(FaceIndexError):
        await engine.enrol(photo, "A1", 1)
    with pytest.raises(FaceIndexError):
        await engine.search(photo, people=5, floor=0, face=1)


async def test_files_that_are_no_photos_never_reach_the_service(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    before = len(stub.calls)

    with pytest.raises(UnsupportedPhotoError):
        await engine.detect(b"<html>")
    with pytest.raises(PhotoUnreadableError):
        await engine.detect(picture((RED, MIDDLE))[:200])
    assert len(stub.calls) == before


@pytest.mark.parametrize("form", ["WEBP", "BMP", "TIFF", "GIF", "JPEG"])
async def test_every_format_that_is_read_here_is_read_there(
    engine: RekognitionFaceEngine, form: str
) -> None:
    detected = await engine.detect(picture((RED, MIDDLE), form=form))

    assert detected.faces[0].box.width == pytest.approx(0.5, abs=0.01)


async def test_a_photo_over_five_megabytes_is_sent_smaller(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    photo = picture((RED, (400, 400, 1000, 1000)), size=(1400, 1400), form="BMP")

    detected = await engine.detect(photo)

    assert detected.size.width == 1400
    assert detected.faces[0].quality.size == pytest.approx(600, abs=4)
    assert len(stub.calls[-1][1]["Image"]["Bytes"]) < 5 * 1024 * 1024


async def test_a_photo_with_an_orientation_tag_is_measured_upright(
    engine: RekognitionFaceEngine,
) -> None:
    for form in ("JPEG", "PNG"):
        lying = Image.open(io.BytesIO(picture((RED, (0, 100, 100, 300)), size=(400, 500))))
        tagged, exif = io.BytesIO(), Image.Exif()
        exif[0x0112] = 6
        lying.save(tagged, form, exif=exif)

        detected = await engine.detect(tagged.getvalue())

        assert (detected.size.width, detected.size.height) == (500, 400)
        assert detected.faces[0].box.width == pytest.approx(0.4, abs=0.01)
        assert detected.faces[0].box.top == pytest.approx(0, abs=0.01)


async def test_a_photo_sixty_pixels_wide_is_sent_larger(engine: RekognitionFaceEngine) -> None:
    detected = await engine.detect(picture((RED, (10, 10, 50, 50)), size=(60, 70)))

    assert detected.faces[0].quality.size == pytest.approx(40, abs=2)


async def test_matches_go_on_for_as_long_as_they_are_asked_for(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    for number in range(45):
        photo = picture((shade(number), CORNER), size=(80, 80))
        await engine.enrol(photo, f"A{number}", None)

    found = await ranked(engine, picture((RED, MIDDLE)))

    asked = [call["MaxFaces"] for name, call in stub.calls if name == "SearchFacesByImage"]
    assert asked == [20, 40, 80]
    assert len({match.face_id for match in found}) == len(found) == 45
    assert [match.similarity for match in found] == sorted(
        (match.similarity for match in found), reverse=True
    )


async def test_discarded_faces_are_gone_and_unknown_ones_no_error(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    enrolled = await engine.enrol(picture((RED, MIDDLE)), "A1", None)
    unknown = [str(uuid.uuid4()) for _ in range(5000)]

    await engine.discard([*unknown, enrolled.kept.face_id])
    await engine.discard([])

    assert await ranked(engine, picture((RED, MIDDLE))) == []
    deletions = [len(call["FaceIds"]) for name, call in stub.calls if name == "DeleteFaces"]
    assert deletions == [4096, 905]


async def test_held_faces_come_in_pages(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    stub.collections.page = 2
    for number, colour in enumerate((RED, GREEN, BLUE)):
        await engine.enrol(picture((colour, MIDDLE)), f"A{number}", None)

    first = await engine.faces(None)
    second = await engine.faces(first.next)

    assert (len(first.items), len(second.items), second.next) == (2, 1, None)
    ids = {face.external_image_id for face in (*first.items, *second.items)}
    assert ids == {"A0", "A1", "A2"}
