"""What every engine promises of its collections, and of the users in one."""

import asyncio

import pytest

from app.domain.collection import AssociationRefusal
from app.domain.errors import FaceNotHeldError
from app.ports.face_collections import UserMatch
from tests.contract.collections import Place, TriedCollections

NOBODYS = "11111111-2222-4333-8444-555555555555"


async def found(place: Place, collection_id: str) -> list[str]:
    """Return the faces that the probe finds in a collection."""
    engine = await place.tried.collections.engine(collection_id)
    matches = await engine.search(place.photos.probe[1], people=5, floor=0, face=None)
    return [match.face_id async for batch in matches.ranked for match in batch]


async def people_of(place: Place) -> dict[str, list[str]]:
    """Enrol every booking photo; return each person's faces."""
    people: dict[str, list[str]] = {}
    for person, face_id in await place.book():
        people.setdefault(person, []).append(face_id)
    return people


async def test_a_collection_is_made_once_and_says_the_model_of_its_faces(place: Place) -> None:
    collections = place.tried.collections

    first = await collections.create(place.name)
    again = await collections.create(place.name)

    assert first == again == (await (await place.engine()).describe()).model


async def test_faces_of_one_collection_are_not_found_in_another(place: Place) -> None:
    other = f"{place.name}-other"
    await place.tried.collections.create(other)
    await place.book()

    assert len(await found(place, place.name)) == len(place.photos.booked)
    assert await found(place, other) == []
    await place.tried.collections.delete(other)


async def test_a_collection_asked_for_by_many_at_once_is_one(place: Place) -> None:
    collections = place.tried.collections

    engines = await asyncio.gather(*(collections.engine(place.name) for _ in range(5)))
    face_ids = await place.enrol(place.photos.booked[0][1])

    for engine in engines:
        ranking = await engine.search_face(face_ids[0], people=5, floor=0)
        assert ranking.gallery_faces == 1


async def test_a_deleted_collection_has_forgotten_its_faces(place: Place) -> None:
    await place.book()

    await place.tried.collections.delete(place.name)
    place.tried.records.drop(place.name)
    await place.tried.collections.create(place.name)

    assert await found(place, place.name) == []


async def test_deleting_a_collection_that_is_not_there_is_no_error(
    tried_collections: TriedCollections,
) -> None:
    await tried_collections.collections.delete("jail-nowhere")


async def test_another_photo_of_a_person_finds_the_user_made_of_that_persons_faces(
    place: Place,
) -> None:
    people, (person, probe) = await people_of(place), place.photos.probe
    for user_id, face_ids in people.items():
        await place.associate(user_id.replace(" ", "-"), *face_ids)

    matches = await (await place.users()).search(probe, most=5, floor=0)

    assert matches.users[0].user_id == person.replace(" ", "-")
    assert matches.faces == (await (await place.engine()).detect(probe)).faces
    similarities = [user.similarity for user in matches.users]
    assert similarities == sorted(similarities, reverse=True)


async def test_no_more_users_come_than_asked_for_and_none_below_the_floor(place: Place) -> None:
    people, (_, probe) = await people_of(place), place.photos.probe
    for number, face_ids in enumerate(people.values()):
        await place.associate(f"user-{number}", *face_ids)
    users = await place.users()
    whole = (await users.search(probe, most=50, floor=0)).users

    few = (await users.search(probe, most=2, floor=0)).users
    strong = (await users.search(probe, most=50, floor=whole[0].similarity - 0.001)).users

    assert few == whole[:2]
    assert len(strong) == 1 < len(whole)


async def test_a_probe_of_nobody_finds_no_user_and_is_no_error(place: Place) -> None:
    users = await place.users()

    matches = await users.search(place.photos.nobody, most=5, floor=0)

    assert (matches.faces, matches.users) == ((), ())


async def test_a_face_finds_users_whoever_it_belongs_to(place: Place) -> None:
    (first, *_), (other, *_), *_ = (await people_of(place)).values()
    await place.associate("user-1", first)
    await place.associate("user-2", other)
    users = await place.users()

    matches = await users.search_face(first, most=5, floor=0)

    assert matches[0].user_id == "user-1"
    with pytest.raises(FaceNotHeldError):
        await users.search_face(NOBODYS, most=5, floor=0)


async def test_a_user_finds_the_other_users_and_one_without_faces_nobody(place: Place) -> None:
    people = await people_of(place)
    twice = next(face_ids for face_ids in people.values() if len(face_ids) > 1)
    other = next(face_ids for face_ids in people.values() if face_ids is not twice)
    await place.associate("user-1", twice[0])
    await place.associate("user-2", twice[1])
    await place.associate("user-3", other[0])
    users = await place.users()
    await users.create("user-4")

    matches = await users.search_user("user-1", most=5, floor=0)

    assert matches[0].user_id == "user-2"
    assert {match.user_id for match in matches} <= {"user-2", "user-3"}
    assert len(await users.search_user("user-1", most=1, floor=0)) == 1
    assert list(await users.search_user("user-4", most=5, floor=0)) == []


async def test_a_face_unlike_the_users_others_is_refused(place: Place) -> None:
    people = await people_of(place)
    first, second = next(face_ids for face_ids in people.values() if len(face_ids) > 1)
    (stranger,) = next(face_ids for face_ids in people.values() if first not in face_ids)
    ranking = await (await place.engine()).search_face(first, people=5, floor=0)
    likeness = {match.face_id: match.similarity async for b in ranking.ranked for match in b}
    floor = (likeness[second] + likeness.get(stranger, 0.0)) / 2
    users = await place.users()
    await users.create("user-1")

    answer = await users.associate("user-1", [first, stranger, second, NOBODYS], floor)

    assert answer.face_ids == (first, second)
    refused = {one.face_id: one for one in answer.refused}
    assert refused[stranger].reason is AssociationRefusal.LOW_MATCH_CONFIDENCE
    assert refused[NOBODYS].reason is AssociationRefusal.FACE_NOT_FOUND
    similarity = refused[stranger].similarity
    assert similarity is None or similarity < floor


async def test_a_users_first_face_is_never_too_unlike(place: Place) -> None:
    (face_id, *_) = next(iter((await people_of(place)).values()))

    await place.associate("user-1", face_id, floor=100.0)


async def test_a_face_of_the_user_already_is_associated_again(place: Place) -> None:
    (face_id, *_) = next(iter((await people_of(place)).values()))
    await place.associate("user-1", face_id)

    answer = await (await place.users()).associate("user-1", [face_id], 100.0)

    assert (answer.face_ids, answer.refused) == ((face_id,), ())


async def test_a_face_taken_from_a_user_counts_for_it_no_more(place: Place) -> None:
    (first, *_), (other, *_), *_ = (await people_of(place)).values()
    await place.associate("user-1", first)
    await place.associate("user-2", other)

    await place.disassociate("user-1", first)

    matches = await (await place.users()).search_face(first, most=5, floor=0)
    assert [match.user_id for match in matches] in ([], ["user-2"])


async def test_a_user_is_deleted_without_its_faces(place: Place) -> None:
    (first, *_), *_ = (await people_of(place)).values()
    users = await place.users()
    await place.associate("user-1", first)

    await users.delete("user-1")
    place.tried.records.disassociate(place.name, "user-1", (first,))
    await users.delete("user-unknown")

    matches: list[UserMatch] = list(await users.search_face(first, most=5, floor=0))
    assert matches == []
