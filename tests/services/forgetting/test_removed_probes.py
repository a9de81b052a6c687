"""A removal destroys the probes that are its very photos, and names those that have to stay."""

from dataclasses import replace

import pytest

from app.domain.audit import AuditAction
from app.domain.errors import ProbeDestroyedError
from app.domain.hold import HoldKind
from app.domain.kept_probe import DestroyedFor
from app.domain.purpose import Purpose
from app.domain.removal import Finding, Place, Removal, RemovalState
from app.domain.review import ReviewState
from app.domain.search import SearchContext
from app.services.search_request import SearchRequest
from tests.domain.reviews import TWO, review
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.forgetting.test_holds import booked, place
from tests.services.forgetting.test_removals import PERSON, left_in, remove

_OWN = drawn_photo("Ann", note="A1")  # as `booked` books it


async def searched(jail: Jail, probe: bytes = _OWN) -> str:
    """Search with a booking photo and return the search's id."""
    request = SearchRequest(probe, SearchContext(Purpose.CRIMINAL_INVESTIGATION, "26-7"))
    return (await jail.services().search_faces(request, ACTOR)).search_id


async def test_a_probe_of_the_removed_bytes_is_destroyed_and_others_stay(jail: Jail) -> None:
    await booked(jail)
    same, other = await searched(jail), await searched(jail, drawn_photo("Ann", note="street"))

    removal = (await remove(jail, PERSON, "P-1")).removal

    assert removal.state is RemovalState.PROVED
    assert [key.partition("/")[0] for key in jail.probes.photos] == [other]
    async with jail.records.view() as view:
        probe = await view.probes.of(same)
    assert probe is not None
    assert probe.destroyed_for is DestroyedFor.REMOVED
    with pytest.raises(ProbeDestroyedError):
        await jail.services().forgetting.view_probe(same, None, ACTOR)
    purged = [one for one in await jail.audit() if one.action is AuditAction.PURGE]
    assert [same in repr(one.details) for one in purged] == [True]
    whole = await jail.services().forgetting.read_removals.one(removal.removal_id, ACTOR)
    assert "probes of other bytes" in str(whole.receipt)


async def left(jail: Jail, removal: Removal) -> tuple[str, ...]:
    check = left_in(removal, Place.PROBES)
    assert (check.finding, removal.state) == (Finding.LEFT, RemovalState.LEFT)
    assert len(jail.probes.photos) == 1
    return check.left


async def test_a_probe_under_open_review_is_told_and_goes_when_it_is_closed(jail: Jail) -> None:
    await booked(jail)
    search_id = await searched(jail)
    async with jail.records.unit() as unit:
        opened = replace(review(TWO), search_id=search_id)
        await unit.reviews.open(opened, ReviewState.AWAITING_PROBE)

    removal = (await remove(jail, PERSON, "P-1")).removal

    told = await left(jail, removal)
    assert told == (f"the probe of the search {search_id}: its review is open",)
    async with jail.records.unit() as unit:
        await unit.reviews.forget(search_id)
    assert await jail.go_on_removing.with_one(removal.removal_id)
    assert jail.probes.photos == {}


async def test_a_held_probe_is_told_and_goes_when_the_hold_ends(jail: Jail) -> None:
    await booked(jail)
    search_id = await searched(jail)
    async with jail.records.unit() as unit:
        # Nobody of the removal stands in the answer, or the hold would refuse it.
        answer = await unit.searches.get(search_id)
        assert answer is not None
        await unit.searches.forget(search_id)
        await unit.searches.add(replace(answer, candidates=()))
    hold = await place(jail, HoldKind.SEARCH, search_id)

    removal = (await remove(jail, PERSON, "P-1")).removal

    told = await left(jail, removal)
    assert told == (f"the probe of the search {search_id}: the hold {hold.hold_id} is on it",)
    await jail.services().forgetting.holds.release(hold.hold_id, "over", ACTOR)
    assert await jail.go_on_removing.with_one(removal.removal_id)
    assert jail.probes.photos == {}
