"""An import from a jail management system that does what it can to spoil it."""

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from adapters.jms.contract.stock import JailPhoto
from app.domain.encoded_ids import encoded_id
from app.domain.photo import sha256_of
from app.services.imports.outages import MOST_IN_A_ROW
from tests.e2e.calls import everything_indexed, ids_found, search
from tests.e2e.commands import ended as ended_command
from tests.e2e.importing import (
    Json,
    assert_files,
    change,
    counts,
    ended,
    items,
    people,
    start,
    until,
)
from tests.e2e.processes import database_of
from tests.hostile_jms import (
    JUNK,
    Fate,
    HostileJail,
    Hostility,
    awkward_id,
    hostile_jms,
)
from tests.live import LiveService, live_service
from tests.servers import served

MANY = 140
TOO_LONG = "é" * 150
DOTS = ".."
REASONS = {
    Fate.MISSING: "photo_missing",
    Fate.HTML: "not_a_picture",
    Fate.DEAD: "source_unavailable",
}
SHARES = {
    Fate.ERROR_500: 0.08,
    Fate.HANG: 0.04,
    Fate.HALF_BODY: 0.08,
    Fate.CHANGED: 0.08,
    Fate.MISSING: 0.05,
    Fate.HTML: 0.05,
    Fate.DEAD: 0.2,  # more of them than failures in a row that look like an outage
}
WORST = Hostility(
    20261130, SHARES, bad_pages=0.5, bad_bookings=0.2, repeats=0.3, arrivals=2, junk=True
)


@dataclass
class Connected:
    """A service and the JMS that it is connected to."""

    service: LiveService
    jail: HostileJail
    settings: Mapping[str, str]
    client: httpx.Client

    def start(self) -> str:
        return start(self.client, "", "jms")

    def ended(self, import_id: str) -> Json:
        """Wait for the end, but not for the moments at which photos are tried again."""

        def is_over(progress: Json) -> bool:
            hasten(self.service.data_dir)
            return bool(progress["state"] != "running")

        until(self.client, import_id, is_over)
        return ended(self.client, import_id)

    def verified(self) -> tuple[int, dict[str, Any]]:
        given = {"DATA_DIR": str(self.service.data_dir), **self.settings}
        said = ended_command("verify", "--json", **given)
        assert said.stdout, said.stderr
        return said.returncode, json.loads(said.stdout)


@contextmanager
def connected(tmp_path: Path, jail: HostileJail) -> Iterator[Connected]:
    with served(hostile_jms(jail)) as url:
        settings = {"JMS__BASE_URL": url, "JMS__IMPORT_SECONDS": "5"}
        with (
            live_service(tmp_path / "data", **settings) as service,
            service.client() as client,
        ):
            yield Connected(service, jail, settings, client)


def hasten(data_dir: Path) -> None:
    """Let what waits to be tried again be due now."""
    with database_of(data_dir) as connection:
        connection.execute(
            "UPDATE import_items SET due_at = now() WHERE status = 'waiting' AND due_at > now()"
        )


def jail_of(portraits: Mapping[str, Path], count: int, hostility: Hostility) -> HostileJail:
    photos = [
        JailPhoto(awkward_id(number), photo, booking={"booking_number": f"26-{number}"})
        for number, photo in enumerate(people(portraits, "", count).values())
    ]
    random.Random(1).shuffle(photos)  # noqa: S311 - an order, not a secret
    return HostileJail(photos, hostility, page_size=23)


def odd_ones(photo: bytes) -> list[JailPhoto]:
    """Return photos that are not to be indexed; two have an id that cannot be used."""
    return [
        JailPhoto("left", photo, view="left"),
        JailPhoto(TOO_LONG, photo),
        JailPhoto("sealed /1", photo, booking={"status": "sealed"}),
        JailPhoto(DOTS, photo, booking={"booking_number": "26-dots"}),
    ]


def expected_reasons(jail: HostileJail) -> dict[str, str | None]:
    """Return what must come of each photo that the JMS has, by its id here."""
    reasons = {
        encoded_id(one.raw_id): REASONS.get(jail.fate(one.raw_id))
        for one in jail.photos
        if one.view == "front" and one.raw_id not in {TOO_LONG, DOTS}
    }
    return reasons | {encoded_id("sealed /1"): "withheld"}


def to_be_had(jail: HostileJail, expected: Mapping[str, str | None]) -> dict[str, bytes]:
    """Return the photos that must be in, as the JMS serves them now."""
    usable = (one.raw_id for one in jail.photos if one.raw_id not in {TOO_LONG, DOTS})
    by_name = {encoded_id(raw_id): raw_id for raw_id in usable}
    return {name: jail.served(by_name[name]) for name, why in expected.items() if why is None}


def stored_hashes(client: httpx.Client) -> dict[str, str]:
    return {one["external_image_id"]: one["sha256"] for one in everything_indexed(client)}


def test_of_a_hostile_jms_all_that_can_be_had_is_in_and_all_else_has_its_reason(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    jail = jail_of(portraits, MANY, WORST)
    jail = replace(jail, photos=[*jail.photos, *odd_ones(jail.photos[0].read())])
    expected = expected_reasons(jail)
    assert [*expected.values()].count("source_unavailable") > MOST_IN_A_ROW
    with connected(tmp_path, jail) as here:
        import_id = here.start()
        through = here.ended(import_id)

        late = _assert_listed_with_reasons(here, import_id, expected)
        numbers = counts(through)
        right = to_be_had(jail, expected)
        assert (numbers["entry_unusable"], numbers["id_not_encodable"]) == (len(JUNK) + 1, 1)
        assert numbers["indexed"] == len(right)
        assert through["duplicates"] > 0
        hashes = {name: sha256_of(photo) for name, photo in right.items()}
        assert stored_hashes(here.client) == hashes
        _assert_found_by_booking(here.client, jail)
        assert "Traceback" not in here.service.log.read_text()

        _assert_next_import_takes_what_arrived(here, late)
        jail.asked.clear()  # its pages fail once more
        code, proof = here.verified()
        assert (code, proof["findings"], proof["summary"]["not_compared"]) == (0, [], [])
        assert stored_hashes(here.client) == hashes
        assert_files(here.service.data_dir / "photos", right.values())


def _assert_listed_with_reasons(
    here: Connected, import_id: str, expected: Mapping[str, str | None]
) -> set[str]:
    """Return the ids of those that came while the pages were read; they have no photo."""
    arrived = {one.raw_id for one in here.jail.arrived}
    found = {name: one["reason"] for name, one in items(here.client, import_id).items() if name}
    late = found.keys() & arrived
    assert {name: reason for name, reason in found.items() if name not in late} == expected
    assert {found[name] for name in late} <= {"photo_missing"}
    return late


def _assert_next_import_takes_what_arrived(here: Connected, late: set[str]) -> None:
    """Before the places that had been read photos slipped in: verifying tells of them."""
    here.jail.hostility = replace(here.jail.hostility, arrivals=0)
    _, early = here.verified()
    unseen = {one.raw_id for one in here.jail.arrived} - late
    assert {one["external_image_id"] for one in _errors(early)} == unseen
    assert {one["finding"] for one in _errors(early)} <= {"missing_in_records"}
    indexed = len(stored_hashes(here.client))
    again = counts(here.ended(here.start()))
    assert again["already_indexed"] == indexed
    assert "indexed" not in again


def _errors(proof: Json) -> list[Json]:
    return [one for one in proof["findings"] if not one["information"]]


def _assert_found_by_booking(client: httpx.Client, jail: HostileJail) -> None:
    """Every kind of awkward id is found by its photo with its booking."""
    fine = [one for one in jail.photos if jail.fate(one.raw_id) is Fate.FINE]
    numbered = [one for one in fine if "booking_number" in one.booking][:20]
    assert len({one.raw_id[0] for one in numbered}) > 5
    for one in numbered:
        name = encoded_id(one.raw_id)
        [best, *_] = search(client, one.read()).raise_for_status().json()["candidates"]
        assert name in ids_found(client, one.read())
        if best["external_image_id"] == name:
            assert best["booking"]["booking_number"] == one.booking["booking_number"]
        answer = client.get(f"/bookings/{name}").raise_for_status().json()
        assert answer["booking_number"] == one.booking["booking_number"]


def test_a_listing_that_goes_round_in_circles_pauses_and_says_what_to_do(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    jail = jail_of(portraits, 30, Hostility(goes_round=True))
    jail.page_size = 7
    with connected(tmp_path, jail) as here:
        import_id = here.start()
        paused = until(here.client, import_id, lambda one: one["state"] != "running", 60)

        assert paused["state"] == "paused"
        assert "leads back to a page it had" in paused["trouble"]
        assert "cancel this import and start a new one" in paused["trouble"]
        code, proof = here.verified()
        assert code == 4
        [lacking] = proof["summary"]["not_compared"]
        assert lacking["part"] == "listing"

        jail.hostility = Hostility()
        change(here.client, import_id, "cancel")
        again = counts(here.ended(here.start()))
        assert again["already_indexed"] >= 7
        assert sum(again.values()) == 30
        assert again.keys() <= {"already_indexed", "indexed"}
        assert here.verified()[1]["findings"] == []
