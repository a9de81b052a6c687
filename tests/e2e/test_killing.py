"""kill -9 at random moments: whatever was answered is there afterwards, once."""

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from adapters.photo_store.directory import DirectoryPhotoStore
from app.domain.photo import photo_key
from app.services.sweep_intents import GRACE
from tests.e2e.calls import everything_indexed, faces_in_gallery, ids_found
from tests.e2e.killing import Clients, Told, distinct_photos
from tests.e2e.processes import database_of, encoders, eventually, postmaster
from tests.live import LiveService, live_service

ROUNDS = 20
SEED = 20261123
ANSWERS = frozenset({200, 201, 422, 503})  # 422: refused, or its encoder killed


def kill_service(service: LiveService) -> None:
    service.kill()


def kill_database(service: LiveService) -> None:
    os.kill(postmaster(service.data_dir), signal.SIGKILL)


def kill_both(service: LiveService) -> None:
    kill_database(service)
    service.kill()


def kill_encoder(service: LiveService) -> None:
    assert service.process is not None
    os.kill(encoders(service.process.pid)[0], signal.SIGKILL)


VICTIMS: tuple[Callable[[LiveService], None], ...] = (
    kill_service,
    kill_both,
    kill_service,
    kill_database,
    kill_encoder,
)


def stored_keys(data_dir: Path) -> set[str]:
    page = asyncio.run(DirectoryPhotoStore(data_dir / "photos").list(None))
    assert page.next is None
    return set(page.items)


def open_keys(data_dir: Path) -> set[str]:
    """Return the photo keys of intents that nobody settled yet."""
    with database_of(data_dir) as connection:
        return {key for (key,) in connection.execute("SELECT photo_key FROM intents").fetchall()}


def assert_records_agree(service: LiveService, client: httpx.Client, told: Told) -> None:
    """Hold records, gallery and photo store against what the clients were told."""
    records = list(everything_indexed(client))
    by_id = {record["external_image_id"]: record for record in records}
    assert len(by_id) == len(records)
    assert all(len(record["faces"]) == 1 for record in records)
    for external_image_id, possible in told.possible.items():
        record = by_id.get(external_image_id)
        assert (record["sha256"] if record else None) in possible, external_image_id
    probe = next(iter(told.photos.values()))
    assert faces_in_gallery(client, probe) == len(records)
    recorded = {photo_key(name, record["sha256"]) for name, record in by_id.items()}
    assert recorded <= stored_keys(service.data_dir)
    assert eventually(
        lambda: stored_keys(service.data_dir) - recorded <= open_keys(service.data_dir)
    )


def assert_found(client: httpx.Client, told: Told, names: list[str]) -> None:
    certain = told.certain()
    for name in names:
        found = ids_found(client, told.photos[certain[name]])
        assert found[0] == name
        assert found.count(name) == 1


def age_intents(data_dir: Path) -> None:
    """Let the intents of dead processes look as old as the sweeper waits for."""
    with database_of(data_dir) as connection:
        past = GRACE + timedelta(minutes=1)
        connection.execute("UPDATE intents SET opened_at = opened_at - %s", [past])


def one_round(clients: Clients, label: str, strike: Callable[[LiveService], None]) -> None:
    """Kill at a random moment of the clients' calls, and come back."""
    service, stop = clients.service, threading.Event()
    working = threading.Thread(target=clients.work, args=(label, stop))
    working.start()
    time.sleep(clients.chance.uniform(0.05, 2.0))
    strike(service)
    time.sleep(0.2)
    stop.set()
    working.join()
    assert service.process is not None
    if service.process.poll() is None:
        service.wait_until_ready()
    else:
        service.start()


def assert_swept(service: LiveService) -> None:
    """Hold the photo store against the records once no process can have a call open."""
    age_intents(service.data_dir)
    service.stop()
    service.start()
    with service.client() as client:
        records = list(everything_indexed(client))
    recorded = {photo_key(one["external_image_id"], one["sha256"]) for one in records}
    assert eventually(lambda: stored_keys(service.data_dir) == recorded)
    assert open_keys(service.data_dir) == set()
    assert list((service.data_dir / "photos" / "unfinished").iterdir()) == []


def test_what_was_answered_survives_kill_9_once(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    with live_service(tmp_path) as service:
        clients = Clients(service, distinct_photos(portraits, chance), chance)
        told = clients.told
        for number in range(ROUNDS):
            one_round(clients, f"round-{number}", VICTIMS[number % len(VICTIMS)])
            with service.client() as client:
                assert_records_agree(service, client, told)
                fresh = [n for n in told.certain() if n.startswith(f"round-{number}-")]
                assert_found(client, told, chance.sample(fresh, min(5, len(fresh))))

        with service.client() as client:
            certain = sorted(told.certain())
            assert_found(client, told, chance.sample(certain, min(100, len(certain))))
        assert_swept(service)
    assert told.answered > ROUNDS
    assert clients.statuses <= ANSWERS
