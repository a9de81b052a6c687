"""Studio portraits, very like booking photos: neutral ones booked, smiling ones searched."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.e2e.calls import index, search, write_bookings
from tests.live import live_service

ENOUGH = 101  # of 102


def bookings_of(people: list[str]) -> list[dict[str, str]]:
    return [
        {
            "external_image_id": f"L-{person}",
            "booking_number": f"B-{person}",
            "person_id": f"P-{person}",
            "last_name": f"Sample {person}",
        }
        for person in people
    ]


def test_the_right_person_comes_first_with_the_booking(shared_data: Path, tmp_path: Path) -> None:
    london = shared_data / "london"
    people = sorted(path.name for path in london.iterdir() if path.is_dir())
    bookings = tmp_path / "bookings.csv"
    write_bookings(bookings, bookings_of(people))

    with (
        live_service(tmp_path / "data", JMS__PATH=str(bookings)) as service,
        service.client() as client,
        ThreadPoolExecutor(2) as threads,
    ):

        def indexed(person: str) -> int:
            photo = (london / person / f"{person}_03_neutral.jpg").read_bytes()
            return index(client, f"L-{person}", photo).status_code

        def searched(person: str) -> Any:  # noqa: ANN401 - JSON
            probe = (london / person / f"{person}_08_smiling.jpg").read_bytes()
            return search(client, probe).raise_for_status().json()

        statuses = set(threads.map(indexed, people))
        answers = dict(zip(people, threads.map(searched, people), strict=True))

    firsts = {person: answer["candidates"][0] for person, answer in answers.items()}
    right = [p for p, first in firsts.items() if first["external_image_id"] == f"L-{p}"]
    numbers = {p: first["booking"]["booking_number"] for p, first in firsts.items()}
    assert statuses == {201}
    assert len(people) == 102
    assert len(right) >= ENOUGH
    assert all(numbers[person] == f"B-{person}" for person in right)
    assert {one["booking_status"] for a in answers.values() for one in a["candidates"]} == {"found"}
