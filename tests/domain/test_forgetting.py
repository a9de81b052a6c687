"""When a probe has to go, which hold is on what, and what a removal's places mean together."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.hold import Hold, HoldKind, HoldRequest, Touched, first_on
from app.domain.kept_probe import DestroyedFor, KeptProbe, ProbeTerms
from app.domain.removal import Check, Finding, Place, RemovalState, state_of
from app.domain.search_id import made_at, new_search_id

NOW = datetime(2026, 3, 4, 5, 6, 7, 891000, tzinfo=UTC)
TERMS = ProbeTerms(timedelta(days=30), timedelta(days=365))


@pytest.mark.parametrize(
    ("days", "review_open", "why"),
    [
        (29.9, False, None),
        (30, False, DestroyedFor.DUE),
        (30, True, None),
        (364.9, True, None),
        (365, True, DestroyedFor.TOO_OLD),
        (365, False, DestroyedFor.DUE),
    ],
)
def test_a_probe_stays_its_days_and_until_its_review_is_closed_but_no_longer_than_most(
    days: float, *, review_open: bool, why: DestroyedFor | None
) -> None:
    probe = KeptProbe("S-1", "S-1/x", NOW - timedelta(days=days), review_open)

    assert TERMS.due(probe, NOW) is why


@pytest.mark.parametrize(
    ("kind", "touched"),
    [
        (HoldKind.CASE, Touched(case_number="1")),
        (HoldKind.SEARCH, Touched(search_id="1")),
        (HoldKind.PERSON, Touched(person_ids=frozenset({"1"}))),
        (HoldKind.PHOTO, Touched(external_image_ids=frozenset({"1"}))),
    ],
)
def test_a_hold_is_on_its_own_kind_alone(kind: HoldKind, touched: Touched) -> None:
    holds = [Hold(kind.value, HoldRequest(kind, "1", "", ""), NOW, "desk") for kind in HoldKind]

    found = first_on(holds, touched)

    assert found is not None
    assert found.asked.kind is kind
    assert first_on(holds, Touched()) is None


def test_a_hold_on_a_person_is_on_photos_that_were_theirs() -> None:
    asked = HoldRequest(HoldKind.PERSON, "P-1", "", "")
    hold = Hold("1", asked, NOW, "desk", photos=frozenset({"A1"}))

    assert hold.is_on(Touched(external_image_ids=frozenset({"A1"})))
    assert not hold.is_on(Touched(external_image_ids=frozenset({"A2"})))


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ((), RemovalState.PENDING),
        ((Finding.GONE, Finding.NONE_KEPT), RemovalState.PROVED),
        ((Finding.GONE, Finding.LEFT), RemovalState.LEFT),
        ((Finding.WAITING, Finding.LEFT), RemovalState.PENDING),
        ((Finding.GONE, Finding.UNAVAILABLE), RemovalState.PENDING),
    ],
)
def test_a_removal_is_proved_only_when_every_place_answered_that_nothing_is_there(
    findings: tuple[Finding, ...], state: RemovalState
) -> None:
    checks = tuple(Check(Place.ENGINE, NOW, finding) for finding in findings)

    assert state_of(checks) is state


def test_the_id_of_a_search_tells_when_it_was_made() -> None:
    ids = [new_search_id(NOW + timedelta(milliseconds=n)) for n in range(3)]

    assert [made_at(one) for one in ids] == [NOW + timedelta(milliseconds=n) for n in range(3)]
    assert ids == sorted(ids)
    assert {UUID(one).version for one in ids} == {7}


OTHER_VERSION = "0f8fad5b-d9cb-469f-a165-70867728950e"
UPPER_CASE = "019CB73D-3593-71AE-8B51-A5E0E105BED0"


@pytest.mark.parametrize("strange", ["", "S-1", OTHER_VERSION, "0" * 40, UPPER_CASE])
def test_other_ids_tell_nothing(strange: str) -> None:
    assert made_at(strange) is None
