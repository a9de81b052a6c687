"""What is hidden is removed after a second word and a delay; many at once stop and ask."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import RemovalsChangedError, RemovalsWaitError, TombstonedError
from app.domain.hold import HoldKind
from app.domain.record import IndexStatus
from app.domain.removal import RemovalReason, RemovalState
from app.domain.withheld import WithheldState
from app.services.imports.refresh_standings import RefreshStandings
from app.services.signatures import Signer, signed_by
from app.services.withholding.check_withheld import CheckWithheld
from tests.databases import KEY
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.forgetting.test_holds import place
from tests.services.withholding.telling import found, rows, seal, sealed, tell

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ALL = [f"A{number}" for number in range(1, 13)]


def poll(jail: Jail) -> RefreshStandings:
    """Return who asks the JMS about everybody, as the schedule does."""
    return RefreshStandings(jail.engine, jail.records, jail.enrichment, jail.sweep)


def age(database: str, hours: int) -> None:
    """Let so many hours pass for what is hidden."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE withheld SET hidden_at = hidden_at - make_interval(hours => %(h)s), "
            "believed_at = believed_at - make_interval(hours => %(h)s), "
            "read_at = read_at - make_interval(hours => %(h)s)",
            {"h": hours},
        )


@pytest.mark.parametrize("way", ["event", "poll"])
async def test_the_face_is_gone_after_the_second_word_and_its_receipt_verifies(
    jail: Jail, way: str
) -> None:
    seal(jail, "A1", status=RecordStatus.EXPUNGED)
    if way == "event":
        await tell(jail, sealed("e1", "A1", status=RecordStatus.EXPUNGED))
    else:
        await poll(jail)()
    assert await found(jail, "Ann") == []
    assert len(jail.engine.held) == 12

    await jail.withheld()

    assert len(jail.engine.held) == len(jail.store.photos) == 11
    one = (await rows(jail))["A1"]
    assert (one.state, one.removal_id is None) == (WithheldState.REMOVED, False)
    assert one.removal_id is not None
    whole = await jail.services().forgetting.read_removals.one(one.removal_id, ACTOR)
    assert whole.removal.state is RemovalState.PROVED
    assert whole.removal.request.reason is RemovalReason.EXPUNGED
    assert whole.removal.request.authority_reference == one.heard
    assert signed_by(whole.receipt, under="receipt") == Signer.of(KEY).public_key
    with pytest.raises(TombstonedError):
        await jail.index("A1", drawn_photo("Ann", note="again"))


async def test_a_jms_that_does_not_know_it_any_more_gives_the_second_word_too(jail: Jail) -> None:
    del jail.fake_jms.known["A1"]
    seal(jail, "A2")
    await tell(jail, sealed("e1", "A1"), sealed("e2", "A2"))

    await jail.withheld()

    assert (await rows(jail))["A1"].state is WithheldState.REMOVED


async def test_a_jms_that_knows_nobody_gives_it_when_it_said_so_twice(
    jail: Jail, database: str
) -> None:
    """A gateway may have said it in its place; a JMS that drops what is expunged goes on so."""
    del jail.fake_jms.known["A1"]
    await tell(jail, sealed("e1", "A1"))

    assert await jail.withheld() == 1
    assert await jail.withheld() == 0
    assert (await rows(jail))["A1"].state is WithheldState.WAITING
    assert len(jail.engine.held) == 12

    age(database, 1)
    jail.unknown.since = {one: since - HOUR for one, since in jail.unknown.since.items()}
    await jail.withheld()

    assert (await rows(jail))["A1"].state is WithheldState.REMOVED


async def test_a_jms_that_knows_it_in_between_begins_anew(jail: Jail, database: str) -> None:
    booking = jail.fake_jms.known.pop("A1")
    await tell(jail, sealed("e1", "A1"))
    await jail.withheld()
    age(database, 1)
    jail.fake_jms.known["A1"] = booking

    await jail.withheld()

    assert jail.unknown.since == {}
    assert (await rows(jail))["A1"].state is WithheldState.SHOWN


async def test_nothing_goes_before_its_time(jail: Jail, database: str) -> None:
    jail.removal_terms = replace(jail.removal_terms, delay=DAY, confirm_after=HOUR)
    seal(jail, "A1")
    await tell(jail, sealed("e1", "A1"))

    assert await jail.withheld() == 0
    age(database, 2)
    assert await jail.withheld() == 1
    assert await jail.withheld() == 0
    assert (await rows(jail))["A1"].confirmed_at is not None
    assert len(jail.engine.held) == 12

    age(database, 23)
    assert await jail.withheld() == 1

    assert len(jail.engine.held) == 11


async def test_a_second_word_that_it_is_active_shows_it_again(jail: Jail, database: str) -> None:
    jail.removal_terms = replace(jail.removal_terms, delay=DAY, confirm_after=HOUR)
    await tell(jail, sealed("e1", "A1"))
    await jail.withheld()
    assert await found(jail, "Ann") == []
    age(database, 2)

    await jail.withheld()

    assert await found(jail, "Ann") == ["A1"]
    one = (await rows(jail))["A1"]
    assert (one.state, one.ended_at is None) == (WithheldState.SHOWN, False)
    assert [entry.details["state"] for entry in await jail.audit() if "state" in entry.details] == [
        "waiting",
        "shown",
    ]


async def test_while_the_jms_is_silent_nothing_goes_and_it_is_asked_again(
    jail: Jail, database: str
) -> None:
    await tell(jail, sealed("e1", "A1"))
    jail.fake_jms.down = True
    await jail.withheld()
    assert await jail.withheld() == 0
    jail.fake_jms.down = False
    seal(jail, "A1")

    age(database, 1)
    await jail.withheld()

    assert (await rows(jail))["A1"].state is WithheldState.REMOVED


async def test_juveniles_and_restricted_ones_only_stay_hidden(jail: Jail) -> None:
    seal(jail, "A1", status=RecordStatus.JUVENILE)
    await tell(jail, sealed("e1", "A1", status=RecordStatus.JUVENILE))

    await jail.withheld()

    assert len(jail.engine.held) == 12
    assert (await rows(jail))["A1"].state is WithheldState.WAITING
    assert await found(jail, "Ann") == []


async def test_a_hold_keeps_it_hidden_until_it_is_released(jail: Jail, database: str) -> None:
    hold = await place(jail, HoldKind.PERSON, "P-Ann")
    seal(jail, "A1")
    await tell(jail, sealed("e1", "A1"))

    await jail.withheld()
    age(database, 2)
    await jail.withheld()

    assert (await rows(jail))["A1"].hold_id == hold.hold_id
    assert await found(jail, "Ann") == []
    refused = [one for one in await jail.audit() if one.outcome == "preservation_hold"]
    assert len(refused) == 1
    assert len(jail.engine.held) == 12
    await jail.services().forgetting.holds.release(hold.hold_id, "over", ACTOR)
    age(database, 2)
    await jail.withheld()
    assert len(jail.engine.held) == 11


async def test_a_mapping_that_reads_everybody_as_sealed_hides_stops_asks_and_loses_nothing(
    jail: Jail, database: str
) -> None:
    seal(jail, *ALL)
    await poll(jail)()

    for _ in range(3):
        await jail.withheld()
        age(database, 30)

    assert (await jail.search("Ann")).candidates == ()
    assert len(jail.engine.held) == len(jail.store.photos) == 12
    assert {one.state for one in (await rows(jail)).values()} == {WithheldState.ASKING}
    with pytest.raises(RemovalsWaitError, match="12 photos"):
        await CheckWithheld(jail.records)()

    seal(jail, *ALL, status=RecordStatus.ACTIVE)  # the mapping was mended
    manage = jail.services().withholding.manage
    assert await manage.read_again(ACTOR) == 12
    await jail.withheld()

    assert await found(jail, "Ann") == ["A1"]
    await CheckWithheld(jail.records)()


async def test_what_somebody_agrees_to_goes_on(jail: Jail) -> None:
    seal(jail, *ALL[:6])
    await tell(jail, *(sealed(f"e{one}", one) for one in ALL[:6]))
    await jail.withheld()
    assert len(jail.engine.held) == 12
    manage = jail.services().withholding.manage

    seen = await manage.page(ACTOR, WithheldState.ASKING, None, 100)
    assert seen.digest is not None

    seal(jail, ALL[0], status=RecordStatus.EXPUNGED)  # as many as before, and not the same
    await tell(jail, sealed("e7", ALL[0], status=RecordStatus.EXPUNGED))
    await jail.withheld()
    with pytest.raises(RemovalsChangedError, match="6 removals ask now"):
        await manage.confirm(seen.digest, ACTOR)
    now = await manage.page(ACTOR, None, None, 100)
    assert now.digest is not None
    assert await manage.confirm(now.digest, ACTOR) == now.asking.photos == 6
    await jail.withheld()

    assert len(jail.engine.held) == 6
    asked = [one for one in await jail.audit() if one.action is AuditAction.CHANGE_WITHHELD]
    assert [(one.outcome, one.details["digest"]) for one in asked] == [
        ("removals_changed", seen.digest),
        ("answered", now.digest),
    ]


async def test_without_a_jms_an_administrators_is_the_second_word(jail: Jail) -> None:
    jail.jms = None
    await tell(jail, sealed("e1", "A1"))
    await jail.withheld()
    assert (await rows(jail))["A1"].state is WithheldState.ASKING

    manage = jail.services().withholding.manage
    seen = await manage.page(ACTOR, None, None, 100)
    assert seen.digest is not None
    assert await manage.confirm(seen.digest, ACTOR) == 1
    await jail.withheld()

    assert (await rows(jail))["A1"].state is WithheldState.REMOVED
    async with jail.records.view() as view:
        record = await view.photos.get("A1")
    assert record is not None
    assert record.status is IndexStatus.REMOVED
