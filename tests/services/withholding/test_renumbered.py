"""A photo that has another id in the JMS now."""

from app.domain.booking import RecordStatus
from app.domain.hold import HoldKind
from app.domain.jms_events import About, EventType, JmsEvent, Numbered
from app.domain.record import IndexStatus
from app.domain.removal import RemovalState
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail, booking
from tests.services.forgetting.test_holds import place
from tests.services.withholding.telling import (
    AT,
    fall_behind,
    found,
    received_before,
    renumbered,
    rows,
    sealed,
    tell,
)


async def test_a_photo_gets_its_new_id_and_the_old_one_a_receipt(jail: Jail) -> None:
    jail.fake_jms.known["N1"] = booking("N1", "P-Ann")
    del jail.fake_jms.known["A1"]
    about = About(("A1",), numbered=Numbered.EXTERNAL_IMAGE_ID, to="N1")
    await tell(jail, JmsEvent("e1", EventType.RENUMBERED, AT, about))

    assert await jail.follow() == 1

    assert await found(jail, "Ann") == ["N1"]
    async with jail.records.view() as view:
        old, [removal] = await view.photos.get("A1"), await view.removals.page(None, 9)
    assert old is not None
    assert old.status is IndexStatus.REMOVED
    assert removal.state is RemovalState.PROVED
    assert removal.request.authority_reference == "JMS event e1: renumbered as N1"


async def test_a_sealed_photo_stays_hidden_under_its_new_id(jail: Jail) -> None:
    fall_behind(jail)
    jail.fake_jms.known["N1"] = booking("N1", "P-Ann")
    about = About(("A1",), numbered=Numbered.EXTERNAL_IMAGE_ID, to="N1")
    await tell(jail, sealed("e1", "A1"), JmsEvent("e2", EventType.RENUMBERED, AT, about))
    await jail.follow()

    await jail.index("N1", drawn_photo("Ann", note="anew"))

    assert await found(jail, "Ann") == []


async def test_a_photo_whose_engine_is_down_gets_its_new_id_later(jail: Jail) -> None:
    about = About(("A1",), numbered=Numbered.EXTERNAL_IMAGE_ID, to="N1")
    await tell(jail, JmsEvent("e1", EventType.RENUMBERED, AT, about))
    jail.engine.down = True
    assert await jail.follow() == 0

    jail.engine.down = False

    assert await jail.follow() == 1
    assert await found(jail, "Ann") == ["N1"]


async def test_a_new_id_that_is_sealed_means_the_photo_that_waits_for_it(jail: Jail) -> None:
    jail.engine.down = True
    await tell(jail, renumbered("e1", "A1", "N1"), renumbered("e2", "N1", "N2"))
    await jail.follow()
    jail.engine.down = False

    [answer] = await tell(jail, sealed("e3", "N2"))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []


async def test_a_photo_is_hidden_whose_new_id_was_sealed_before(jail: Jail) -> None:
    await tell(jail, sealed("e1", "N1"), renumbered("e2", "A1", "N1"))

    assert await found(jail, "Ann") == []


async def test_a_photo_that_a_hold_keeps_is_shown_under_its_new_id_alone(jail: Jail) -> None:
    await place(jail, HoldKind.PERSON, "P-Ann")
    await tell(jail, renumbered("e1", "A1", "N1"))

    assert await jail.follow() == 1

    assert await found(jail, "Ann") == ["N1"]
    assert (await rows(jail))["A1"].event_id == "e1"


async def test_a_photo_whose_new_id_was_removed_is_hidden(jail: Jail) -> None:
    await jail.index("N1", drawn_photo("Ann"))
    await jail.services().remove_photo("N1", ACTOR)
    await tell(jail, renumbered("e1", "A1", "N1"))

    assert await jail.follow() == 1

    assert await found(jail, "Ann") == []


async def test_a_photo_that_never_gets_its_new_id_is_hidden_in_the_end(
    jail: Jail, database: str
) -> None:
    await tell(jail, renumbered("e1", "A1", "N1"))
    jail.store.error = RuntimeError("whatever it is")  # type: ignore[assignment]  # none of ours
    assert await jail.follow() == 0
    received_before(database, "25 hours")

    assert await jail.follow() == 1

    jail.store.error = None
    assert await found(jail, "Ann") == []
    assert (await rows(jail))["A1"].status is RecordStatus.RESTRICTED


async def test_a_photo_that_is_lost_is_not_removed_for_its_new_id(jail: Jail) -> None:
    jail.store.photos.clear()
    await tell(jail, renumbered("e1", "A1", "N1"))

    assert await jail.follow() == 0

    async with jail.records.view() as view:
        old = await view.photos.get("A1")
    assert old is not None
    assert old.status is IndexStatus.INDEXED


async def test_another_photo_under_the_new_id_is_not_written_over(jail: Jail) -> None:
    await tell(jail, renumbered("e1", "A1", "A2"))

    assert await jail.follow() == 1

    assert await found(jail, "Bob") == ["A2"]
    assert await found(jail, "Ann") == []
    async with jail.records.view() as view:
        old = await view.photos.get("A1")
    assert old is not None
    assert old.status is IndexStatus.INDEXED
