"""Users of a collection, as clients of Rekognition's protocol make them."""

import pytest

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.users import RekognitionFaceUsers
from app.domain.collection import AssociationRefusal
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError, FaceNotHeldError
from tests.rekognition.colours import BLUE, GREEN, RED, ROSE, Box, Colour, picture
from tests.rekognition_answers import Refusal
from tests.rekognition_stub import RekognitionStub

MIDDLE: Box = (100, 100, 300, 300)
CORNER: Box = (10, 10, 60, 60)
UNKNOWN_FACE = "11111111-2222-3333-4444-555555555555"
CONFLICT = Refusal("ConflictException", "The user is being updated.")


async def enrolled(engine: RekognitionFaceEngine, *colours: Colour) -> list[str]:
    photos = [(f"A{number}", picture((colour, MIDDLE))) for number, colour in enumerate(colours)]
    return [(await engine.enrol(photo, name, None)).kept.face_id for name, photo in photos]


async def test_a_user_is_found_by_any_of_its_faces(
    engine: RekognitionFaceEngine, users: RekognitionFaceUsers
) -> None:
    red, rose, green = await enrolled(engine, RED, ROSE, GREEN)
    for name, faces in (("ann", [red, rose]), ("bob", [green])):
        await users.create(name)
        await users.associate(name, faces, 75)

    by_image = await users.search(picture((ROSE, MIDDLE)), most=5, floor=60)
    by_face = await users.search_face(green, most=5, floor=90)
    by_user = await users.search_user("ann", most=5, floor=0)

    assert [(one.user_id, one.similarity) for one in by_image.users] == [("ann", 100.0)]
    assert (by_image.size.width, len(by_image.faces)) == (400, 1)
    assert [one.user_id for one in by_face] == ["bob"]
    assert [one.user_id for one in by_user] == ["bob"]


async def test_the_face_searched_comes_first_and_no_face_finds_nobody(
    users: RekognitionFaceUsers,
) -> None:
    several = await users.search(picture((RED, CORNER), (GREEN, MIDDLE)), most=5, floor=0)
    nobody = await users.search(picture(), most=5, floor=0)
    tiny = await users.search(picture(size=(20, 20)), most=5, floor=0)

    assert [round(face.box.width, 2) for face in several.faces] == [0.5, 0.12]
    assert (nobody.faces, nobody.users, tiny.faces, tiny.users) == ((), (), (), ())


async def test_what_is_there_already_or_gone_is_no_error(users: RekognitionFaceUsers) -> None:
    await users.create("ann")
    await users.create("ann")
    await users.delete("ann")
    await users.delete("ann")
    await users.disassociate("ann", [UNKNOWN_FACE])

    with pytest.raises(EngineMisconfiguredError, match="no user ann"):
        await users.search_user("ann", most=5, floor=0)


async def test_a_user_without_a_face_resembles_nobody(users: RekognitionFaceUsers) -> None:
    await users.create("ann")

    assert await users.search_user("ann", most=5, floor=0) == []


async def test_a_face_too_unlike_the_others_or_anothers_or_unknown_is_refused(
    engine: RekognitionFaceEngine, users: RekognitionFaceUsers
) -> None:
    red, rose, green, blue = await enrolled(engine, RED, ROSE, GREEN, BLUE)
    for name in ("ann", "bob"):
        await users.create(name)
    await users.associate("bob", [blue], 75)

    answer = await users.associate("ann", [red, green, blue, UNKNOWN_FACE, rose], 75)

    assert answer.face_ids == (red, rose)
    assert [(one.face_id, one.reason, one.user_id) for one in answer.refused] == [
        (green, AssociationRefusal.LOW_MATCH_CONFIDENCE, None),
        (blue, AssociationRefusal.ASSOCIATED_TO_A_DIFFERENT_USER, "bob"),
        (UNKNOWN_FACE, AssociationRefusal.FACE_NOT_FOUND, None),
    ]
    assert answer.refused[0].similarity is not None


async def test_a_user_that_is_being_changed_is_asked_for_again(
    engine: RekognitionFaceEngine, users: RekognitionFaceUsers, stub: RekognitionStub
) -> None:
    [red] = await enrolled(engine, RED)
    await users.create("ann")
    stub.faults = [CONFLICT, CONFLICT]

    answer = await users.associate("ann", [red], 75)

    assert answer.face_ids == (red,)
    stub.faults = [CONFLICT] * 6
    with pytest.raises(EngineUnavailableError):
        await users.delete("ann")


async def test_a_face_that_is_not_held_finds_no_users(users: RekognitionFaceUsers) -> None:
    with pytest.raises(FaceNotHeldError):
        await users.search_face(UNKNOWN_FACE, most=5, floor=0)


async def test_a_user_full_of_faces_says_that_a_quota_stops_it(
    users: RekognitionFaceUsers, stub: RekognitionStub
) -> None:
    await users.create("ann")
    stub.faults = [Refusal("ServiceQuotaExceededException", "Too many faces.")]

    with pytest.raises(EngineMisconfiguredError, match="quota"):
        await users.associate("ann", [UNKNOWN_FACE], 75)
    assert stub.faults == []
