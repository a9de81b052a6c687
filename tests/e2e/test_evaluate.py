"""`candid evaluate` as it is typed: on real faces, beside a service whose gallery it leaves."""

import json
import signal
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.face_engine.temporary import temporary_name
from app.domain.evaluation import Evaluation, Role, from_json
from tests.contract.wire import Wire, wire_at
from tests.e2e.calls import index
from tests.e2e.commands import Command, ended
from tests.e2e.labelled import lfw_part, london_with_groups
from tests.e2e.processes import database_of
from tests.kept import MODELS
from tests.live import live_service
from tests.measurement.recomputed import exported

MODELS_DIR = {"ENGINE__MODELS_DIR": str(MODELS)}


def evaluated(folder: Path, *arguments: str, **settings: str) -> tuple[Evaluation, str]:
    """Run the command; return what it wrote and what it printed."""
    told = folder / "told.json"
    settings = {"DATA_DIR": str(folder / "data"), "ENCODER__PROCESSES": "1", **settings}
    done = ended("evaluate", *arguments, "--json", str(told), **settings)
    assert done.returncode == 0, done.stderr
    return from_json(json.loads(told.read_text())), done.stdout


def test_a_set_with_groups_gives_the_same_figures_twice_and_they_are_those_of_its_scores(
    shared_data: Path, tmp_path: Path
) -> None:
    labels, scores = london_with_groups(shared_data, tmp_path, 60), tmp_path / "scores.csv"
    drawn = (str(labels), "--draw", "--seed", "3")

    one, printed = evaluated(tmp_path, *drawn, "--scores", str(scores), **MODELS_DIR)
    again, _ = evaluated(tmp_path, *drawn, **MODELS_DIR)

    assert (one.open_set, one.by_group, one.doubts) == (
        again.open_set,
        again.by_group,
        again.doubts,
    )
    assert one.facts.set_sha256 == again.facts.set_sha256
    assert [grouped.column for grouped in one.by_group] == ["age", "race", "sex"]
    told = exported(scores)
    for point in one.open_set.cmc:
        assert point.fnir.k == told.missed(point.rank)
    for trade in one.open_set.det:
        assert trade.fpir == told.false_positives(trade.threshold) / len(told.nonmated)
        assert trade.fnir == told.missed_below(trade.threshold) / len(told.mated)
    assert f"0 of {len(told.mated)}" in printed
    (_, race, _) = one.by_group
    assert any(group.warning for shared in race.thresholds for group in shared.groups)
    assert "By race, one threshold for all" in printed
    assert not (tmp_path / "data").exists()  # no database was needed


def test_nobody_is_lost_among_a_part_of_lfw_and_the_screen_says_k_of_n(
    shared_data: Path, tmp_path: Path
) -> None:
    labels = lfw_part(shared_data, tmp_path, 40)

    found, printed = evaluated(tmp_path, str(labels), "--face", "central", **MODELS_DIR)

    first, five, twenty = found.open_set.investigation
    assert first.fnir.k >= five.fnir.k >= twenty.fnir.k
    assert five.fnir.k <= 0.05 * five.fnir.n
    assert f"{first.fnir.k} of {first.fnir.n}" in printed
    assert found.reading.failure_to_detect.k == 0


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with wire_at(tmp_path_factory.mktemp("wire")) as wire:
        yield wire


def over_the_wire(wire: Wire) -> Mapping[str, str]:
    return {
        "ENGINE__KIND": "rekognition",
        "ENGINE__REGION": "us-east-1",
        "ENGINE__ENDPOINT_URL": wire.url,
    }


@pytest.fixture
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


async def collections_of(wire: Wire) -> list[str]:
    async with wire.client() as client:
        return (await client.list_collections())["CollectionIds"]


@pytest.mark.usefixtures("_aws")
async def test_an_engine_over_the_wire_is_measured_in_a_collection_that_is_gone_afterwards(
    shared_data: Path, tmp_path: Path, wire: Wire
) -> None:
    labels = london_with_groups(shared_data, tmp_path, 12)
    before = await collections_of(wire)

    found, _ = evaluated(tmp_path, str(labels), **over_the_wire(wire))

    assert found.facts.score == "similarity"
    assert found.open_set.investigation[0].fnir.k == 0
    assert await collections_of(wire) == before


@pytest.mark.usefixtures("_aws")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_and_the_collection_that_was_told_is_gone(
    shared_data: Path, tmp_path: Path, wire: Wire, number: signal.Signals
) -> None:
    labels = london_with_groups(shared_data, tmp_path, 60)
    before = await collections_of(wire)
    settings = over_the_wire(wire)

    command = Command.started("evaluate", str(labels), data_dir=tmp_path / "data", **settings)
    while await collections_of(wire) == before:
        assert command.process.poll() is None, command.process.communicate()
    (made,) = {*await collections_of(wire)} - {*before}
    command.signal_group(number)
    code, _, said = command.end()

    assert code == 130
    assert f"The temporary collection is {made}; it is deleted in the end." in said
    assert await collections_of(wire) == before


@pytest.mark.usefixtures("_aws")
async def test_the_next_start_deletes_what_a_killed_one_left_a_day_ago(
    tmp_path: Path, wire: Wire
) -> None:
    labels = tmp_path / "set.csv"
    labels.write_text("person,image\na,gone.jpg\n")  # nothing to measure, and it need not be
    before = await collections_of(wire)
    left = temporary_name(datetime.now(UTC) - timedelta(days=2))
    async with wire.client() as client:
        await client.create_collection(CollectionId=left)

    done = ended("evaluate", str(labels), DATA_DIR=str(tmp_path / "data"), **over_the_wire(wire))

    assert f"The collection {left}, which an earlier evaluation left, is deleted." in done.stderr
    assert await collections_of(wire) == before


def test_the_live_gallery_is_measured_beside_the_service_and_only_read(
    shared_data: Path, tmp_path: Path
) -> None:
    photos = sorted((shared_data / "london").glob("*/*.jpg"))[:24]
    with live_service(tmp_path / "data") as service:
        with service.client() as client:
            for number, photo in enumerate(photos):
                index(client, f"A-{number}", photo.read_bytes()).raise_for_status()
        with database_of(service.data_dir) as connection:
            for number, photo in enumerate(photos[:-1]):
                named = {"id": f"A-{number}", "person": photo.parent.name}
                connection.execute(
                    "UPDATE photos SET person_id = %(person)s WHERE external_image_id = %(id)s",
                    named,
                )
            connection.execute(
                "UPDATE photos SET person_id = '001' WHERE external_image_id = 'A-4'"
            )
            before = connection.execute("SELECT * FROM faces ORDER BY face_id").fetchall()

        found, printed = evaluated(tmp_path, "--gallery", "--seed", "2", **MODELS_DIR)

        with database_of(service.data_dir) as connection:
            assert connection.execute("SELECT * FROM faces ORDER BY face_id").fetchall() == before
            audited = connection.execute(
                "SELECT record FROM audit WHERE record ->> 'action' = 'evaluate_gallery'"
            ).fetchall()
    assert found.facts.people == 12
    assert sum(found.facts.photos.values()) == 23
    assert found.facts.photos[Role.PROBE_NONMATED] > 0
    assert found.reading.failure_to_detect.n == found.reading.failure_to_enrol.n == 0
    assert "not measured" in printed
    assert "1 photos were left out" in " ".join(printed.split())
    assert len(audited) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name one set of labelled photos, or give --gallery"),
        (("--gallery", "somewhere"), "name one set of labelled photos, or give --gallery"),
        (("nowhere-at-all",), "There is nothing at nowhere-at-all"),
    ],
)
def test_what_cannot_be_measured_is_told_in_one_line(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    done = ended("evaluate", *arguments, DATA_DIR=str(tmp_path), **MODELS_DIR)

    assert done.returncode == 2
    assert told in done.stderr


def test_a_mistyped_folder_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text("person,image\na,gone.jpg\n")
    wrong = str(tmp_path / "gone" / "report.html")

    done = ended("evaluate", str(tmp_path / "set.csv"), "--html", wrong, DATA_DIR=str(tmp_path))

    assert done.returncode == 2
    assert "report.html cannot be written" in " ".join(done.stderr.split())


def test_a_disk_that_is_full_of_scores_costs_neither_the_figures_nor_the_result(
    shared_data: Path, tmp_path: Path
) -> None:
    labels, result = london_with_groups(shared_data, tmp_path, 12), tmp_path / "result.json"
    files = "--scores", "/dev/full", "--json", str(result)

    done = ended("evaluate", str(labels), *files, DATA_DIR=str(tmp_path / "data"), **MODELS_DIR)

    assert done.returncode == 2
    assert "/dev/full holds a part of the scores at most: No space left on device" in done.stderr
    assert from_json(json.loads(result.read_text())).facts.people == 12
    assert "Investigation" in done.stdout


def test_a_wrong_line_of_the_labels_is_named(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text("person,image\na,gone.jpg\n")

    done = ended("evaluate", str(tmp_path / "set.csv"), DATA_DIR=str(tmp_path), **MODELS_DIR)

    assert done.returncode == 2
    assert "line 2: there is no file gone.jpg" in done.stderr
