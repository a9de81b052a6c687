"""`candid health` on a real socket: plain, by TLS, on another port, and where nobody answers."""

import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI, Response

from app.settings import Settings, TlsSettings
from app.wiring.tls import tls_of
from tests.certificates import Authority
from tests.live import ROOT, child_environment, free_port
from tests.servers import served


def application(status: int = 200) -> FastAPI:
    app = FastAPI()

    @app.get("/health/ready")
    def ready() -> Response:
        return Response(b'{"status": "ready"}', status)

    return app


def asked(url_or_port: str | int, **settings: object) -> tuple[int, str]:
    """Run the command as a container does; return its exit code and what it says."""
    port = str(url_or_port).rpartition(":")[2]
    named = {f"CANDID_{name.upper()}": str(value) for name, value in settings.items()}
    ran = subprocess.run(
        [sys.executable, "-m", "app", "health"],
        cwd=ROOT,
        env=child_environment() | {"CANDID_HOST": "0.0.0.0", "CANDID_PORT": port} | named,  # noqa: S104 - of a container
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_service_that_is_ready_is_healthy_and_one_that_is_not_is_not() -> None:
    with served(application()) as url:
        assert asked(url)[0] == 0
    with served(application(503)) as url:
        code, said = asked(url)
    assert code != 0
    assert "not ready" in said


def test_nobody_who_answers_is_not_healthy() -> None:
    code, said = asked(free_port())

    assert code != 0
    assert "Traceback" not in said


@pytest.mark.parametrize("certified", [False, True])
def test_a_service_with_tls_is_healthy_too(tmp_path: Path, *, certified: bool) -> None:
    authority = Authority(tmp_path)
    issued = authority.issue("service")
    files = {"cert_file": issued.cert_file, "key_file": issued.key_file}
    if certified:
        files["client_ca_file"] = authority.ca_file
    tls = tls_of(Settings(tls=TlsSettings.model_validate(files)))
    named = {f"tls__{name}": path for name, path in files.items()}

    assert isinstance(tls, ssl.SSLContext)
    with served(application(), tls=tls) as url:
        assert asked(url, **named)[0] == 0
    assert asked(free_port(), **named)[0] != 0
