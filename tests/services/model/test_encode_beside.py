"""A photo's face of the next model is the one on record, or there is a reason why there is none."""

from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from app.domain.errors import (
    FaceRefusedError,
    NoFaceError,
    NoModelChangeError,
    NotIndexedError,
    PhotoMissingError,
)
from app.domain.face import Enrolled
from app.services.index_call import IndexRequest
from app.services.model.encode_beside import BesideOutcome, EncodeBeside
from tests.fakes import DrawnFace, FakeFaceEngine, drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.model.conftest import NEW, OLD, Changing


async def test_the_face_is_kept_beside_and_nothing_else_changes(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})

    first = await changing.encode("A1")
    again = await changing.encode("A1")

    assert (first, again) == (BesideOutcome.ADDED, BesideOutcome.UNCHANGED)
    assert await changing.faces() == [("A1", OLD)]
    async with changing.records.view() as view:
        standing = await view.models.standing()
    assert standing is not None
    assert (standing.faces, standing.faces_beside, standing.missing) == (1, 1, 0)


@pytest.mark.parametrize("chosen", [0, 1, 2])
async def test_of_several_faces_it_is_the_one_that_was_enrolled(
    changing: Changing, chosen: int
) -> None:
    photo = drawn_photo(DrawnFace("Ann", 0.5), DrawnFace("Bob", 0.45), DrawnFace("Cyn", 0.4))
    request = IndexRequest(photo, "A1", face=chosen)
    await changing.jail.services().index_photo(request, ACTOR)

    await changing.encode("A1")

    await changing.switch(0, ACTOR)
    async with changing.records.view() as view:
        [face] = await view.faces.page(None, 10)
    assert changing.next_engine.held[face.face_id][0] == ["Ann", "Bob", "Cyn"][chosen]


async def test_a_photo_that_went_or_was_replaced_has_its_reason(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    await changing.jail.services().remove_photo("A1", ACTOR)

    for external_image_id in ("A1", "A2"):
        with pytest.raises(NotIndexedError):
            await changing.encode(external_image_id)


async def test_a_photo_that_is_not_in_the_store_is_told(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    changing.jail.store.photos.clear()

    with pytest.raises(PhotoMissingError, match="no longer in the photo store"):
        await changing.encode("A1")


async def test_a_face_that_the_next_model_refuses_is_told(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    [key] = changing.jail.store.photos
    changing.jail.store.photos[key] = drawn_photo(DrawnFace("Ann", dark=True))

    with pytest.raises(FaceRefusedError):
        await changing.encode("A1")


async def test_a_face_elsewhere_in_the_photo_is_not_the_one_on_record(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    [key] = changing.jail.store.photos
    changing.jail.store.photos[key] = drawn_photo(DrawnFace("Bob", 0.1))

    with pytest.raises(NoFaceError, match="not found in the photo again"):
        await changing.encode("A1")


@dataclass
class Meddled(FakeFaceEngine):
    """An engine under which the photo is replaced once, while it reads."""

    jail: Jail
    photos: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(holds_faces=False, model=NEW)

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        if self.photos:
            await self.jail.index(external_image_id, self.photos.pop())
        return await super().enrol(photo, external_image_id, face)


async def test_a_photo_replaced_while_it_is_read_is_read_again(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    engine = Meddled(changing.jail, [drawn_photo("Bob")])

    await EncodeBeside(engine, changing.records, changing.jail.store)("A1")

    await changing.switch(0, ACTOR)
    async with changing.records.view() as view:
        [face] = await view.faces.page(None, 10)
    assert engine.held[face.face_id][0] == "Bob"


async def test_a_face_that_was_deleted_alone_does_not_come_back(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    async with changing.records.unit() as unit:
        await unit.faces.remove([face.face_id for face in await unit.faces.page(None, 10)])

    with pytest.raises(NotIndexedError):
        await changing.encode("A1")


async def test_without_a_change_nothing_is_kept_beside(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    await changing.give_up(ACTOR)

    with pytest.raises(NoModelChangeError):
        await changing.encode("A1")
    with pytest.raises(NoModelChangeError):
        await EncodeBeside(None, changing.records, changing.jail.store)("A1")
