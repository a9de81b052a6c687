"""A SOAP service as the settings connect it."""

import ssl
from base64 import b64encode
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.ports.jms import ExplainsBookings, Jms
from app.settings import Settings, SettingsError, SoapJmsSettings
from app.wiring.jms import open_adapter
from tests.certificates import Authority
from tests.jms.soap.documents import WHOLE
from tests.servers import served
from tests.soap_files import MAPPING, requests_text
from tests.soap_jail import SoapJail, soap_server

NUMBER = "26-000123"


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    path = tmp_path / "requests.yaml"
    path.write_text(requests_text(), "utf-8")
    return path


def chosen(requests: Path, url: str = "https://jms.example/soap", **more: object) -> Settings:
    said = {"kind": "soap", "service_url": url, "requests": requests, **more}
    return Settings(jms=SoapJmsSettings.model_validate(said))


async def opened(settings: Settings, stack: AsyncExitStack) -> Jms:
    adapter = await open_adapter(settings, stack)
    assert adapter is not None
    return adapter


@pytest.mark.parametrize("form", ["text", "digest"])
async def test_a_service_is_asked_with_the_token_of_the_settings(requests: Path, form: str) -> None:
    known = ("clerk", "sesame", f"Password{form.capitalize()}")
    auth = {"username": "clerk", "password": "sesame", "form": form, "timestamp": True}
    jail = SoapJail({NUMBER: WHOLE}, credentials=known)
    with served(soap_server(jail)) as url:
        async with AsyncExitStack() as stack:
            jms = await opened(chosen(requests, f"{url}/jms", auth=auth), stack)
            answers = await jms.bookings([NUMBER])

    assert set(answers.found) == {NUMBER}
    assert isinstance(jms, ExplainsBookings)


async def test_a_service_may_want_the_password_in_an_http_header(requests: Path) -> None:
    auth = {"username": "clerk", "password": "sesame", "form": "http_basic"}
    jail = SoapJail({NUMBER: WHOLE})
    with served(soap_server(jail)) as url:
        async with AsyncExitStack() as stack:
            jms = await opened(chosen(requests, f"{url}/jms", auth=auth), stack)
            await jms.bookings([NUMBER])

    assert jail.heads[0]["authorization"] == f"Basic {b64encode(b'clerk:sesame').decode()}"
    assert b"sesame" not in jail.headers[0]


@pytest.mark.parametrize(
    ("requests_file", "mapping_file", "told"),
    [
        ("{}", None, r"requests.yaml: line 1, column 1: there is no  bookings:"),
        (requests_text(), MAPPING, r"requests.yaml: .*there is no  each:"),
        (requests_text(), "fields: {a: b}", r"mapping.yaml: line 1, column 10: a is no column"),
    ],
)
async def test_a_file_that_cannot_be_used_stops_the_start(
    tmp_path: Path, requests_file: str, mapping_file: str | None, told: str
) -> None:
    requests, mapping = tmp_path / "requests.yaml", tmp_path / "mapping.yaml"
    requests.write_text(requests_file, "utf-8")
    mapping.write_text(mapping_file or "", "utf-8")
    settings = chosen(requests, mapping=mapping if mapping_file else None)

    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsError, match=told):
            await open_adapter(settings, stack)


@pytest.mark.parametrize(
    ("url", "form", "is_warned"),
    [
        ("http://jms.example/soap", "text", True),
        ("http://jms.example/soap", "http_basic", True),
        ("http://jms.example/soap", "digest", False),
        ("http://127.0.0.1/soap", "text", False),
        ("https://jms.example/soap", "text", False),
    ],
)
async def test_a_password_that_others_can_read_is_told(
    requests: Path, url: str, form: str, *, is_warned: bool
) -> None:
    auth = {"username": "clerk", "password": "sesame", "form": form}
    with capture_logs() as logs:
        async with AsyncExitStack() as stack:
            await open_adapter(chosen(requests, url, auth=auth), stack)

    assert ("jms_password_in_the_clear" in {one["event"] for one in logs}) is is_warned
    assert "sesame" not in str(logs)


@pytest.mark.parametrize(
    ("auth", "told"),
    [
        ({"username": "clerk"}, "username and password belong together"),
        ({"timestamp": True}, "timestamp goes with the username"),
        (
            {"username": "a", "password": "b", "form": "http_basic", "timestamp": True},
            "timestamp goes with the username",
        ),
        ({"form": "md5"}, "Input should be"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    requests: Path, auth: dict[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        chosen(requests, auth=auth)


async def test_certificates_are_those_of_the_settings(requests: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    own, theirs = authority.issue("candid"), authority.issue("localhost")
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(theirs.cert_file, theirs.key_file)
    server_tls.load_verify_locations(authority.ca_file)
    server_tls.verify_mode = ssl.CERT_REQUIRED
    tls = {"ca_file": authority.ca_file, "cert_file": own.cert_file, "key_file": own.key_file}
    with served(soap_server(SoapJail({NUMBER: WHOLE})), tls=server_tls) as url:
        async with AsyncExitStack() as stack:
            answers = await (await opened(chosen(requests, f"{url}/jms", tls=tls), stack)).bookings(
                [NUMBER]
            )

    assert set(answers.found) == {NUMBER}


@pytest.mark.parametrize("name", ["ca_file", "cert_file"])
async def test_a_certificate_that_is_none_stops_the_start(requests: Path, name: str) -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsError, match=f"CANDID_JMS__TLS__{name.upper()}"):
            await open_adapter(chosen(requests, tls={name: requests}), stack)
