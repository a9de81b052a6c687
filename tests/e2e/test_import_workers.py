"""Whole imports by several processes, and by one that is stopped and started again."""

from collections.abc import Mapping
from pathlib import Path
from signal import SIGTERM

import httpx

from tests.e2e.calls import faces_in_gallery
from tests.e2e.commands import Command
from tests.e2e.importing import (
    assert_files,
    assert_in_once,
    counts,
    ended,
    people,
    shelve,
    start,
    told,
    under_way,
)
from tests.e2e.processes import database_of, eventually
from tests.live import live_service

MANY = 240


def workers_alive(data_dir: Path) -> int:
    with database_of(data_dir) as connection:
        row = connection.execute("SELECT count(*) FROM import_workers").fetchone()
    assert row is not None
    return int(row[0])


def both_at_work(client: httpx.Client, import_id: str) -> bool:
    workers = told(client, import_id)["workers"]
    return len([one for one in workers if one["leased"]]) == 2


def test_a_worker_shares_an_import_that_runs_and_leaves_it(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photos = people(portraits, "W", MANY)
    shelf = shelve(tmp_path / "shelf", photos)
    with live_service(tmp_path / "data") as service, service.client() as client:
        helper = Command.started("worker", data_dir=service.data_dir)
        assert eventually(lambda: workers_alive(service.data_dir) == 2)
        import_id = start(client, shelf)

        assert eventually(lambda: both_at_work(client, import_id))
        shared = under_way(client, import_id, 20)
        assert service.process is not None
        pids = {one["pid"] for one in shared["workers"]}
        helper.signal_group(SIGTERM)  # in the middle: what it has in hand returns
        code, _, err = helper.end()
        ended(client, import_id)

        assert pids == {service.process.pid, helper.process.pid}
        assert code == 0, err
        assert "Traceback" not in err
        assert counts(told(client, import_id)) == {"indexed": MANY}
        assert_in_once(client, photos)
        assert eventually(lambda: faces_in_gallery(client, photos["W0000"]) == MANY)


def test_an_import_goes_on_by_itself_when_its_service_is_stopped_and_started_again(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photos = people(portraits, "S", 120)
    shelf = shelve(tmp_path / "shelf", photos)
    with live_service(tmp_path / "data") as service, service.client() as client:
        import_id = start(client, shelf)
        under_way(client, import_id, 10)

        assert service.stop() == 0
        service.start()
        between = told(client, import_id)
        through = ended(client, import_id)

        assert between["state"] == "running"
        assert len(between["workers"]) == 1, "the one that stopped said good-bye"
        assert counts(through) == {"indexed": 120}
        assert_in_once(client, photos)
        assert_files(service.data_dir / "photos", photos.values())
        assert faces_in_gallery(client, photos["S0000"]) == 120
        log = service.log.read_text()
        assert "Traceback" not in log
