from dataclasses import replace

import pytest

from app.domain.call_rate import CREDIT_SECONDS, HORIZON_SECONDS, LEASE_SECONDS, CallRate
from app.domain.call_slots import Run
from tests.call_rates import deployment

KNOWN = CallRate(quota=50.0, next_slot=100.0, next_urgent=100.0)


@pytest.mark.parametrize("processes", [1, 3, 10])
@pytest.mark.parametrize("quota", [5, 50, 100, 23.7])
def test_the_whole_quota_is_used_and_hardly_a_call_is_throttled(
    quota: float, processes: int
) -> None:
    calls = deployment(quota, processes=processes)

    calls.run(200)

    assert calls.ratio(40, 200, quota) > 0.985
    assert calls.wasted(40, 200) < 0.01
    assert calls.wasted(0, 60) < 0.03


@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize(("quota", "least"), [(50, 0.985), (100, 0.985), (5, 0.85)])
def test_a_service_that_allows_no_bursts_is_kept_up_with_too(
    quota: float, least: float, processes: int
) -> None:
    calls = deployment(quota, burst=0.1, processes=processes)

    calls.run(200)

    assert calls.ratio(40, 200, quota) > least  # at 5 a second it holds a single token
    assert calls.wasted(40, 200) < 0.02


def test_a_lowered_quota_is_found_within_seconds() -> None:
    calls = deployment(lambda at: 50 if at < 60 else 25, processes=3)

    calls.run(120)

    assert calls.wasted(60, 63) > 0.05
    assert calls.wasted(63, 120) < 0.02
    assert calls.ratio(63, 120, 25) > 0.97


@pytest.mark.parametrize("seconds", [3, 10, 60])
def test_an_outage_in_which_nothing_is_granted_is_soon_forgotten(seconds: float) -> None:
    calls = deployment(lambda at: 0 if 60 <= at < 60 + seconds else 50, processes=3)

    calls.run(180)

    assert calls.ratio(62 + seconds, 180, 50) > 0.75
    assert calls.ratio(165, 180, 50) > 0.97


def test_a_quota_that_is_nearly_taken_away_is_found_too() -> None:
    calls = deployment(lambda at: 50 if at < 60 else 2, processes=3)

    calls.run(180)

    assert calls.ratio(90, 180, 2) > 0.9
    assert calls.wasted(90, 180) < 0.2


def test_urgent_calls_that_are_yet_to_come_do_not_count_as_granted() -> None:
    rate, _ = replace(KNOWN, empty_at=100.0).leased_urgently(100.0, wanted=100)

    rate = rate.after_throttling(100.5)

    assert (rate.quota, rate.empty_at) == (50, 100.0)


def test_a_raised_quota_is_found_within_minutes() -> None:
    calls = deployment(lambda at: 25 if at < 60 else 50, processes=3, most=50)

    calls.run(360)

    assert calls.ratio(240, 360, 50) > 0.97
    assert calls.wasted(60, 360) < 0.02


def test_what_was_learned_is_gone_on_with() -> None:
    before = deployment(50)
    before.run(60)
    after = deployment(50, processes=3)
    after.rate = replace(before.rate, next_slot=0.0, next_urgent=0.0)

    after.run(30)

    assert after.ratio(3, 30, 50) > 0.98
    assert after.wasted(0, 30) < 0.005


def test_calls_are_leased_several_at_a_time() -> None:
    calls = deployment(50)

    calls.run(60)

    assert calls.leases < 10 * 60


def test_nobody_takes_more_than_a_lease_or_beyond_the_horizon() -> None:
    rate, leases = KNOWN, []
    for _ in range(5):
        rate, lease = rate.leased(100.0, wanted=1000)
        leases.append(lease)

    assert leases[0].count <= LEASE_SECONDS * 50 + 1
    assert sum(lease.count for lease in leases) <= HORIZON_SECONDS * 50 + 1
    assert leases[-1].count == 0
    assert leases[-1].ask_again == pytest.approx(rate.next_slot - HORIZON_SECONDS)


def test_a_lull_is_not_made_up_for() -> None:
    rate, lease = KNOWN.leased(500.0, wanted=10)

    assert lease.first == 500.0 - CREDIT_SECONDS
    assert rate.empty_at is None


def test_after_a_lull_the_pace_is_no_higher_than_the_quota() -> None:
    probing = replace(KNOWN, pressed_seconds=60.0)

    rate, _ = probing.leased(500.0, wanted=1)

    assert probing.pace > 50
    assert rate.pace == 50


def test_a_clock_that_was_set_back_stops_nobody() -> None:
    ahead = replace(KNOWN, next_slot=5_000.0, next_urgent=5_000.0)

    assert ahead.leased(100.0, wanted=1)[1].first == pytest.approx(100.0, abs=CREDIT_SECONDS)
    assert ahead.leased_urgently(100.0, wanted=1)[1].first == 100.0


def test_an_urgent_call_passes_those_that_wait_who_come_so_much_later() -> None:
    waiting, _ = KNOWN.leased(100.0, wanted=12)

    rate, lease = waiting.leased_urgently(100.0, wanted=2)

    assert lease.first == 100.0
    assert rate.next_slot == pytest.approx(waiting.next_slot + 2 / 50, abs=1e-3)
    assert rate.leased_urgently(100.0, wanted=1)[1].first == pytest.approx(100.0 + 2 / 50, abs=1e-3)


def test_urgent_calls_that_queue_up_are_demand_too() -> None:
    rate, _ = CallRate().leased_urgently(100.0, wanted=1)
    alone = rate.pressed_seconds
    for _ in range(60):
        rate, _ = rate.leased_urgently(100.0, wanted=1)

    assert alone == 0
    assert rate.pace > CallRate().pace


def test_one_throttling_does_not_lower_the_quota() -> None:
    rate, _ = replace(KNOWN, empty_at=90.0, pressed_seconds=5.0).leased(100.0, wanted=10)

    rate = rate.after_throttling(100.0)

    assert rate.quota == 50
    assert rate.pace < 50


def test_news_of_before_the_count_began_changes_no_count() -> None:
    rate = KNOWN.after_throttling(100.0)

    late = rate.after_throttling(99.9)

    assert late.throttled - late.throttled_before == 1
    assert late.admitted - late.throttled - late.granted_before == (
        rate.admitted - rate.throttled - rate.granted_before
    )


def test_slots_given_back_do_not_count_as_calls() -> None:
    rate, _ = KNOWN.leased(100.0, wanted=10)

    assert rate.with_returned(3).admitted == 7


def test_a_quota_nobody_ever_met_has_a_pace_all_the_same() -> None:
    assert CallRate(pressed_seconds=1e9).pace == 10_000
    assert replace(KNOWN, pressed_seconds=1e9).pace == 10_000


def test_the_slots_of_a_run_are_counted_from_a_moment() -> None:
    run = Run(10.0, 11.0, 10)

    assert [run.after(at) for at in (9.0, 10.0, 10.05, 10.9, 12.0)] == [10, 9, 9, 0, 0]
