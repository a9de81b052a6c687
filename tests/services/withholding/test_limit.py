"""More than may be hidden within a day stop and ask, however they come to be hidden."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.withheld import WithheldState
from app.services.recorded import utc_now
from app.services.withholding.tell_withheld import TellWithheld
from tests.jails import Jail
from tests.services.withholding.telling import rows, seal, sealed, tell
from tests.services.withholding.test_removals import ALL, DAY, age, poll


@pytest.mark.parametrize("reader", ["poll", "keeper"])
async def test_restricted_ones_that_all_turn_sealed_begin_anew_and_ask(
    jail: Jail, database: str, reader: str
) -> None:
    jail.removal_terms = replace(jail.removal_terms, delay=DAY)
    seal(jail, *ALL, status=RecordStatus.RESTRICTED)
    await poll(jail)()
    await jail.withheld()
    age(database, 24 * 90)

    seal(jail, *ALL)
    if reader == "poll":
        await poll(jail)()
    for _ in range(2):
        await jail.withheld()

    known = (await rows(jail)).values()
    assert (await jail.search("Ann")).candidates == ()
    assert len(jail.engine.held) == len(jail.store.photos) == 12
    assert {one.state for one in known} == {WithheldState.ASKING}
    assert all(jail.removal_terms.due_at(one) > utc_now() for one in known)  # type: ignore[operator]  # sealed


async def test_what_was_told_before_it_was_counted_counts(jail: Jail, database: str) -> None:
    jail.removal_terms = replace(jail.removal_terms, delay=DAY)
    seal(jail, *ALL[:6])
    await poll(jail)()
    await TellWithheld(jail.records)()
    age(database, 25)

    await jail.withheld()

    assert len(jail.engine.held) == 12
    assert (await rows(jail))["A1"].state is WithheldState.ASKING


async def test_what_is_hidden_over_several_days_does_not_ask(jail: Jail, database: str) -> None:
    for first in (0, 4):
        seal(jail, *ALL[first : first + 4])
        await poll(jail)()
        await jail.withheld()
        age(database, 25)

    assert len(jail.engine.held) == 4


async def test_many_ids_of_which_nothing_is_on_record_stop_nobody(jail: Jail) -> None:
    seal(jail, "A1")
    strangers = [f"S{number}" for number in range(50)]

    await tell(jail, sealed("e1", "A1", *strangers))
    await jail.withheld()

    assert (await rows(jail))["A1"].state is WithheldState.REMOVED
    assert (await rows(jail))["S7"].state is WithheldState.WAITING
