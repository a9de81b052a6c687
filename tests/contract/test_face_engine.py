"""What every face engine promises; a new adapter is one more entry of `ENGINES`."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.domain.errors import (
    FaceIndexError,
    NoFaceError,
    PhotoUnreadableError,
    SeveralFacesError,
    UnsupportedPhotoError,
)
from app.domain.face import EnrolledFace, RefusalReason
from app.ports.face_engine import Match
from tests.contract.engines import ENGINES, Tried
from tests.contract.wire import Wire


@pytest.fixture(scope="module", params=ENGINES)
async def opened(request: pytest.FixtureRequest, wire: Wire) -> AsyncIterator[Tried]:
    async with ENGINES[request.param](wire) as tried:
        yield tried


@pytest.fixture
async def tried(opened: Tried) -> AsyncIterator[Tried]:
    """The engine with nobody enrolled before, whatever the test leaves behind."""
    enrolled: list[str] = []

    async def keep(face: EnrolledFace) -> None:
        enrolled.append(face.face_id)
        await opened.keep(face)

    yield replace(opened, keep=keep)
    for face_id in enrolled:
        await opened.forget(face_id)


async def enrol_all(tried: Tried) -> dict[str, str]:
    """Enrol every booking photo; return each face's person."""
    people: dict[str, str] = {}
    for number, (person, photo) in enumerate(tried.photos.booked):
        enrolled = await tried.engine.enrol(photo, f"A-{number}", None)
        await tried.keep(enrolled.kept)
        people[enrolled.kept.face_id] = person
    return people


async def ranked(tried: Tried, probe: bytes, floor: float = 0.0) -> list[Match]:
    matches = await tried.engine.search(probe, people=5, floor=floor, face=None)
    return [match async for batch in matches.ranked for match in batch]


async def test_another_photo_of_an_enrolled_person_ranks_that_person_first(tried: Tried) -> None:
    people = await enrol_all(tried)
    person, probe = tried.photos.probe

    found = await ranked(tried, probe)

    assert people[found[0].face_id] == person
    assert {match.face_id for match in found} <= set(people)


async def test_matches_come_strongest_first_and_once_on_a_scale_to_100(tried: Tried) -> None:
    await enrol_all(tried)

    found = await ranked(tried, tried.photos.probe[1])

    similarities = [match.similarity for match in found]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= similarity <= 100 for similarity in similarities)
    assert len({match.face_id for match in found}) == len(found)


async def test_nothing_below_the_floor_comes(tried: Tried) -> None:
    await enrol_all(tried)
    person_and_others = await ranked(tried, tried.photos.probe[1])
    floor = person_and_others[0].similarity - 0.001

    found = await ranked(tried, tried.photos.probe[1], floor)

    assert found
    assert all(match.similarity >= floor - 0.001 for match in found)
    assert len(found) < len(person_and_others)


async def test_a_probe_is_never_enrolled(tried: Tried) -> None:
    people = await enrol_all(tried)

    await ranked(tried, tried.photos.probe[1])
    again = await ranked(tried, tried.photos.probe[1])

    assert {match.face_id for match in again} <= set(people)


async def test_a_discarded_face_no_longer_comes(tried: Tried) -> None:
    await enrol_all(tried)
    first = (await ranked(tried, tried.photos.probe[1]))[0]

    await tried.engine.discard([first.face_id])
    await tried.forget(first.face_id)

    found = await ranked(tried, tried.photos.probe[1])
    assert first.face_id not in {match.face_id for match in found}


async def test_discarding_an_unknown_face_is_no_error(tried: Tried) -> None:
    await tried.engine.discard(["11111111-2222-4333-8444-555555555555"])


async def test_enrolling_again_is_harmless(tried: Tried) -> None:
    _, photo = tried.photos.booked[0]
    first = await tried.engine.enrol(photo, "A-1", None)
    again = await tried.engine.enrol(photo, "A-1", None)
    for enrolled in (first, again):
        await tried.keep(enrolled.kept)

    found = await ranked(tried, photo)

    assert again.kept.face_id in {match.face_id for match in found}


async def test_an_empty_gallery_answers_with_nobody(tried: Tried) -> None:
    assert await ranked(tried, tried.photos.probe[1]) == []


async def test_a_photo_with_no_face_is_refused_but_can_be_looked_at(tried: Tried) -> None:
    nobody = tried.photos.nobody

    with pytest.raises(NoFaceError):
        await tried.engine.enrol(nobody, "A-1", None)
    with pytest.raises(NoFaceError):
        await tried.engine.search(nobody, people=5, floor=0, face=None)
    assert (await tried.engine.detect(nobody)).faces == ()


async def test_two_faces_of_one_size_have_to_be_chosen_from(tried: Tried) -> None:
    two = tried.photos.two_alike

    with pytest.raises(SeveralFacesError) as caught:
        await tried.engine.enrol(two, "A-1", None)
    chosen = await tried.engine.enrol(two, "A-1", 1)
    await tried.keep(chosen.kept)

    assert len(caught.value.faces) == 2
    assert chosen.kept.face.box == caught.value.faces[1].box
    assert [face.reasons[0] for face in chosen.refused] == [RefusalReason.EXCEEDS_MAX_FACES]


async def test_the_dominant_face_is_enrolled_and_the_other_said(tried: Tried) -> None:
    enrolled = await tried.engine.enrol(tried.photos.one_dominant, "A-1", None)
    await tried.keep(enrolled.kept)

    assert len(enrolled.refused) == 1
    assert enrolled.refused[0].face.box.area < enrolled.kept.face.box.area
    assert RefusalReason.EXCEEDS_MAX_FACES in enrolled.refused[0].reasons


async def test_a_search_takes_the_largest_face_unless_another_is_chosen(tried: Tried) -> None:
    two = tried.photos.two_alike

    largest = await tried.engine.search(two, people=1, floor=0, face=None)
    second = await tried.engine.search(two, people=1, floor=0, face=1)

    assert (largest.searched, second.searched) == (0, 1)
    assert largest.faces[0].box.area >= largest.faces[1].box.area


@pytest.mark.parametrize("face", [-1, 7])
async def test_a_face_that_does_not_exist_is_refused(tried: Tried, face: int) -> None:
    with pytest.raises(FaceIndexError):
        await tried.engine.search(tried.photos.probe[1], people=5, floor=0, face=face)
    with pytest.raises(FaceIndexError):
        await tried.engine.enrol(tried.photos.probe[1], "A-1", face)


async def test_what_is_no_photo_is_refused(tried: Tried) -> None:
    with pytest.raises((UnsupportedPhotoError, PhotoUnreadableError)):
        await tried.engine.enrol(tried.photos.garbage, "A-1", None)
    with pytest.raises((UnsupportedPhotoError, PhotoUnreadableError)):
        await tried.engine.search(tried.photos.garbage, people=5, floor=0, face=None)
    with pytest.raises((UnsupportedPhotoError, PhotoUnreadableError)):
        await tried.engine.detect(tried.photos.garbage)


async def test_what_an_engine_holds_itself_is_paged_whole(tried: Tried) -> None:
    people = await enrol_all(tried)
    description = await tried.engine.describe()
    held: list[str] = []
    after: str | None = None
    while True:
        page = await tried.engine.faces(after)
        held += [face.face_id for face in page.items]
        if (after := page.next) is None:
            break

    assert set(held) == (set(people) if description.holds_faces else set())


async def test_an_engine_says_what_it_is_and_that_it_serves(tried: Tried) -> None:
    description = await tried.engine.describe()

    await tried.engine.ping()

    assert description.name
    assert description.model
    assert description.score_scale
