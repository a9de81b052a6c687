"""A blind test of a running service, as its people make it: seal, search, open, sign."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.calls import faces_in_gallery, index
from tests.e2e.commands import ended
from tests.live import LiveService, live_service

_BOOKED, _SEARCHED, _STRANGERS = 14, 12, 5


@dataclass(frozen=True)
class Jail:
    """A running service with booked people, and the files of who tests it."""

    service: LiveService
    folder: Path
    probe: bytes

    def candid(self, *arguments: object) -> tuple[int, str]:
        """Run `candid evaluate blind`; return its exit code and all that it said."""
        data_dir = str(self.service.data_dir)
        told = ended("evaluate", "blind", *map(str, arguments), DATA_DIR=data_dir)
        return told.returncode, " ".join((told.stdout + told.stderr).split())

    def new(self, name: str) -> Path:
        """Seal a test, and return its directory; the answers are kept in NAME-kept.json."""
        folder = self.folder / name
        answers = self.folder / "answers.csv"
        code, told = self.candid(
            *("new", folder, "--answers", answers, "--keeper", "Det. R. Sample"),
            *("--keep", self.kept(name)),
        )
        assert code == 0, told
        return folder

    def run(self, folder: Path) -> tuple[int, str]:
        return self.candid("run", folder, "--operator", "Sgt. O.", "--url", self.service.url)

    def open(self, folder: Path, *noted: str) -> tuple[int, str]:
        return self.candid("open", folder, "--answers", self.kept(folder.name), *noted)

    def kept(self, name: str) -> Path:
        return self.folder / f"{name}-kept.json"

    def audited(self) -> list[Mapping[str, Any]]:
        with self.service.client() as client:
            page = client.get("/audit", params={"limit": 500}).raise_for_status().json()
        records = (one["record"] for one in page["items"])
        return [one for one in records if one["action"] == "search"]


def _photo(london: Path, person: str, look: str) -> bytes:
    return (london / person / f"{person}_{look}.jpg").read_bytes()


def _write_answers(folder: Path, london: Path, answers: Iterable[tuple[str, str]]) -> None:
    with (folder / "answers.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["photo", "external_image_id"])
        for person, said in answers:
            (folder / f"{person}.jpg").write_bytes(_photo(london, person, "08_smiling"))
            rows.writerow([f"{person}.jpg", said])


@pytest.fixture(scope="module")
def jail(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterable[Jail]:
    london, folder = shared_data / "london", tmp_path_factory.mktemp("blind")
    people = sorted(path.name for path in london.iterdir() if path.is_dir())
    booked, strangers = people[:_BOOKED], people[_BOOKED : _BOOKED + _STRANGERS]
    answers = [(one, f"L-{one}") for one in booked[:_SEARCHED]]
    _write_answers(folder, london, answers + [(one, "not in the gallery") for one in strangers])
    with live_service(folder / "data") as service, service.client() as client:
        for person in booked:
            index(client, f"L-{person}", _photo(london, person, "03_neutral")).raise_for_status()
        yield Jail(service, folder, _photo(london, booked[0], "08_smiling"))


def test_sealed_searched_and_opened_together(jail: Jail) -> None:
    folder = jail.new("whole")
    before = len(jail.audited())

    assert "Nothing was sealed yet" in jail.open(folder)[1]
    code, told = jail.run(folder)
    assert code == 0, told
    seal = json.loads((folder / "results.json").read_text())["seal"]
    answers = json.loads((folder / "test.json").read_text())["answers_seal"]
    code, told = jail.open(folder, "--noted", seal, "--noted-answers", answers[:16])

    assert code == 0, told
    assert f"came back first for {_SEARCHED} of {_SEARCHED} probes" in told
    assert f"{_STRANGERS} probes showed a person who is not in the gallery" in told
    assert told.count("held against the seal that was noted") == 2
    assert "Det. R. Sample" in (folder / "protocol.html").read_text("utf-8")
    searches = jail.audited()[before:]
    assert len(searches) == _SEARCHED + _STRANGERS
    assert {one["purpose"] for one in searches} == {"training_test"}
    with jail.service.client() as client:
        assert faces_in_gallery(client, jail.probe) == _BOOKED


def test_what_is_handed_over_tells_no_answer(jail: Jail) -> None:
    folder = jail.new("handed-over")

    names = sorted(path.name for path in (folder / "probes").iterdir())
    assert names[:2] == ["001", "002"]
    assert not any("L-0" in path.read_text() for path in folder.glob("*.json"))
    assert jail.kept("handed-over").stat().st_mode & 0o077 == 0


def test_a_probe_that_is_an_enrolled_file_is_left_out_of_the_figures(jail: Jail) -> None:
    with jail.service.client() as client:
        enrolled = (jail.folder / "004.jpg").read_bytes()
        index(client, "L-same", enrolled).raise_for_status()
        folder = jail.new("same-file")
        assert jail.run(folder)[0] == 0
        told = jail.open(folder)[1]
        client.delete("/index/L-same").raise_for_status()

    assert f"came back first for {_SEARCHED - 1} of {_SEARCHED - 1} probes" in told
    assert "left out: the same file as L-same" in told


def test_probes_that_were_deleted_before_they_were_searched_end_the_test(jail: Jail) -> None:
    folder = jail.new("deleted")
    test = json.loads((folder / "test.json").read_text())
    (folder / "test.json").write_text(json.dumps(test | {"probes": test["probes"][:10]}))

    assert jail.run(folder)[0] == 0
    assert "are not the 17 photos whose answers were sealed" in jail.open(folder)[1]


def test_steps_in_another_order_are_refused(jail: Jail) -> None:
    nowhere = jail.folder / "nowhere"
    folder = jail.new("order")

    assert "is no blind test" in jail.run(nowhere)[1]
    assert jail.candid(
        *("new", folder, "--answers", jail.folder / "answers.csv", "--keeper", "K"),
        *("--keep", jail.folder / "again.json"),
    ) == (2, f"candid: {folder} is there already: a sealed test is not sealed again. Name another.")
    inside = jail.folder / "inside"
    assert "--keep must be outside DIR" in jail.candid(
        *("new", inside, "--answers", jail.folder / "answers.csv", "--keeper", "K"),
        *("--keep", inside / "kept.json"),
    )[1]  # fmt: skip
    assert jail.run(folder)[0] == 0
    assert "are not sealed again" in jail.run(folder)[1]
    assert jail.open(folder)[0] == 0
    assert "was opened before" in jail.open(folder)[1]


def test_what_was_changed_since_is_seen(jail: Jail) -> None:
    folder = jail.new("changed")
    kept, probe = jail.kept("changed"), folder / "probes" / "003"
    answers, photo = kept.read_text(), probe.read_bytes()

    probe.write_bytes(photo + b" ")
    assert "Probe 3 is not the photo that was sealed" in jail.run(folder)[1]
    probe.write_bytes(photo)
    assert jail.run(folder)[0] == 0
    kept.write_text(answers.replace("L-001", "L-002"))
    assert "The answers are not those that were sealed" in jail.open(folder)[1]
    kept.write_text(answers)
    results = folder / "results.json"
    sealed = results.read_text()
    results.write_text(sealed.replace('"rank": 1', '"rank": 2', 1))
    assert "The results are not those that were sealed" in jail.open(folder)[1]
    results.write_text(sealed.replace('"returned"', '"found"'))
    assert "This is no file of sealed results" in jail.open(folder)[1]
    results.write_text(sealed)
    assert jail.open(folder)[0] == 0
