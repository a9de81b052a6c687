"""TLS on a real socket: which versions are served, to whom, and what is told of wrong files."""

import asyncio
import socket
import ssl
import warnings
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.api.connections import Patience, patient
from app.api.ending import Ending
from app.cli.serve import Server
from app.settings import ClientSettings, Settings, SettingsError, TlsSettings
from app.wiring.tls import client_tls_of, tls_of
from tests.certificates import Authority, Issued
from tests.servers import served

PASSWORD = "a-password-that-nobody-may-see"  # noqa: S105 - of a test


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


def settings_of(issued: Issued, **more: object) -> Settings:
    files = {"cert_file": issued.cert_file, "key_file": issued.key_file}
    return Settings(tls=TlsSettings.model_validate({**files, **more}))


def application() -> FastAPI:
    app = FastAPI()
    app.get("/")(lambda: {"here": True})
    return app


def spoken(url: str, authority: Authority, version: ssl.TLSVersion) -> str | None:
    """Shake hands in one version of TLS, as weakly as it is asked for; return the cipher."""
    context = ssl.create_default_context(cafile=authority.ca_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what is tried here
        context.minimum_version = context.maximum_version = version
    at = httpx.URL(url)
    with socket.create_connection((at.host, at.port or 0), timeout=20) as plain:  # noqa: SIM117 - one after the other
        with context.wrap_socket(plain, server_hostname="localhost") as wrapped:
            found = wrapped.cipher()
    return found[0] if found else None


def test_tls_1_2_and_1_3_are_served_and_nothing_older(authority: Authority) -> None:
    tls = tls_of(settings_of(authority.issue("service")))

    with served(application(), tls=tls) as url:
        assert "GCM" in str(spoken(url, authority, ssl.TLSVersion.TLSv1_2))
        assert "TLS_" in str(spoken(url, authority, ssl.TLSVersion.TLSv1_3))
        with pytest.raises((ssl.SSLError, ConnectionError)):
            spoken(url, authority, ssl.TLSVersion.TLSv1_1)


def test_the_client_of_these_tests_would_speak_tls_1_1(authority: Authority) -> None:
    issued = authority.issue("service")
    weak = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    weak.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what is tried here
        weak.minimum_version = ssl.TLSVersion.TLSv1_1
    weak.load_cert_chain(issued.cert_file, issued.key_file)

    with served(application(), tls=weak) as url:
        assert spoken(url, authority, ssl.TLSVersion.TLSv1_1)


def test_the_command_line_trusts_the_ca_it_is_given(authority: Authority) -> None:
    issued = authority.issue("service", PASSWORD)
    tls = tls_of(settings_of(issued, key_password=PASSWORD))

    with served(application(), tls=tls) as url:
        trusting = Settings(client=ClientSettings(ca_file=authority.ca_file))
        assert httpx.get(url, verify=client_tls_of(trusting)).is_success
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(url, verify=client_tls_of(Settings()))


def test_only_clients_of_the_named_ca_are_answered(authority: Authority, tmp_path: Path) -> None:
    tls = tls_of(settings_of(authority.issue("service"), client_ca_file=authority.ca_file))
    clients = {
        "ours": authority.issue("clerk"),
        "others": Authority(tmp_path / "other").issue("clerk"),
    }

    with served(application(), tls=tls) as url:
        for whose, issued in clients.items():
            given = ClientSettings(
                ca_file=authority.ca_file, cert_file=issued.cert_file, key_file=issued.key_file
            )
            verify = client_tls_of(Settings(client=given))
            if whose == "ours":
                assert httpx.get(url, verify=verify).is_success
            else:
                with pytest.raises(httpx.TransportError):
                    httpx.get(url, verify=verify)
        trusting = client_tls_of(Settings(client=ClientSettings(ca_file=authority.ca_file)))
        with pytest.raises(httpx.TransportError):
            httpx.get(url, verify=trusting)


def test_wrong_files_are_named_and_the_password_is_not(
    authority: Authority, tmp_path: Path
) -> None:
    issued, other = authority.issue("service", PASSWORD), authority.issue("other")
    missing = Issued(tmp_path / "missing.pem", other.key_file)
    mismatched = Issued(issued.cert_file, other.key_file)
    wrong = [
        (settings_of(missing), "CANDID_TLS__CERT_FILE=.*missing.pem.*cannot be read"),
        (settings_of(mismatched), "the key is not the certificate's"),
        (settings_of(issued), "password"),
        (settings_of(issued, key_password=PASSWORD[:-1]), "password is wrong"),
        (settings_of(other, client_ca_file=other.key_file), "CANDID_TLS__CLIENT_CA_FILE"),
    ]

    for settings, told in wrong:
        with pytest.raises(SettingsError, match=told) as refused:
            tls_of(settings)
        assert PASSWORD[:-1] not in str(refused.value)
    with pytest.raises(SettingsError, match="CANDID_CLIENT__CA_FILE"):
        client_tls_of(Settings(client=ClientSettings(ca_file=tmp_path / "missing.pem")))
    ours = ClientSettings(cert_file=issued.cert_file, key_file=issued.key_file)
    with pytest.raises(SettingsError, match="CANDID_CLIENT__CERT_FILE"):
        client_tls_of(Settings(client=ours))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TLS__CERT_FILE", "a.pem", "cert_file and key_file belong together"),
        ("TLS__CLIENT_CA_FILE", "a.pem", "need cert_file"),
        ("CLIENT__KEY_FILE", "a.pem", "cert_file and key_file belong together"),
    ],
)
def test_half_a_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"CANDID_{name}", value)

    with pytest.raises(SettingsError, match=told):
        Settings.read()


def test_a_service_that_others_reach_without_tls_says_so_in_one_line() -> None:
    with capture_logs() as lines:
        assert tls_of(Settings(host="0.0.0.0")) is None  # noqa: S104 - not bound
        assert tls_of(Settings()) is None

    assert [line["event"] for line in lines] == ["tls_is_off"]


def test_the_password_is_in_no_representation() -> None:
    files = {"cert_file": Path("a"), "key_file": Path("b")}

    settings = Settings(tls=TlsSettings(**files, key_password=SecretStr(PASSWORD)))

    assert PASSWORD not in f"{settings!r} {settings.model_dump_json()}"


async def test_a_handshake_that_does_not_go_on_is_not_waited_for(authority: Authority) -> None:
    tls = tls_of(settings_of(authority.issue("service")))
    assert tls is not None
    config = uvicorn.Config(
        application(),
        http=patient(Patience()),
        ssl_context_factory=lambda *_: tls,
        lifespan="off",
        log_config=None,
    )
    server = Server(config, Ending())
    server.handshake_seconds = 0.2
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"\x16\x03\x01")  # and no more of a greeting
        async with asyncio.timeout(20):
            assert await reader.read() == b""
        writer.close()
        server.should_exit = True
        await serving
