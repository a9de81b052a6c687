"""What schemathesis makes of the committed OpenAPI document against the running service."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.live import ROOT, LiveService, child_environment, live_service

ONE_KEY = "^/keys/[{]"
"""What ends a key: the one that schemathesis calls with too, so it is tried by itself."""

CLEAN = ("--checks", "not_a_server_error,status_code_conformance,content_type_conformance")
CONFIG = Path(__file__).with_name("schemathesis.toml")
SCHEMA = ROOT / "openapi" / "openapi.json"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LiveService]:
    settings = {"AUTH__KIND": "keys", "AUTH__LOCKOUT_AFTER": "1000000"}  # it also calls without
    with live_service(tmp_path / "data", **settings) as service:
        yield service


def tried(service: LiveService, key: str | None, *options: str) -> subprocess.CompletedProcess[str]:
    """Have schemathesis call the service with a key."""
    header = ("--header", f"Authorization: Bearer {key}") if key else ()
    return subprocess.run(  # noqa: S603 - a program we chose
        [
            Path(sys.executable).with_name("schemathesis"),
            *(
                "--config-file",
                CONFIG,
                "run",
                SCHEMA,
                "--url",
                service.url,
                *header,
                "--seed",
                "1",
                "--no-color",
                *options,
            ),
        ],
        cwd=service.data_dir,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def first_key(service: LiveService) -> str:
    return (service.data_dir / "first-key").read_text().strip()


@pytest.mark.parametrize(
    "paths",
    [("--exclude-path-regex", ONE_KEY), ("--include-path-regex", ONE_KEY)],
    ids=["all but single keys", "single keys"],
)
def test_the_service_answers_as_the_document_says(
    service: LiveService, paths: Sequence[str]
) -> None:
    # Bytes that fit the schema may hold no face, and ids may not be on record.
    fitting = ("--exclude-checks", "positive_data_acceptance")

    run = tried(service, first_key(service), *fitting, "--max-examples", "10", *paths)

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]


@pytest.mark.parametrize("scopes", [["search"], ["index", "import"], ["admin"], ["audit"], None])
def test_whoever_may_not_is_told_so_cleanly(service: LiveService, scopes: list[str] | None) -> None:
    with service.client(key=first_key(service)) as client:
        made = client.post("/keys", json={"name": "narrow", "scopes": scopes or ["search"]})
    key = str(made.raise_for_status().json()["key"]) if scopes else None

    run = tried(service, key, *CLEAN, "--max-examples", "3", "--exclude-path-regex", ONE_KEY)

    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
