"""People with several photos, searched by all of them together."""

from dataclasses import replace

import pytest

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.service import Rekognition
from adapters.face_engine.rekognition.uniting import user_id_of
from adapters.face_engine.rekognition.users import RekognitionFaceUsers
from app.domain.errors import EngineUnavailableError
from app.ports.face_engine import Match
from tests.rekognition.colours import GREEN, RED, ROSE, Box, Colour, picture
from tests.rekognition_stub import RekognitionStub

MIDDLE: Box = (100, 100, 300, 300)
PALE = (220, 120, 120)  # red still, and no great likeness to it


@pytest.fixture
async def uniting(service: Rekognition) -> RekognitionFaceEngine:
    engine = RekognitionFaceEngine(replace(service, user_vectors=True), "jail")
    await engine.prepare()
    return engine


async def enrolled(engine: RekognitionFaceEngine, name: str, colour: Colour) -> str:
    return (await engine.enrol(picture((colour, MIDDLE)), name, None)).kept.face_id


async def ranked(engine: RekognitionFaceEngine, probe: Colour, floor: float = 0) -> list[Match]:
    matches = await engine.search(picture((probe, MIDDLE)), people=5, floor=floor, face=None)
    return [match async for batch in matches.ranked for match in batch]


def faces_of(stub: RekognitionStub, person_id: str) -> set[str]:
    held = stub.collections.held["jail"]
    return {name for name, one in held.items() if one.user_id == user_id_of(person_id)}


async def test_a_weak_photo_of_a_person_is_as_alike_as_the_person(
    uniting: RekognitionFaceEngine,
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    green = await enrolled(uniting, "B1", GREEN)

    await uniting.unite("12/34", [red, rose])

    assert (await uniting.describe()).unites_people
    found = await ranked(uniting, RED)
    assert [(one.face_id, one.similarity) for one in found[:2]] == [(red, 100.0), (rose, 100.0)]
    assert found[1].raw_score == pytest.approx(90)
    assert [one.face_id for one in found] == [red, rose, green]


async def test_a_person_none_of_whose_photos_is_alike_enough_alone_is_found(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    await enrolled(uniting, "B1", GREEN)
    stub.users.more = 10
    await uniting.unite("12", [red, rose])

    found = await ranked(uniting, PALE, floor=85)

    assert {one.face_id: one.similarity for one in found} == dict.fromkeys((red, rose), 90.0)
    assert await ranked(uniting, (10, 10, 250), floor=85) == []


async def test_the_faces_told_last_are_the_persons(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    pale = await enrolled(uniting, "A3", PALE)

    await uniting.unite("12", [red, rose])
    await uniting.unite("12", [rose, pale])
    assert faces_of(stub, "12") == {rose, pale}

    await uniting.unite("13", [red, rose])
    assert (faces_of(stub, "12"), faces_of(stub, "13")) == ({pale}, {red, rose})

    await uniting.unite("13", [red])
    assert faces_of(stub, "13") == set()
    assert ("jail", user_id_of("13")) not in stub.users.known


async def test_telling_the_same_again_changes_nothing(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    faces = [await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)]
    await uniting.unite("12", faces)
    stub.calls.clear()

    await uniting.unite("12", faces)

    assert [name for name, _ in stub.calls] == ["CreateUser", "ListFaces"]
    assert faces_of(stub, "12") == set(faces)


async def test_a_photo_filed_under_the_wrong_person_stays_single(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    green = await enrolled(uniting, "B1", GREEN)

    await uniting.unite("12", [red, rose, green])

    assert faces_of(stub, "12") == {red, rose}
    assert green in [one.face_id for one in await ranked(uniting, GREEN)]


async def test_faces_of_people_are_deleted_like_any_other(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    pale = await enrolled(uniting, "A3", PALE)
    await uniting.unite("12", [red, rose, pale])

    await uniting.discard([red])

    assert faces_of(stub, "12") == {rose, pale}
    assert set(stub.collections.held["jail"]) == {rose, pale}
    deleting = [name for name, _ in stub.calls if name in {"DeleteFaces", "DisassociateFaces"}]
    assert deleting == ["DeleteFaces", "DisassociateFaces", "DeleteFaces"]


async def test_with_a_persons_photos_goes_the_user_whose_id_tells_the_person(
    uniting: RekognitionFaceEngine, users: RekognitionFaceUsers, stub: RekognitionStub
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    green = await enrolled(uniting, "B1", GREEN)
    await uniting.unite("12", [red, rose])
    await users.create("clients")
    await users.associate("clients", [green], 0)

    await uniting.discard([red, green])

    assert set(stub.collections.held["jail"]) == {rose}
    assert stub.users.known == {("jail", "clients")}


async def test_faces_that_stay_are_to_be_tried_again(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    red, rose = await enrolled(uniting, "A1", RED), await enrolled(uniting, "A2", ROSE)
    await uniting.unite("12", [red, rose])
    stub.users.known.clear()  # nothing can be taken from a user that is gone

    with pytest.raises(EngineUnavailableError, match="count for users"):
        await uniting.discard([red])


async def test_a_person_has_a_hundred_faces_at_most_the_newest(
    uniting: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    photo = picture((RED, (10, 10, 60, 60)), size=(80, 80))
    faces = [(await uniting.enrol(photo, f"A{n}", None)).kept.face_id for n in range(103)]

    await uniting.unite("12", faces[:100])
    await uniting.unite("12", faces)
    assert faces_of(stub, "12") == set(faces[:100])

    await uniting.unite("12", faces[3:])
    assert faces_of(stub, "12") == set(faces[3:])


async def test_without_the_setting_nobody_is_united(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    faces = [await enrolled(engine, "A1", RED), await enrolled(engine, "A2", ROSE)]

    await engine.unite("12", faces)
    await ranked(engine, RED)

    assert not (await engine.describe()).unites_people
    assert not {name for name, _ in stub.calls if "User" in name}


@pytest.mark.parametrize(
    ("person_id", "user_id"),
    [
        ("12-34_a.B", "person:12-34_a.B"),
        ("12:34/é", "person:12:3a34:2f:c3:a9"),
        ("x" * 121, "person:" + "x" * 121),
        ("x" * 122, "person-sha256:"),
    ],
)
def test_a_persons_id_is_a_users_within_rekognitions_pattern(person_id: str, user_id: str) -> None:
    made = user_id_of(person_id)

    assert made.startswith(user_id)
    assert len(made) <= 128
    assert made == user_id or made.startswith("person-sha256:")
