"""The demo JMS by REST: what it tells, and that it tells the same again."""

import io
from itertools import islice

import httpx
import pytest
from PIL import Image

from app.demo_jms.jail import DemoJail, given_photo
from app.demo_jms.people import ZONE, fictional_bookings
from app.domain.booking import RecordStatus
from app.domain.booking_fields import booking_from_fields
from tests.demo_jms.demo_jails import demo_at, rest_jms

ADDRESSES = (
    "/bookings/DEMO-000001",
    "/bookings/DEMO-000031-L",
    "/bookings?ids=DEMO-000002,DEMO-000003",
    "/photos?view=front",
    "/photos?after=DEMO-000031-L",
    "/photos/DEMO-000001",
    "/photos/DEMO-000001-R",
)


def everything(seed: int) -> list[bytes]:
    with demo_at(DemoJail(seed, 40, page_size=10)) as client:
        return [client.get(address).raise_for_status().content for address in ADDRESSES]


def test_two_runs_of_one_seed_answer_the_same_bytes() -> None:
    assert everything(7) == everything(7)
    assert everything(7) != everything(8)


def test_more_bookings_of_a_seed_are_the_same_and_some_more() -> None:
    assert [*islice(fictional_bookings(3), 20)] == [*islice(fictional_bookings(3), 30)][:20]


def test_every_booking_can_be_read_whole_and_says_that_it_is_none() -> None:
    for columns in islice(fictional_bookings(0), 300):
        parsed = booking_from_fields(columns, ZONE)

        assert not parsed.problems
        assert parsed.booking.status is RecordStatus.ACTIVE
        assert parsed.booking.facility == "DEMO JAIL"
        assert parsed.booking.booked_at is not None
        assert parsed.booking.charges
        assert parsed.booking.person.sex is not None
        assert parsed.booking.person.sex.code is not None


def test_some_people_come_back() -> None:
    people = [one["person_id"] for one in islice(fictional_bookings(0), 100)]

    assert 60 < len(set(people)) < 100


async def test_the_adapter_finds_a_booking_and_its_photo() -> None:
    async with rest_jms(DemoJail(0, 5)) as jms:
        answers = await jms.bookings(["DEMO-000002", "DEMO-000099"])

    assert answers.found["DEMO-000002"].booking_number == "DEMO-B-000002"
    assert set(answers.found) == {"DEMO-000002"}


def test_many_bookings_are_asked_for_at_once_by_either_way() -> None:
    with demo_at(DemoJail(0, 5)) as client:
        ids = ["DEMO-000003", "nobody", "DEMO-000001", "DEMO-000003"]
        posted = client.post("/bookings", json={"ids": ids}).json()
        asked = client.get("/bookings", params={"ids": ",".join(ids)}).json()

    assert posted == asked
    assert [one["external_image_id"] for one in posted["items"]] == ["DEMO-000003", "DEMO-000001"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"ids": "A"}', b'{"ids": [1]}', b"[" * 100_000]
)
def test_what_asks_for_no_ids_is_refused(body: bytes) -> None:
    with demo_at(DemoJail(0, 1)) as client:
        assert client.post("/bookings", content=body).status_code == 400


def test_too_many_ids_are_refused() -> None:
    with demo_at(DemoJail(0, 1)) as client:
        assert client.post("/bookings", json={"ids": ["A"] * 501}).status_code == 400


@pytest.mark.parametrize("query", ["since=yesterday", "view=front&since=2026"])
def test_a_time_that_is_none_is_refused(query: str) -> None:
    with demo_at(DemoJail(0, 1)) as client:
        assert client.get(f"/photos?{query}").status_code == 400


@pytest.mark.parametrize("address", ["/bookings/nobody", "/photos/nobody", "/bookings/a/b"])
def test_what_is_not_there_is_404(address: str) -> None:
    with demo_at(DemoJail(0, 1)) as client:
        assert client.get(address).status_code == 404


def test_a_photo_is_drawn_another_for_each_person_and_view() -> None:
    with demo_at(DemoJail(0, 3)) as client:
        names = ("DEMO-000001", "DEMO-000001-L", "DEMO-000002")
        pictures = [client.get(f"/photos/{name}").content for name in names]

    assert len(set(pictures)) == 3
    assert {Image.open(io.BytesIO(picture)).format for picture in pictures} == {"JPEG"}


def test_what_did_not_change_is_not_sent_again() -> None:
    with demo_at(DemoJail(0, 3)) as client:
        for address in ("/bookings/DEMO-000001", "/photos/DEMO-000001"):
            tag = client.get(address).headers["ETag"]
            again = client.get(address, headers={"If-None-Match": tag})

            assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")


def test_photos_that_are_given_come_with_their_bookings() -> None:
    given = given_photo({"external_image_id": "DEMO-0001", "last_name": "Sample"}, b"portrait")
    with demo_at(DemoJail(0, 0, [given])) as client:
        assert client.get("/photos/DEMO-0001").content == b"portrait"
        assert client.get("/bookings/DEMO-0001").json()["last_name"] == "Sample"


def test_a_token_is_asked_for_everywhere() -> None:
    with demo_at(DemoJail(0, 1), "sesame") as client:
        for address in ("/", "/faults", "/bookings/DEMO-000001", "/photos"):
            refused = client.get(address)
            served = client.get(address, headers={"Authorization": "Bearer sesame"})

            assert (refused.status_code, served.status_code) == (401, 200)


def test_the_first_page_says_what_there_is() -> None:
    with demo_at(DemoJail(0, 0)) as client:
        assert client.get("/").json()["soap"] == "/soap"
