"""A switch is refused or complete, recorded, and one commit; the rest goes afterwards."""

import asyncio
from dataclasses import dataclass

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.errors import ModelChangeIncompleteError, NoModelChangeError
from app.domain.face import Enrolled
from app.domain.record import IndexOutcome
from app.services.model.encode_beside import EncodeBeside
from app.services.model.switch_model import SwitchModel
from tests.fakes import DrawnFace, FakeFaceEngine, drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.model.conftest import NEW, OLD, Changing


async def test_what_came_last_is_read_before_the_switch(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann", "A2": "Bob"})
    await changing.encode("A1")

    after = await changing.switch(0, ACTOR)

    assert (after.served, after.next, after.faces, after.forgetting) == (NEW, None, 2, (OLD,))
    assert await changing.faces() == [("A1", NEW), ("A2", NEW)]
    entry = (await changing.jail.audit())[-1]
    assert (entry.action, entry.outcome) == (AuditAction.CHANGE_MODEL, "answered")
    assert (entry.model, entry.gallery_faces) == (NEW, 2)
    assert entry.details == {"switched_from": OLD, "faces_lost": 0}


async def _spoil(jail: Jail, *external_image_ids: str) -> None:
    """Let the next model refuse these photos."""
    for external_image_id in external_image_ids:
        async with jail.records.view() as view:
            record = await view.photos.get(external_image_id)
        assert record is not None
        jail.store.photos[str(record.photo_key)] = drawn_photo(DrawnFace("x", dark=True))


async def test_a_switch_that_would_lose_faces_is_refused_and_recorded(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann", "A2": "Bob", "A3": "Cyn"})
    await _spoil(changing.jail, "A1", "A2")

    for accepted in (0, 1):
        with pytest.raises(ModelChangeIncompleteError, match=r"2 of the faces .* mode force"):
            await changing.switch(accepted, ACTOR)

    assert await changing.faces() == [("A1", OLD), ("A2", OLD), ("A3", OLD)]
    assert (await changing.jail.audit())[-1].outcome == "model_change_incomplete"


async def test_an_accepted_loss_is_told_of_each_photo(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann", "A2": "Bob"})
    await _spoil(changing.jail, "A2")

    await changing.switch(1, ACTOR)

    lost = await changing.jail.services().read_index.one("A2")
    assert (lost.status, lost.reason, lost.faces) == ("skipped", "other_model", ())
    assert await changing.faces() == [("A1", NEW)]
    assert (await changing.jail.audit())[-1].details["faces_lost"] == 1


async def test_a_lost_photo_that_is_indexed_again_is_searchable(changing: Changing) -> None:
    photo = drawn_photo("Ann")
    await changing.jail.index("A1", photo)
    await _spoil(changing.jail, "A1")
    await changing.switch(1, ACTOR)

    now = Jail(changing.records, changing.next_engine, changing.jail.store)
    first, again = await now.index("A1", photo), await now.index("A1", photo)

    assert (first.outcome, again.outcome) == (IndexOutcome.REPLACED, IndexOutcome.UNCHANGED)
    assert await changing.faces() == [("A1", NEW)]


@dataclass
class Switched(FakeFaceEngine):
    """An engine under which the model is switched once, while it reads."""

    changing: Changing
    done: bool = False

    def __post_init__(self) -> None:
        super().__init__(holds_faces=False, model=OLD)

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        enrolled = await super().enrol(photo, external_image_id, face)
        if not self.done:
            self.done = True
            await self.changing.switch(0, ACTOR)
            self._model = NEW
        return enrolled


async def test_a_photo_that_is_indexed_at_the_switch_is_indexed_with_the_next_model(
    changing: Changing,
) -> None:
    jail = Jail(changing.records, Switched(changing), changing.jail.store)

    answer = await jail.index("A1", drawn_photo("Ann"))

    assert (answer.outcome, answer.record.model) == (IndexOutcome.CREATED, NEW)
    assert await changing.faces() == [("A1", NEW)]
    assert (await jail.audit())[-1].model == NEW


async def test_there_is_no_switch_without_a_change(changing: Changing) -> None:
    without = EncodeBeside(None, changing.records, changing.jail.store)
    with pytest.raises(NoModelChangeError, match="CANDID_ENGINE__NEXT__MODEL_PATH"):
        await SwitchModel(changing.records, without, changing.forget)(0, ACTOR)
    await changing.give_up(ACTOR)

    with pytest.raises(NoModelChangeError):
        await changing.switch(0, ACTOR)
    with pytest.raises(NoModelChangeError):
        await changing.give_up(ACTOR)

    assert [entry.outcome for entry in await changing.jail.audit()] == [
        "no_model_change",
        "answered",
        "no_model_change",
        "no_model_change",
    ]


async def test_of_two_who_switch_at_once_one_does(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})

    outcomes = await asyncio.gather(
        changing.switch(0, ACTOR), changing.switch(0, ACTOR), return_exceptions=True
    )

    assert sum(isinstance(one, NoModelChangeError) for one in outcomes) == 1
    assert await changing.faces() == [("A1", NEW)]


async def test_the_sweeper_deletes_what_was_left_by_a_switch_or_given_up(
    changing: Changing,
) -> None:
    await changing.jail.book({"A1": "Ann", "A2": "Bob"})
    await changing.encode("A1")
    await changing.give_up(ACTOR)

    await changing.forget()

    async with changing.records.view() as view:
        standing = await view.models.standing()
    assert standing is not None
    assert (standing.served, standing.faces, standing.forgetting) == (OLD, 2, ())
