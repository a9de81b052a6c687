"""Many clients at once, and two processes on one data directory."""

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.e2e.calls import (
    different_photos,
    everything_indexed,
    faces_in_gallery,
    ids_found,
    index,
    photo_files,
)
from tests.e2e.processes import eventually
from tests.live import LiveService, live_service

CLIENTS = 20


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveService, LiveService]]:
    """Two services on one data directory; each test uses ids of its own and removes them."""
    data_dir = tmp_path_factory.mktemp("shared")
    settings = {"ENCODER__PROCESSES": "1"}
    with live_service(data_dir, **settings) as first, live_service(data_dir, **settings) as second:
        yield first, second


@pytest.fixture
def clients(pair: tuple[LiveService, LiveService]) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    with pair[0].client() as first, pair[1].client() as second:
        yield first, second
        for record in list(everything_indexed(first)):
            first.delete(f"/index/{record['external_image_id']}").raise_for_status()


@pytest.mark.parametrize("processes", [1, 2])
def test_the_same_photo_from_twenty_clients_at_once_is_one_record(
    pair: tuple[LiveService, LiveService],
    clients: tuple[httpx.Client, httpx.Client],
    portraits: Mapping[str, Path],
    processes: int,
) -> None:
    photo = portraits["DEMO-0001"].read_bytes()
    with ExitStack() as stack, ThreadPoolExecutor(CLIENTS) as threads:
        services = itertools.cycle(pair[:processes])
        callers = [stack.enter_context(next(services).client()) for _ in range(CLIENTS)]
        start = threading.Barrier(CLIENTS)

        def call(client: httpx.Client) -> httpx.Response:
            start.wait()
            return index(client, f"same-{processes}", photo)

        answers = list(threads.map(call, callers))

    assert sorted(answer.status_code for answer in answers) == [200] * (CLIENTS - 1) + [201]
    assert len({answer.json()["faces"][0]["face_id"] for answer in answers}) == 1
    for client in clients:
        assert [record["external_image_id"] for record in everything_indexed(client)] == [
            f"same-{processes}"
        ]
        assert faces_in_gallery(client, photo) == 1
        assert ids_found(client, photo) == [f"same-{processes}"]
    assert eventually(lambda: len(photo_files(pair[0].data_dir)) == 1)


def test_different_photos_of_one_id_at_once_leave_one_record(
    pair: tuple[LiveService, LiveService],
    clients: tuple[httpx.Client, httpx.Client],
    portraits: Mapping[str, Path],
) -> None:
    photos = list(itertools.islice(different_photos(portraits["DEMO-0001"]), CLIENTS))
    with ThreadPoolExecutor(CLIENTS) as threads:
        answers = list(
            threads.map(index, itertools.cycle(clients), ["contested"] * CLIENTS, photos)
        )

    assert [answer.status_code for answer in answers].count(201) == 1
    assert {answer.status_code for answer in answers} == {200, 201}
    (record,) = everything_indexed(clients[0])
    for client in clients:
        assert faces_in_gallery(client, photos[0]) == 1
        assert ids_found(client, photos[0]) == ["contested"]
    assert record["sha256"] in {answer.json()["sha256"] for answer in answers}
    assert eventually(lambda: len(photo_files(pair[0].data_dir)) == 1)


def test_a_photo_indexed_by_one_process_is_found_by_the_other_at_once(
    clients: tuple[httpx.Client, httpx.Client], portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    for number, (writer, reader) in enumerate([clients, clients[::-1]] * 15):
        photo = next(photos)
        index(writer, f"new-{number}", photo).raise_for_status()

        assert f"new-{number}" in ids_found(reader, photo)


def test_a_removed_photo_is_gone_from_both_processes_at_once_and_from_disk(
    pair: tuple[LiveService, LiveService],
    clients: tuple[httpx.Client, httpx.Client],
    portraits: Mapping[str, Path],
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    for number, (remover, other) in enumerate([clients, clients[::-1]] * 5):
        photo = next(photos)
        index(other, f"old-{number}", photo).raise_for_status()
        assert ids_found(remover, photo) == [f"old-{number}"]

        remover.delete(f"/index/old-{number}").raise_for_status()

        assert ids_found(other, photo) == ids_found(remover, photo) == []
        assert other.get(f"/photos/old-{number}").status_code == 404
        assert eventually(lambda: photo_files(pair[0].data_dir) == [])
        assert index(other, f"old-{number}", photo).json()["code"] == "tombstoned"


def test_while_a_photo_is_replaced_it_is_never_absent_and_never_double(
    pair: tuple[LiveService, LiveService],
    clients: tuple[httpx.Client, httpx.Client],
    portraits: Mapping[str, Path],
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    probe = next(photos)
    index(clients[0], "replaced", next(photos)).raise_for_status()
    ended = threading.Event()

    def watch(service: LiveService) -> Sequence[list[str]]:
        seen = []
        with service.client() as client:
            while not ended.is_set():
                seen.append(ids_found(client, probe))
        return seen

    with ThreadPoolExecutor(4) as threads:
        watching = [threads.submit(watch, service) for service in (*pair, *pair)]
        outcomes = [
            index(writer, "replaced", next(photos)).json()["outcome"]
            for writer in [clients[0], clients[1]] * 40
        ]
        ended.set()
        seen = [ids for watcher in watching for ids in watcher.result()]

    assert set(outcomes) == {"replaced"}
    assert len(seen) > 100
    assert [ids for ids in seen if ids != ["replaced"]] == []
