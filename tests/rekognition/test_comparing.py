"""Faces compared and searched by what is enrolled, and all faces of a photo enrolled."""

import pytest

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from app.domain.errors import EngineMisconfiguredError, FaceNotHeldError, NoFaceError
from app.domain.face import RefusalReason
from app.ports.face_engine import Match
from tests.rekognition.colours import BLUE, DARK_GREEN, GREEN, RED, ROSE, Box, picture
from tests.rekognition_answers import Refusal
from tests.rekognition_stub import RekognitionStub

MIDDLE: Box = (100, 100, 300, 300)
CORNER: Box = (10, 10, 60, 60)
UNKNOWN_FACE = "11111111-2222-3333-4444-555555555555"
NOT_YET = Refusal("InvalidParameterException", "faceId was not found in the collection")


async def matches_of(engine: RekognitionFaceEngine, face_id: str, floor: float) -> list[Match]:
    found = await engine.search_face(face_id, people=5, floor=floor)
    return [match async for batch in found.ranked for match in batch]


async def test_all_faces_of_a_photo_are_enrolled_largest_first(
    engine: RekognitionFaceEngine,
) -> None:
    photo = picture((RED, CORNER), (GREEN, MIDDLE))

    first = await engine.enrol_all(photo, "A1", 100, filtered=True)
    again = await engine.enrol_all(photo, "A1", 100, filtered=True)

    assert [round(one.face.box.width, 2) for one in first.kept] == [0.5, 0.12]
    assert (first.refused, first.model, first.submitted) == ((), "rekognition-7.0", None)
    assert again.kept == first.kept
    assert len((await engine.faces(None)).items) == 2


async def test_only_so_many_faces_are_enrolled_and_poor_ones_only_unfiltered(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    photo = picture((RED, CORNER), (DARK_GREEN, MIDDLE), (BLUE, (320, 320, 390, 390)))

    enrolled = await engine.enrol_all(photo, None, 1, filtered=True)
    await engine.enrol_all(photo, None, 500, filtered=False)

    assert [one.reasons for one in enrolled.refused] == [
        (RefusalReason.LOW_BRIGHTNESS,),
        (RefusalReason.EXCEEDS_MAX_FACES,),
    ]
    asked = [call for name, call in stub.calls if name == "IndexFaces"]
    assert [(call["MaxFaces"], call["QualityFilter"]) for call in asked] == [
        (1, "AUTO"),
        (100, "NONE"),
    ]
    assert not any("ExternalImageId" in call for call in asked)


@pytest.mark.parametrize("size", [(400, 400), (30, 30)])
async def test_a_photo_without_a_face_enrols_none(
    engine: RekognitionFaceEngine, size: tuple[int, int]
) -> None:
    enrolled = await engine.enrol_all(picture(size=size), "A1", 100, filtered=True)

    assert (enrolled.kept, enrolled.refused, enrolled.size.width) == ((), (), size[0])


async def test_an_enrolled_face_finds_the_others(engine: RekognitionFaceEngine) -> None:
    red = (await engine.enrol(picture((RED, MIDDLE)), "A1", None)).kept.face_id
    rose = (await engine.enrol(picture((ROSE, MIDDLE)), "A2", None)).kept.face_id
    await engine.enrol(picture((GREEN, MIDDLE)), "A3", None)

    found = await matches_of(engine, red, floor=80)

    assert [match.face_id for match in found] == [rose]
    assert found[0].similarity == pytest.approx(90)


async def test_a_fresh_face_that_is_not_seen_yet_is_asked_for_again(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    red = (await engine.enrol(picture((RED, MIDDLE)), "A1", None)).kept.face_id
    stub.faults = [NOT_YET, NOT_YET]

    assert await matches_of(engine, red, floor=80) == []
    assert len((await engine.faces(None)).items) == 1


async def test_an_unknown_face_is_not_held(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    with pytest.raises(FaceNotHeldError):
        await engine.search_face(UNKNOWN_FACE, people=5, floor=0)

    stub.faults = [Refusal("InvalidParameterException", "MaxFaces is odd")]
    with pytest.raises(EngineMisconfiguredError):
        await engine.search_face(UNKNOWN_FACE, people=5, floor=0)


@pytest.mark.parametrize("unmatched_below", [0.0, 60.0])
async def test_the_largest_face_is_compared_with_every_other(
    engine: RekognitionFaceEngine, stub: RekognitionStub, unmatched_below: float
) -> None:
    stub.collections.unmatched_below = unmatched_below
    source = picture((RED, MIDDLE), (BLUE, CORNER))
    target = picture((ROSE, CORNER), (GREEN, MIDDLE))

    found = await engine.compare(source, target)

    assert found.source.box.width == pytest.approx(0.5)
    assert [round(face.box.width, 2) for face, _ in found.faces] == [0.5, 0.12]
    green, rose = (similarity for _, similarity in found.faces)
    assert rose == pytest.approx(95, abs=6)
    assert green < 60
    assert len((await engine.faces(None)).items) == 0


@pytest.mark.parametrize("size", [(400, 400), (30, 30)])
async def test_a_photo_without_a_face_is_compared_as_a_target_only(
    engine: RekognitionFaceEngine, size: tuple[int, int]
) -> None:
    nobody, somebody = picture(size=size), picture((RED, MIDDLE))

    found = await engine.compare(somebody, nobody)

    assert (found.faces, round(found.source.box.width, 2)) == ((), 0.5)
    with pytest.raises(NoFaceError):
        await engine.compare(nobody, somebody)
    with pytest.raises(NoFaceError):
        await engine.compare(nobody, nobody)


async def test_a_comparison_refused_though_both_have_faces_is_said_so(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    stub.faults = [Refusal("InvalidParameterException", "Request has invalid parameters")]

    with pytest.raises(EngineMisconfiguredError, match="CompareFaces"):
        await engine.compare(picture((RED, MIDDLE)), picture((RED, MIDDLE)))
