"""`candid keys` on a database of its own: given out, used, listed, taken back."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.commands import ended
from tests.e2e.processes import eventually, of_directory
from tests.live import LiveService, live_service


def _said(said: subprocess.CompletedProcess[str]) -> str:
    assert said.returncode == 0, said.stderr
    return said.stdout


def _keys(data_dir: Path, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(_said(ended("keys", *arguments, "--json", DATA_DIR=str(data_dir))))


def _refused(said: subprocess.CompletedProcess[str], words: str) -> None:
    assert said.returncode == 2
    assert words in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    data_dir = tmp_path_factory.mktemp("keyed")
    with live_service(data_dir, AUTH__KIND="keys", ENCODER__PROCESSES="1") as service:
        yield service


def _status(service: LiveService, key: str, method: str, path: str) -> int:
    with service.client(key=key) as client:
        return client.request(method, path).status_code


def test_without_a_service_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    none = ended("keys", "list", DATA_DIR=str(tmp_path))
    made = ended("keys", "create", "front desk", DATA_DIR=str(tmp_path))
    shown = _said(made)
    listed = _keys(tmp_path, "list")
    prefix = listed[0]["prefix"]
    table = _said(ended("keys", "list", DATA_DIR=str(tmp_path)))
    revoked = _keys(tmp_path, "revoke", prefix)
    again = _keys(tmp_path, "revoke", prefix)

    [key] = re.findall(r"^candid_[0-9a-f]{8}_[\w-]{43}$", shown, re.MULTILINE)
    assert [(one["name"], one["scopes"]) for one in listed] == [("front desk", ["index", "search"])]
    assert prefix == key.split("_")[1]
    assert prefix in table
    assert [str(tmp_path) in said.stderr for said in (none, made)] == [True, True]
    assert key.split("_", 2)[2] not in table + json.dumps(listed)
    assert revoked["revoked_at"]
    assert again == revoked
    assert eventually(lambda: of_directory(tmp_path) == [])


def test_a_pair_for_aws_has_the_form_that_its_programs_take(tmp_path: Path) -> None:
    shown = _said(ended("keys", "create", "importer", "--aws", DATA_DIR=str(tmp_path)))

    lines = shown.splitlines()[-2:]
    assert re.fullmatch("aws_access_key_id = CANDID[A-Z2-7]{14}", lines[0])
    assert re.fullmatch("aws_secret_access_key = [A-Za-z0-9+/]{40}", lines[1])
    [listed] = _keys(tmp_path, "list")
    assert listed["aws"]
    assert lines[1].split(" = ")[1] not in json.dumps(listed)


def test_a_key_keeps_what_it_was_made_with(tmp_path: Path) -> None:
    made: Mapping[str, Any] = _keys(
        tmp_path,
        *("create", "night shift", "--scope", "search", "--scope", "review"),
        *("--purpose", "missing_person", "--case-number", "26-001234", "--expires", "2999-12-31"),
        *("--network", "10.20.0.0/16", "--network", "10.30.0.7", "--calls-a-minute", "60"),
        *("--trained-until", "2027-06-30"),
    )

    assert made["scopes"] == ["review", "search"]
    assert (made["purpose"], made["case_number"]) == ("missing_person", "26-001234")
    assert made["networks"] == ["10.20.0.0/16", "10.30.0.7/32"]
    assert (made["calls_a_minute"], made["trained_until"]) == (60, "2027-06-30")
    assert made["expires_at"] == "3000-01-01T00:00:00+00:00"
    [listed] = _keys(tmp_path, "list")
    assert listed == {name: value for name, value in made.items() if name != "key"}


def test_keys_work_and_end_in_a_running_service_at_once(service: LiveService) -> None:
    made = _keys(service.data_dir, "create", "reader", "--scope", "search")

    before = _status(service, made["key"], "GET", "/searches")
    elsewhere = _status(service, made["key"], "DELETE", "/index/A1")
    _keys(service.data_dir, "revoke", made["prefix"])
    after = _status(service, made["key"], "GET", "/searches")

    assert (before, elsewhere, after) == (200, 403, 401)


def test_a_key_is_replaced_in_a_running_service_at_once(service: LiveService) -> None:
    made = _keys(service.data_dir, "create", "reader", "--scope", "search")

    other = _keys(service.data_dir, "rotate", made["prefix"])
    third = _keys(service.data_dir, "rotate", other["prefix"], "--overlap", "1")

    works = [_status(service, one["key"], "GET", "/searches") for one in (made, other, third)]
    assert works == [401, 200, 200]
    _refused(ended("keys", "rotate", made["prefix"], DATA_DIR=str(service.data_dir)), "expired or")
    _refused(ended("keys", "rotate", "nobody", DATA_DIR=str(service.data_dir)), "No key has this")


def test_a_key_revoked_by_one_process_is_refused_by_the_other_at_once(service: LiveService) -> None:
    first = (service.data_dir / "first-key").read_text().strip()
    settings = {"AUTH__KIND": "keys", "ENCODER__PROCESSES": "1"}
    with live_service(service.data_dir, **settings) as other, service.client(key=first) as chief:
        made = chief.post("/keys", json={"name": "reader", "scopes": ["search"]}).json()
        before = [_status(one, made["key"], "GET", "/searches") for one in (service, other)]
        chief.delete(f"/keys/{made['prefix']}").raise_for_status()
        after = [_status(one, made["key"], "GET", "/searches") for one in (other, service)]

    assert (before, after) == ([200, 200], [401, 401])


def test_the_first_key_may_everything_and_is_listed(service: LiveService) -> None:
    first = (service.data_dir / "first-key").read_text().strip()

    listed = next(one for one in _keys(service.data_dir, "list") if one["name"] == "first")

    assert set(listed["scopes"]) == {"search", "index", "import", "review", "audit", "admin"}
    assert _status(service, first, "GET", "/index") == 200


def test_a_pair_for_aws_is_no_bearer_key(service: LiveService) -> None:
    made = _keys(service.data_dir, "create", "importer", "--aws")

    sent = f"candid_{made['access_key_id']}_{made['secret_access_key']}"
    assert _status(service, sent, "GET", "/index") == 401
    assert httpx.get(f"{service.url}/index").status_code == 401


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", " "), "printable characters"),
        (("create", "a\nb"), "printable characters"),
        (("create", "x", "--scope", "everything"), "everything"),
        (("create", "x", "--expires", "2020-01-01"), "is over already"),
        (("create", "x", "--network", "10.0.0.1/8"), "no address and no network"),
        (("create", "x", "--calls-a-minute", "0"), "calls-a-minute"),
        (("create", "x", "--expires", "9999-12-31"), "too far ahead"),
        (("create", "x", "--expires", "2999-01-01", "--expires-in", "3"), "contradict"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_opened(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    _refused(ended("keys", *arguments, DATA_DIR=str(tmp_path)), words)

    assert list(tmp_path.iterdir()) == []


def test_the_scope_audit_stands_alone(tmp_path: Path) -> None:
    mixed = ("create", "x", "--scope", "audit", "--scope", "search")

    _refused(ended("keys", *mixed, DATA_DIR=str(tmp_path)), "goes with no other scope")
    assert _keys(tmp_path, "create", "auditor", "--scope", "audit")["scopes"] == ["audit"]


def test_a_prefix_that_nobody_has_is_named(tmp_path: Path) -> None:
    _refused(ended("keys", "revoke", "nobody", DATA_DIR=str(tmp_path)), "No key has the prefix")
