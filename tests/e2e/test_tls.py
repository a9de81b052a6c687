"""`candid serve` with a certificate, and the command line that trusts its CA; nothing leaks."""

import ssl
from pathlib import Path

import httpx

from tests.certificates import Authority
from tests.e2e.commands import Command, ended
from tests.e2e.processes import command_line, eventually, everybody

PASSWORD = "a-password-that-nobody-may-see"  # noqa: S105 - of a test
KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ="
"""A key-encryption key: 32 bytes in base64."""


def is_ready(service: Command, url: str, trust: ssl.SSLContext) -> bool:
    assert service.process.poll() is None, service.process.communicate()
    try:
        return httpx.get(f"{url}/health/ready", verify=trust).is_success
    except httpx.TransportError:
        return False


def test_the_service_speaks_tls_and_its_secrets_are_nowhere(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    issued = authority.issue("service", PASSWORD)
    tls = {
        "TLS__CERT_FILE": str(issued.cert_file),
        "TLS__KEY_FILE": str(issued.key_file),
        "TLS__KEY_PASSWORD": PASSWORD,
        "ENCRYPTION__KEY": KEY,
        "LOG_LEVEL": "debug",
    }
    trust = ssl.create_default_context(cafile=authority.ca_file)
    service = Command.started("serve", data_dir=tmp_path / "data", **tls)
    try:
        url = f"https://127.0.0.1:{service.port}"
        assert eventually(lambda: is_ready(service, url, trust))
        asked = {"CLIENT__URL": url, "DATA_DIR": str(tmp_path / "data"), **tls}

        assert httpx.get(f"{url}/health/live", verify=trust).is_success
        document = httpx.get(f"{url}/openapi.json", verify=trust).text
        shown = ended("policy", "show", "--json", **asked, CLIENT__CA_FILE=str(authority.ca_file))
        refused = ended("policy", "show", **asked)
        status = ended("encryption", "status", **asked)
        processes = "\n".join(command_line(pid) for pid in everybody())
    finally:
        service.process.terminate()
    _, out, err = service.end()

    assert (shown.returncode, refused.returncode, status.returncode) == (0, 2, 0)
    assert "CANDID_CLIENT__CA_FILE" in refused.stderr
    assert f"ready on {url}" in err
    told = (out, err, document, processes, *(one.stdout + one.stderr for one in (shown, refused)))
    for text in (*told, status.stdout + status.stderr):
        assert PASSWORD not in text
        assert KEY not in text
