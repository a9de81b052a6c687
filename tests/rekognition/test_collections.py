import pytest

from adapters.face_engine.rekognition.collections import RekognitionCollections
from adapters.face_engine.rekognition.service import Rekognition
from app.domain.errors import EngineMisconfiguredError
from tests.rekognition.colours import RED, picture
from tests.rekognition_answers import Refusal
from tests.rekognition_stub import RekognitionStub

PHOTO = picture((RED, (100, 100, 300, 300)))


@pytest.fixture
def collections(service: Rekognition) -> RekognitionCollections:
    return RekognitionCollections(service)


async def test_a_collection_is_made_once_and_tells_its_model(
    collections: RekognitionCollections, stub: RekognitionStub
) -> None:
    models = [await collections.create("other") for _ in range(2)]

    assert models == ["rekognition-7.0"] * 2
    assert [name for name, _ in stub.calls].count("CreateCollection") == 1


async def test_collections_are_galleries_apart(collections: RekognitionCollections) -> None:
    for name in ("one", "two"):
        await collections.create(name)
    one, two = await collections.engine("one"), await collections.engine("two")

    await one.enrol(PHOTO, "A1", None)
    await (await collections.users("one")).create("ann")

    assert len((await one.faces(None)).items) == 1
    assert (await two.faces(None)).items == ()
    assert await collections.engine("one") is one


async def test_the_names_of_all_pages_are_listed_by_how_they_begin(
    collections: RekognitionCollections, stub: RekognitionStub
) -> None:
    stub.collections.page = 2
    for name in ("ours-1", "ours-2", "ours-3", "theirs", "zoo-ours"):
        await collections.create(name)

    assert await collections.names("ours-") == ["ours-1", "ours-2", "ours-3"]
    assert [name for name, _ in stub.calls].count("ListCollections") == 3


async def test_the_permission_that_listing_lacks_is_named(
    collections: RekognitionCollections, stub: RekognitionStub
) -> None:
    stub.faults.append(Refusal("AccessDeniedException", "No."))

    with pytest.raises(EngineMisconfiguredError, match=r"rekognition:ListCollections on \* "):
        await collections.names("ours-")


async def test_a_deleted_collection_is_gone_with_its_faces(
    collections: RekognitionCollections,
) -> None:
    await collections.create("one")
    await (await collections.engine("one")).enrol(PHOTO, "A1", None)

    await collections.delete("one")
    await collections.delete("one")

    with pytest.raises(EngineMisconfiguredError, match="one"):
        await (await collections.engine("one")).ping()
    await collections.create("one")
    assert (await (await collections.engine("one")).faces(None)).items == ()
