"""What every face engine promises of faces that are anybody's: enrolled, searched and compared."""

import pytest

from app.domain.errors import FaceNotHeldError, NoFaceError, PhotoUnreadableError
from app.domain.errors import UnsupportedPhotoError as Unsupported
from app.domain.face import RefusalReason
from app.ports.face_engine import Match
from tests.contract.collections import Place

NOBODYS = "11111111-2222-4333-8444-555555555555"


async def alike(place: Place, face_id: str, floor: float = 0.0) -> list[Match]:
    ranking = await (await place.engine()).search_face(face_id, people=5, floor=floor)
    return [match async for batch in ranking.ranked for match in batch]


async def test_all_faces_of_a_photo_are_enrolled_largest_first(place: Place) -> None:
    engine = await place.engine()

    enrolled = await engine.enrol_all(place.photos.two_alike, "A-1", 100, filtered=True)

    detected = await engine.detect(place.photos.two_alike)
    assert tuple(kept.face for kept in enrolled.kept) == detected.faces
    assert len({kept.face_id for kept in enrolled.kept}) == 2
    assert enrolled.refused == ()
    assert enrolled.model == (await engine.describe()).model
    assert enrolled.size == detected.size


async def test_beyond_the_most_the_smaller_faces_are_refused(place: Place) -> None:
    engine = await place.engine()

    enrolled = await engine.enrol_all(place.photos.one_dominant, None, 1, filtered=True)

    [kept], [refused] = enrolled.kept, enrolled.refused
    assert kept.face.box.area > refused.face.box.area
    assert RefusalReason.EXCEEDS_MAX_FACES in refused.reasons


async def test_a_poor_face_is_left_out_only_when_poor_ones_are_to_be(place: Place) -> None:
    engine, photo = await place.engine(), place.photos.with_a_poor_face

    filtered = await engine.enrol_all(photo, "A-1", 100, filtered=True)
    whole = await engine.enrol_all(photo, "A-2", 100, filtered=False)

    assert (len(filtered.kept), len(whole.kept)) == (1, 2)
    [refused] = filtered.refused
    assert refused.reasons
    assert RefusalReason.EXCEEDS_MAX_FACES not in refused.reasons
    assert whole.refused == ()


async def test_a_photo_of_nobody_is_enrolled_as_nobody(place: Place) -> None:
    engine = await place.engine()

    enrolled = await engine.enrol_all(place.photos.nobody, None, 100, filtered=True)

    assert (enrolled.kept, enrolled.refused) == ((), ())


async def test_the_same_photo_under_the_same_id_has_the_same_faces(place: Place) -> None:
    photo = place.photos.two_alike
    first = await place.enrol(photo, "A-1")

    again = await place.enrol(photo, "A-1")
    elsewhere = await place.enrol(photo, "A-2")
    unnamed = await place.enrol(photo)

    assert again == first
    assert len({*first, *elsewhere, *unnamed}) == 6


async def test_a_face_enrolled_alone_is_the_same_as_among_all(place: Place) -> None:
    photo = place.photos.booked[0][1]
    engine = await place.engine()

    alone = await engine.enrol(photo, "A-1", None)

    assert [alone.kept.face_id] == await place.enrol(photo, "A-1")


async def test_what_is_no_photo_has_no_faces_to_enrol_or_compare(place: Place) -> None:
    engine, garbage = await place.engine(), place.photos.garbage

    with pytest.raises((Unsupported, PhotoUnreadableError)):
        await engine.enrol_all(garbage, None, 1, filtered=True)
    with pytest.raises((Unsupported, PhotoUnreadableError)):
        await engine.compare(place.photos.probe[1], garbage)
    with pytest.raises((Unsupported, PhotoUnreadableError)):
        await engine.compare(garbage, place.photos.probe[1])


async def test_a_face_finds_the_other_faces_of_its_person_first_and_never_itself(
    place: Place,
) -> None:
    people = {face_id: person for person, face_id in await place.book()}
    searched = next(face_id for face_id, person in people.items() if is_twice(people, person))

    found = await alike(place, searched)

    assert people[found[0].face_id] == people[searched]
    assert {match.face_id for match in found} <= set(people) - {searched}
    similarities = [match.similarity for match in found]
    assert similarities == sorted(similarities, reverse=True)


async def test_the_faces_of_a_person_who_is_united_and_taken_apart_are_found_as_before(
    place: Place,
) -> None:
    booked, (person, probe) = await place.book(), place.photos.probe
    engine = await place.engine()
    own = [face_id for one, face_id in booked if one == person]

    for face_ids in (own, own, []):
        await engine.unite(person, face_ids)

        matches = await engine.search(probe, people=5, floor=0, face=None)
        found = [match.face_id async for batch in matches.ranked for match in batch]
        assert set(found[: len(own)]) == set(own)


async def test_nobody_below_the_floor_is_like_a_face(place: Place) -> None:
    (_, searched), *_ = await place.book()
    strongest, *others = await alike(place, searched)

    found = await alike(place, searched, strongest.similarity - 0.001)

    assert strongest.face_id in {match.face_id for match in found}
    assert len(found) <= len(others)


@pytest.mark.parametrize("face_id", [NOBODYS, "no face at all"])
async def test_a_face_that_is_not_held_cannot_be_searched_by(place: Place, face_id: str) -> None:
    await place.book()

    with pytest.raises(FaceNotHeldError):
        await alike(place, face_id)


async def test_a_discarded_face_is_not_held_any_more(place: Place) -> None:
    (_, first), (_, second), *_ = await place.book()

    await (await place.engine()).discard([first])
    place.tried.records.forget(place.name, first)

    with pytest.raises(FaceNotHeldError):
        await alike(place, first)
    assert first not in {match.face_id for match in await alike(place, second)}


async def test_the_largest_face_is_compared_with_all_of_another_photo(place: Place) -> None:
    engine, (first, _) = await place.engine(), place.photos.booked[0]
    photos = [photo for person, photo in place.photos.booked if person == first]

    compared = await engine.compare(photos[-1], place.photos.two_alike)

    assert compared.source.box == (await engine.detect(photos[-1])).faces[0].box
    detected = await engine.detect(place.photos.two_alike)
    assert tuple(face for face, _ in compared.faces) == detected.faces
    own, other = sorted((likeness for _, likeness in compared.faces), reverse=True)
    top = (await engine.describe()).scale_top
    assert 0 <= other < own <= top


async def test_a_photo_of_nobody_can_only_be_compared_with(place: Place) -> None:
    engine = await place.engine()
    nobody, somebody = place.photos.nobody, place.photos.probe[1]

    compared = await engine.compare(somebody, nobody)

    assert compared.faces == ()
    with pytest.raises(NoFaceError):
        await engine.compare(nobody, somebody)


async def test_comparing_enrols_nobody(place: Place) -> None:
    engine, probe = await place.engine(), place.photos.probe[1]

    await engine.compare(probe, probe)

    matches = await engine.search(probe, people=5, floor=0, face=None)
    assert [match async for batch in matches.ranked for match in batch] == []


async def test_the_scale_told_to_clients_of_rekognition_covers_the_engines_own(
    place: Place,
) -> None:
    description = await (await place.engine()).describe()
    scale = description.rekognition_scale

    assert scale.rekognition(0) == 0
    assert scale.rekognition(description.scale_top) == 100


def is_twice(people: dict[str, str], person: str) -> bool:
    return list(people.values()).count(person) > 1
