"""Searches of a collection: by photo, by face, and two photos compared."""

import pytest

from app.domain.errors import (
    CaseNumberRequiredError,
    FaceNotHeldError,
    NoFaceError,
    ProviderTermsError,
    PurposeRequiredError,
)
from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import Purpose
from app.services.collections.call import CollectionCall
from tests.fakes import DrawnFace, drawn_photo
from tests.jails import ACTOR
from tests.services.collections.conftest import ALL, CALL, Faces, purposeless

ANN = drawn_photo("Ann", note="probe")
UNKNOWN = "11111111-2222-4333-8444-555555555555"


async def test_matches_come_strongest_first_and_no_more_than_asked_for(faces: Faces) -> None:
    await faces.book("Ann", "Bob", "Cyn", "Dee")

    answer = await faces.search.by_image("mugshots", ANN, 2, 0.0, CALL)

    similarities = [match.similarity for match in answer.matches]
    assert len(similarities) == 2
    assert similarities == sorted(similarities, reverse=True)
    assert answer.matches[0].face.external_image_id == "Ann"


async def test_the_largest_face_of_the_probe_is_searched(faces: Faces) -> None:
    await faces.book("Ann", "Bob")
    both = drawn_photo(DrawnFace("Bob", 0.2), DrawnFace("Ann", 0.5))

    answer = await faces.search.by_image("mugshots", both, ALL, 80, CALL)

    assert [match.face.external_image_id for match in answer.matches] == ["Ann"]


async def test_a_probe_without_a_face_is_told(faces: Faces) -> None:
    with pytest.raises(NoFaceError):
        await faces.search.by_image("mugshots", drawn_photo(), ALL, 80, CALL)


async def test_a_probe_is_never_enrolled(faces: Faces) -> None:
    await faces.found("Ann")

    assert (await faces.manage.describe("mugshots", CALL)).faces == 0


async def test_an_enrolled_face_finds_the_others(faces: Faces) -> None:
    ids = await faces.book("Ann", "Bob")
    [again] = await faces.add("A2", drawn_photo("Ann", note="another day"))

    answer = await faces.search.by_face("mugshots", ids["Ann"], ALL, 80, CALL)

    assert [match.face.face_id for match in answer.matches] == [again.face_id]


async def test_an_unknown_face_is_told(faces: Faces) -> None:
    with pytest.raises(FaceNotHeldError):
        await faces.search.by_face("mugshots", UNKNOWN, ALL, 80, CALL)


async def test_a_deleted_face_is_neither_found_nor_searched(faces: Faces) -> None:
    ids = await faces.book("Ann")

    deleted = await faces.delete("mugshots", [ids["Ann"], UNKNOWN], CALL)

    assert deleted.face_ids == (ids["Ann"],)
    assert [one.reason for one in deleted.refused] == ["FACE_NOT_FOUND"]
    assert await faces.found("Ann") == []
    with pytest.raises(FaceNotHeldError):
        await faces.search.by_face("mugshots", ids["Ann"], ALL, 80, CALL)


async def test_faces_are_deleted_and_indexed_again(faces: Faces) -> None:
    ids = await faces.book("Ann")
    await faces.delete("mugshots", list(ids.values()), CALL)

    await faces.book("Ann")

    assert await faces.found("Ann") == ["Ann"]


async def test_faces_are_listed_in_pages_by_user_and_by_id(faces: Faces) -> None:
    ids = await faces.book("Ann", "Bob", "Cyn")
    await faces.users.create("mugshots", "U-1", None, CALL)
    await faces.users.associate("mugshots", "U-1", [ids["Bob"]], 75, None, CALL)

    first = await faces.listing("mugshots", None, 2, None, None, CALL)
    rest = await faces.listing("mugshots", first.faces[-1].face_id, 2, None, None, CALL)
    of_user = await faces.listing("mugshots", None, 10, "U-1", None, CALL)
    named = await faces.listing("mugshots", None, 10, None, [ids["Cyn"], UNKNOWN], CALL)

    assert [one.face_id for one in (*first.faces, *rest.faces)] == sorted(ids.values())
    assert [one.face_id for one in of_user.faces] == [ids["Bob"]]
    assert [one.face_id for one in named.faces] == [ids["Cyn"]]


async def test_two_photos_are_compared_and_nothing_is_kept(faces: Faces) -> None:
    target = drawn_photo(DrawnFace("Bob", 0.4), DrawnFace("Ann", 0.3))

    compared = await faces.compare(ANN, target, 80, CALL)

    assert [face.box.width for face, _ in compared.matches] == [0.3]
    assert [face.box.width for face in compared.unmatched] == [0.4]
    for source, other in ((drawn_photo(), ANN), (ANN, drawn_photo())):
        with pytest.raises(NoFaceError):
            await faces.compare(source, other, 80, CALL)


async def test_a_search_needs_its_purpose_and_case(faces: Faces) -> None:
    with pytest.raises(PurposeRequiredError):
        await faces.search.by_image("mugshots", ANN, ALL, 80, purposeless())
    caseless = CollectionCall(ACTOR, "SearchFacesByImage", Purpose.MISSING_PERSON)
    with pytest.raises(CaseNumberRequiredError):
        await faces.search.by_image("mugshots", ANN, ALL, 80, caseless)

    refused = [entry.outcome for entry in await faces.audit()][-2:]
    assert refused == ["purpose_required", "case_number_required"]


async def test_the_providers_terms_hold_here_too(faces: Faces) -> None:
    faces.terms = ProviderTerms(restricted=True)

    with pytest.raises(ProviderTermsError):
        await faces.search.by_image("mugshots", ANN, ALL, 80, CALL)
    with pytest.raises(ProviderTermsError):
        await faces.compare(ANN, ANN, 80, CALL)


async def test_the_audit_has_who_asked_why_and_what_was_found(faces: Faces) -> None:
    await faces.book("Ann")
    await faces.found("Ann")

    entry = (await faces.audit())[-1]
    assert (entry.actor, entry.purpose, entry.case_number) == (ACTOR, CALL.purpose, "26-001234")
    assert entry.gallery_faces == 1
    assert entry.photo_sha256 is not None
    assert "'external_image_id': 'Ann'" in str(entry.details["candidates"])
