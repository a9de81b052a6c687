"""kill -9 of service, workers and PostgreSQL while they import: all in, once, little twice."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from app.domain.photo import photo_key
from bench.killing import Deployment
from tests.e2e.calls import everything_indexed, faces_in_gallery, ids_found
from tests.e2e.importing import SECONDS, counts, people, shelve, start, until
from tests.e2e.processes import database_of, eventually
from tests.e2e.test_killing import age_intents, stored_keys

PHOTOS = 300
KILLS = 8
SEED = 20261129
DONE_TWICE = 8
"""Photos a kill: what was under way then, on a slow machine."""

VICTIMS = ("worker 1", "database", "service", "worker 2")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path, random.Random(SEED))  # noqa: S311 - moments, not secrets
    try:
        for name in ("service", "worker 1", "worker 2"):
            deployment.start(name)
        yield deployment
    finally:
        deployment.stop()


def kill_through(deployment: Deployment, import_id: str) -> None:
    """Kill at random moments, each kind as often as the others, while the import runs."""
    for number in range(KILLS):
        time.sleep(deployment.chance.uniform(0.3, 1.5))
        told = deployment.progress(import_id)
        if told is not None and told["state"] != "running":
            return
        deployment.kill(VICTIMS[number % len(VICTIMS)])


def faces_on_record(data_dir: Path) -> int:
    with database_of(data_dir) as connection:
        row = connection.execute("SELECT count(*) FROM faces WHERE is_current").fetchone()
    assert row is not None
    return int(row[0])


def assert_whole(client: httpx.Client, data_dir: Path, photos: Mapping[str, bytes]) -> None:
    """Records, faces, gallery and files are these photos, each once."""
    records = list(everything_indexed(client))
    ids = Counter(one["external_image_id"] for one in records)
    faces = Counter(face["face_id"] for one in records for face in one["faces"])
    keys = {photo_key(one["external_image_id"], one["sha256"]) for one in records}
    assert ids == Counter(photos.keys())
    assert set(faces.values()) == {1}
    assert faces.total() == len(photos) == faces_on_record(data_dir)
    assert eventually(lambda: faces_in_gallery(client, photos["K0000"]) == len(photos))
    assert stored_keys(data_dir) == keys
    for name in list(photos)[::25]:
        found = ids_found(client, photos[name])
        assert (found[0], found.count(name)) == (name, 1)


def test_an_import_survives_kill_9_of_everything_and_does_little_twice(
    deployment: Deployment, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    photos = people(portraits, "K", PHOTOS)
    shelf, service = shelve(tmp_path / "shelf", photos), deployment.service
    with service.client() as client:
        import_id = start(client, shelf)
        until(client, import_id, lambda one: one["counts"]["indexed"] > 0)
        kill_through(deployment, import_id)
        through = until(client, import_id, lambda one: one["state"] != "running", SECONDS)

        assert deployment.killed.total() >= KILLS - 1, "it was over before it was disturbed"
        assert through["state"] == "finished", through
        assert counts(through) == {"indexed": PHOTOS}
        assert deployment.count <= PHOTOS + DONE_TWICE * deployment.killed.total()
        age_intents(service.data_dir)  # of the dead: the sweeper waits for ten minutes
        deployment.kill("service")
        assert eventually(lambda: len(stored_keys(service.data_dir)) == PHOTOS)
        assert_whole(client, service.data_dir, photos)
