"""A jail for the page: real faces, bookings of people who do not exist, keys for each office."""

import csv
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from app.demo_jms.people import fictional_bookings
from tests.e2e.calls import index
from tests.live import LiveService, live_service

OFFICES: Mapping[str, Sequence[str]] = {
    "investigator": ("search", "review"),
    "reviewer": ("review",),
    "searcher": ("search",),
    "administrator": ("admin",),
    "importer": ("import",),
    "auditor": ("audit",),
}
"""Who works with the page, and the scopes of their keys."""

ARRIVING = "box"
"""The import of this name brings photos of the first person, whose bookings the JMS has."""


@dataclass(frozen=True)
class Portrait:
    """One booking photo; those of one person have one `person`."""

    external_image_id: str
    person: str
    path: Path
    sex: str = ""  # of the person, where it is known


@dataclass(frozen=True)
class PageJail:
    """A running service, a key for each office, and a probe of whom the first portrait shows."""

    service: LiveService
    keys: Mapping[str, str]
    probe: Path

    @property
    def url(self) -> str:
        return self.service.url

    @property
    def incoming(self) -> Path:
        """The one folder that imports may read."""
        return _incoming(self.service.data_dir)

    def client(self, office: str) -> httpx.Client:
        return self.service.client(key=self.keys[office])


def london(folder: Path, people: int = 12) -> tuple[list[Portrait], Path]:
    """Return portraits of the first people of the London set, and a probe of the first."""
    with (folder / "london_info.csv").open(newline="") as file:
        sexes = {row["face_id"]: row["face_gender"][0].upper() for row in csv.DictReader(file)}
    found = sorted(path.name for path in folder.iterdir() if path.is_dir())[:people]
    portraits = [
        Portrait(f"L-{one}", one, folder / one / f"{one}_03_neutral.jpg", sexes[one])
        for one in found
    ]
    first = found[0]
    return twice(portraits), folder / first / f"{first}_08_smiling.jpg"


def twice(portraits: Sequence[Portrait]) -> list[Portrait]:
    """Return portraits with a second photo of the first person."""
    first = portraits[0]
    return [*portraits, replace(first, external_image_id=f"{first.external_image_id}-2")]


@contextmanager
def page_jail(
    data_dir: Path, portraits: Sequence[Portrait], probe: Path, **settings: str
) -> Generator[PageJail]:
    """Run a service with keys, index the portraits, and give a key to each office."""
    data_dir.mkdir(parents=True, exist_ok=True)
    bookings = data_dir / "bookings.jsonl"
    rows = _bookings([*portraits, *_arriving(portraits[0])])
    bookings.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    incoming = _incoming(data_dir)
    incoming.mkdir()
    own = {"AUTH__KIND": "keys", "JMS__PATH": str(bookings), "ENCODER__PROCESSES": "1"}
    own["IMPORTS__FOLDERS"] = json.dumps([str(incoming)])
    with live_service(data_dir, **own | settings) as service:
        first = (data_dir / "first-key").read_text().strip()
        with service.client(key=first) as client:
            for one in portraits:
                answer = index(client, one.external_image_id, one.path.read_bytes())
                assert answer.status_code in {200, 201}, answer.text
            keys = {office: _key(client, office, scopes) for office, scopes in OFFICES.items()}
        yield PageJail(service, keys, probe)


def _incoming(data_dir: Path) -> Path:
    return data_dir / "incoming"


def _arriving(first: Portrait) -> Sequence[Portrait]:
    return [replace(first, external_image_id=f"{ARRIVING}-{n}") for n in range(3)]


def _bookings(portraits: Sequence[Portrait]) -> Iterator[Mapping[str, object]]:
    people: dict[str, Mapping[str, object]] = {}
    rows = fictional_bookings(seed=8)
    for one in portraits:
        row = next(rows)
        while one.sex and one.person not in people and row["sex"] != one.sex:
            row = next(rows)
        same = people.setdefault(one.person, {key: row[key] for key in row if key in _OF_A_PERSON})
        own = {"external_image_id": one.external_image_id, "person_id": f"P-{one.person}"}
        yield {**row, **same, **own}


_OF_A_PERSON = {
    *("last_name", "first_name", "middle_name", "date_of_birth", "sex", "race"),
    *("eye_color", "hair_color", "height", "weight"),
}


def _key(client: httpx.Client, office: str, scopes: Sequence[str]) -> str:
    made = client.post("/keys", json={"name": office, "scopes": list(scopes)})
    assert made.status_code == 201, made.text
    return str(made.json()["key"])
