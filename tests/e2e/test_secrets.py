"""No secret of the settings is in what the service says, writes, runs or documents."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from pydantic import BaseModel, SecretStr

from app.settings import Settings
from tests.e2e.commands import ended
from tests.e2e.processes import children, command_line, database_of, of_directory
from tests.fakes import drawn_photo
from tests.live import ROOT, LiveService, child_environment, live_service

MARK = "recognisable"
SECRETS = {
    "SECRET": f"{MARK}-secret-of-the-service-long-enough",
    "CLIENT__KEY": f"{MARK}-key-of-the-command-line",
    "JMS__TOKEN": f"{MARK}-token-of-the-jms",
    **{
        name: base64.b64encode(MARK.encode().ljust(32, last)).decode()
        for name, last in (
            ("AUDIT__SIGNING_KEY", b"!"),
            ("ENCRYPTION__KEY", b"?"),
            ("ENCRYPTION__PREVIOUS_KEY", b"."),
        )
    },
    "JMS_EVENTS__SECRETS": json.dumps(
        ["whsec_" + base64.b64encode(MARK.encode().ljust(32, b";")).decode()]
    ),
}
DATABASE = f"postgresql://candid:{MARK}-password@127.0.0.1:9/candid"
OF_THE_DATABASE = {"DATABASE_URL": DATABASE, "DATABASE_OWNER_URL": DATABASE}
REST = {"JMS__BASE_URL": "http://127.0.0.1:9"}
OF_OTHER_JMS = {
    "JMS__URL": (
        f"postgresql://candid:{MARK}-password@127.0.0.1:9/jms",
        {"JMS__BOOKINGS_VIEW": "b"},
    ),
    "JMS__AUTH__API_KEY": (f"{MARK}-api-key", REST),
    "JMS__AUTH__PASSWORD": (f"{MARK}-password", {**REST, "JMS__AUTH__USERNAME": "candid"}),
    "JMS__AUTH__CLIENT_SECRET": (
        f"{MARK}-client-secret",
        {**REST, "JMS__AUTH__TOKEN_URL": "http://127.0.0.1:9", "JMS__AUTH__CLIENT_ID": "candid"},
    ),
    "JMS__TLS__KEY_PASSWORD": (
        f"{MARK}-key-password",
        {"JMS__BASE_URL": "https://127.0.0.1:9", "JMS__TLS__CERT_FILE": "/nowhere/candid.pem"},
    ),
}
"""Each with what else that way of connecting a JMS needs."""

OF_A_PERSON = {"CLIENT__TOKEN": f"{MARK}-token-of-a-person"}
"""Instead of a key."""

IN_TEST_TLS = {"TLS__KEY_PASSWORD"}
"""Tried in `test_tls.py`: it needs a certificate."""

NOWHERE = "http://127.0.0.1:9"


def everything_run(pid: int) -> list[int]:
    """Return a process and all below it."""
    return [pid, *(below for child in children(pid) for below in everything_run(child))]


def heard(told: str) -> list[str]:
    """Name the secrets that stand in a text, as they are or in base64."""
    encoded = base64.b64encode(MARK.encode()).decode()[:8]
    return [value for value in (*SECRETS.values(), MARK, encoded) if value in told]


def secret_settings(kind: Any, name: str = "") -> set[str]:  # noqa: ANN401 - any type
    """Return the names of all secrets in a type of settings."""
    if kind is SecretStr:
        return {name.removeprefix("__")}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found = {
            one: secret_settings(field.annotation, f"{name}__{one.upper()}")
            for one, field in kind.model_fields.items()
        }
        return set().union(*found.values())
    return set().union(*(secret_settings(one, name) for one in get_args(kind)))


def test_every_secret_setting_is_tried_here() -> None:
    tried = SECRETS.keys() | OF_THE_DATABASE.keys() | OF_A_PERSON.keys() | OF_OTHER_JMS.keys()
    assert secret_settings(Settings) == tried | IN_TEST_TLS


@pytest.mark.parametrize("name", OF_OTHER_JMS)
def test_a_jms_that_is_not_there_does_not_make_its_check_tell_a_secret(name: str) -> None:
    value, others = OF_OTHER_JMS[name]
    asked = ended("jms", "check", "A1", LOG_LEVEL="debug", **{name: value}, **others)

    assert asked.returncode != 0
    assert heard(asked.stdout + asked.stderr) == []


def test_a_service_that_is_not_there_does_not_make_the_command_line_tell_a_token() -> None:
    asked = ended("whoami", CLIENT__URL=NOWHERE, LOG_LEVEL="debug", **OF_A_PERSON)

    assert asked.returncode != 0
    assert heard(asked.stdout + asked.stderr) == []


def test_a_database_that_is_not_there_does_not_tell_its_password(tmp_path: Path) -> None:
    named = {f"CANDID_{name}": value for name, value in OF_THE_DATABASE.items()}
    run = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        env=child_environment() | named | {"CANDID_DATA_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert run.returncode != 0
    assert heard(run.stdout + run.stderr) == []


def asked(service: LiveService, key: str) -> str:
    """Call much of the service, well and badly, and return all that it says."""
    with service.client(key=key) as client:
        answers = [
            client.get("/openapi.json"),
            client.get("/docs"),
            client.get("/health/ready"),
            client.get("/metrics"),
            client.get("/policy"),
            client.get("/keys"),
            client.get("/bookings/A1"),
            client.post("/detect", files={"photo": drawn_photo("Ann")}),
            client.post("/search", files={"photo": b"%PDF"}, data={"purpose": "training_test"}),
            client.post("/imports", json={"source": {"kind": "jms"}}),
            client.post("/imports", json={"source": {"kind": key}}),
            httpx.get(f"{service.url}/index", headers={"Authorization": f"Bearer {key}x"}),
            httpx.get(f"{service.url}/index", headers={"Authorization": f"Bearer {MARK}"}),
            _broken(service, client),
        ]
    assert answers[-1].status_code == 500
    return "\n".join(f"{one.headers}\n{one.text}" for one in answers)


def _broken(service: LiveService, client: httpx.Client) -> httpx.Response:
    """Provoke a defect: a key with a scope that no program ever wrote."""
    client.post("/keys", json={"name": "broken", "scopes": ["search"]}).raise_for_status()
    with database_of(service.data_dir) as database:
        database.execute("UPDATE api_keys SET scopes = '{unheard_of}' WHERE name = 'broken'")
    return client.get("/keys")


def test_no_secret_is_said_logged_run_or_documented(tmp_path: Path) -> None:
    settings = {**SECRETS, "AUTH__KIND": "keys", "JMS__BASE_URL": NOWHERE, "LOG_LEVEL": "debug"}
    with live_service(tmp_path / "data", **settings) as service:
        key = (tmp_path / "data" / "first-key").read_text().strip()
        said = asked(service, key)
        assert service.process is not None
        lines = [command_line(pid) for pid in everything_run(service.process.pid)]
        lines += of_directory(service.data_dir)
    log = service.log.read_text()

    assert any("postgres" in line for line in lines)
    for told in (said, log, "\n".join(lines)):
        assert heard(told) == []
        assert key not in told, "the first key"
