"""A change of the face model as an administrator does it, on two running services."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.calls import everything_indexed, index, search
from tests.e2e.commands import ended
from tests.e2e.processes import eventually
from tests.face_engine_local.site_networks import network
from tests.live import LiveService, live_service

PEOPLE = ("DEMO-0001", "DEMO-0002", "DEMO-0003")
LATER = "DEMO-0004"


@pytest.fixture
def next_settings(tmp_path: Path) -> Mapping[str, str]:
    path = network(tmp_path / "county.onnx")
    return {"MODEL_PATH": str(path), "MODEL_NAME": "county-net"}


def settings_of(
    served: Mapping[str, str] | None = None, following: Mapping[str, str] | None = None
) -> dict[str, str]:
    named = {f"ENGINE__{name}": value for name, value in (served or {}).items()}
    named |= {f"ENGINE__NEXT__{name}": value for name, value in (following or {}).items()}
    return {"ENCODER__PROCESSES": "1", **named}


def candid(service: LiveService, *arguments: str, of: str = "model") -> tuple[int, str]:
    """Run a command of the service's command line; return its exit code and what it said."""
    done = ended(of, *arguments, "--url", service.url, DATA_DIR=str(service.data_dir))
    return done.returncode, done.stdout + done.stderr


@contextmanager
def searched_all_the_while(
    services: Sequence[LiveService], probes: Mapping[str, bytes]
) -> Iterator[list[dict[str, Any]]]:
    """Search on every service in turn; each search finds the person it is for."""
    seen: list[dict[str, Any]] = []
    stop = threading.Event()

    def watch(service: LiveService) -> None:
        with service.client() as client:
            while not stop.is_set():
                for name, probe in probes.items():
                    answer = search(client, probe).raise_for_status().json()
                    assert answer["candidates"][0]["external_image_id"] == name
                    seen.append(answer)

    with ThreadPoolExecutor(len(services)) as threads:
        watching = [threads.submit(watch, service) for service in services]
        try:
            yield seen
        finally:
            stop.set()
        for watcher in watching:
            watcher.result()


def switched(one: LiveService, other: LiveService, portraits: Mapping[str, Path]) -> None:
    """Switch on one service while a photo has just come; both answer with the next model then."""
    with one.client() as client:
        index(client, LATER, portraits[LATER].read_bytes()).raise_for_status()
    code, said = candid(other, "switch")
    assert (code, "Served: county-net" in said, "(4 faces)" in said) == (0, True, True), said
    for service in (one, other):
        with service.client() as client:
            answer = search(client, portraits[PEOPLE[0]].read_bytes()).raise_for_status().json()
        assert answer["engine"]["model"].startswith("county-net")
    assert eventually(lambda: '"forgetting": []' in candid(one, "status", "--json")[1])


def check_answers(seen: Sequence[dict[str, Any]]) -> None:
    """Hold that both models answered, and no answer mixes them."""
    assert {answer["engine"]["model"][:4] for answer in seen} == {"dlib", "coun"}
    for answer in seen:
        scales = {candidate["score_scale"] for candidate in answer["candidates"]}
        assert scales == {answer["engine"]["scale"]}


def test_the_model_changes_under_two_services_that_are_searched_all_the_while(
    tmp_path: Path, portraits: Mapping[str, Path], next_settings: Mapping[str, str]
) -> None:
    probes = {name: portraits[name].read_bytes() for name in PEOPLE}
    data_dir, both = tmp_path / "data", settings_of(following=next_settings)
    with live_service(data_dir, **settings_of()) as before, before.client() as client:
        for name, photo in probes.items():
            index(client, name, photo).raise_for_status()

    with live_service(data_dir, **both) as one, live_service(data_dir, **both) as other:
        code, said = candid(one, "status")
        assert (code, "3 faces have none of the next model yet" in said) == (0, True)
        with searched_all_the_while((one, other), probes) as seen:
            code, said = candid(one, "start", "--records", "--mode", "force", of="import")
            assert code == 0, said
            assert "The next model is complete" in candid(other, "status")[1]
            switched(one, other, portraits)
        check_answers(seen)
        assert models(one) == {"county-net"}
        code, said = candid(one, "switch")
        assert (code, "no_model_change" in said) == (2, True)

    with pytest.raises(AssertionError, match="served with the model county-net"):
        start(data_dir, settings_of())
    with live_service(data_dir, **settings_of(next_settings)) as alone, alone.client() as client:
        answer = search(client, probes[PEOPLE[0]]).raise_for_status().json()
        assert answer["candidates"][0]["external_image_id"] == PEOPLE[0]
        assert answer["gallery"]["faces"] == 4


def test_a_change_that_is_given_up_and_settings_that_do_not_fit(
    tmp_path: Path, portraits: Mapping[str, Path], next_settings: Mapping[str, str]
) -> None:
    data_dir = tmp_path / "data"
    with live_service(data_dir, **settings_of(following=next_settings)) as service:
        with service.client() as client:
            index(client, PEOPLE[0], portraits[PEOPLE[0]].read_bytes()).raise_for_status()
        code, said = candid(service, "give-up", "--json")

        assert code == 0
        answer = json.loads(said)
        assert (answer["next"], answer["faces"]) == (None, 1)
        assert answer["forgetting"][0].startswith("county-net")

    with pytest.raises(AssertionError, match=r"served with the model dlib.*change-the-model\.md"):
        start(data_dir, settings_of(next_settings))
    with live_service(data_dir, **settings_of()) as service, service.client() as client:
        refused = client.post("/model/switch", json={"accept_loss": 5})
        assert (refused.status_code, refused.json()["code"]) == (409, "no_model_change")
        misspelt = client.post("/model/switch", json={"accept_los": 5})
        assert misspelt.status_code == 422


def start(data_dir: Path, settings: Mapping[str, str]) -> None:
    service = LiveService(data_dir, {f"CANDID_{name}": value for name, value in settings.items()})
    service.start()


def models(service: LiveService) -> set[str]:
    """Return the models of everything on record."""
    with service.client() as client:
        return {str(record["model"]).split("+")[0] for record in everything_indexed(client)}
