"""Each switch of the demo JMS does what it says."""

from collections.abc import Generator

import httpx
import pytest

from app.demo_jms.faults import Faults, Turnstile
from app.demo_jms.jail import DemoJail
from app.domain.booking import RecordStatus
from tests.demo_jms.demo_jails import demo_at, rest_jms

ONE = "/bookings/DEMO-000001"


@pytest.fixture
def jail() -> DemoJail:
    return DemoJail(0, 30, page_size=10)


@pytest.fixture
def client(jail: DemoJail) -> Generator[httpx.Client]:
    with demo_at(jail) as client:
        yield client


def pages(client: httpx.Client) -> list[str]:
    """Return the ids of all front views as they are listed, from the first page to the last."""
    listed, after = list[str](), None
    while True:
        params = {"view": "front"} | ({"after": after} if after else {})
        page = client.get("/photos", params=params).raise_for_status().json()
        listed += [one["external_image_id"] for one in page["items"]]
        if (after := page["next"]) is None:
            return listed


def test_without_faults_it_is_a_good_jms(client: httpx.Client) -> None:
    assert {client.get(ONE).status_code for _ in range(50)} == {200}
    assert pages(client) == [f"DEMO-{number:06}" for number in range(1, 31)]


def test_switches_are_set_one_by_one_and_shown(client: httpx.Client) -> None:
    client.post("/faults", json={"latency_ms": 1})
    client.post("/faults", json={"sealed": ["DEMO-000002"]})

    faults = client.get("/faults").json()
    assert (faults["latency_ms"], faults["sealed"]) == (1, ["DEMO-000002"])


@pytest.mark.parametrize(
    "body", ['{"latency": 5}', '{"error_rate": 2}', '{"rate_limit": 0}', "[]", "no json"]
)
def test_a_switch_that_is_none_is_refused_and_changes_nothing(
    client: httpx.Client, jail: DemoJail, body: str
) -> None:
    refused = client.post("/faults", content=body)

    assert refused.status_code == 422
    assert refused.json()["errors"]
    assert jail.faults == Faults()


def test_an_error_rate_is_the_share_of_answers_that_fail(
    client: httpx.Client, jail: DemoJail
) -> None:
    jail.faults = Faults(error_rate=0.3)

    failed = [client.get(ONE).status_code for _ in range(200)].count(500)

    assert 40 < failed < 80
    jail.faults = Faults(error_rate=1)
    assert client.get("/photos").status_code == 500
    assert client.get("/faults").status_code == 200


def test_which_answers_fail_is_the_seeds_doing() -> None:
    def statuses(seed: int) -> list[int]:
        with demo_at(DemoJail(seed, 1, faults=Faults(error_rate=0.5))) as client:
            return [client.get(ONE).status_code for _ in range(20)]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)


def test_what_hangs_never_answers(client: httpx.Client, jail: DemoJail) -> None:
    jail.faults = Faults(hang_rate=1)

    with pytest.raises(httpx.ReadTimeout):
        client.get(ONE, timeout=0.2)

    jail.faults = Faults()
    assert client.get(ONE).status_code == 200


def test_latency_comes_before_every_answer(client: httpx.Client, jail: DemoJail) -> None:
    jail.faults = Faults(latency_ms=60_000)

    with pytest.raises(httpx.ReadTimeout):
        client.get(ONE, timeout=0.2)

    jail.faults = Faults(latency_ms=1)
    assert client.get(ONE).status_code == 200


def test_more_questions_than_allowed_are_told_to_wait(client: httpx.Client, jail: DemoJail) -> None:
    jail.faults = Faults(rate_limit=1)
    answers = [client.get(ONE) for _ in range(50)]

    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert {one.headers["Retry-After"] for one in refused} == {"1"}
    assert answers[0].status_code == 200


def test_so_many_pass_within_any_second() -> None:
    now = 0.0
    turnstile = Turnstile(lambda: now)

    assert [turnstile.passes(2) for _ in range(3)] == [True, True, False]
    now = 0.9
    assert not turnstile.passes(2)
    now = 1.0
    assert turnstile.passes(2)


def test_bookings_that_come_between_pages_are_listed_again(
    client: httpx.Client, jail: DemoJail
) -> None:
    jail.faults = Faults(shift=2)

    listed = pages(client)

    assert len(listed) > len(set(listed))
    assert {f"DEMO-{number:06}" for number in range(1, 31)} <= set(listed)
    assert client.get("/bookings/DEMO-000031").status_code == 200


def test_bookings_that_go_between_pages_let_others_slip_past(
    client: httpx.Client, jail: DemoJail
) -> None:
    jail.faults = Faults(shift=-3)

    listed = pages(client)

    assert len(listed) == len(set(listed))
    assert len(listed) < 30


async def test_a_booking_is_sealed_by_the_id_of_any_of_its_photos() -> None:
    jail = DemoJail(0, 3, faults=Faults(sealed=frozenset({"DEMO-000001"})))
    async with rest_jms(jail) as jms:
        answers = await jms.bookings(["DEMO-000001", "DEMO-000001-L", "DEMO-000002"])

    statuses = {key: booking.status for key, booking in answers.found.items()}
    assert statuses == {
        "DEMO-000001": RecordStatus.SEALED,
        "DEMO-000001-L": RecordStatus.SEALED,
        "DEMO-000002": RecordStatus.ACTIVE,
    }
