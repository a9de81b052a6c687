"""Which addresses requests reach, whatever a name resolves to."""

import ipaddress
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from adapters.web import AddressRefusedError, CheckedTransport, NamedHosts
from adapters.web.checked_transport import may_be_asked
from tests.certificates import Authority
from tests.servers import served


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700::1111", True, True),
        ("::ffff:8.8.8.8", True, True),
        ("10.0.0.1", False, True),
        ("172.16.0.1", False, True),
        ("192.168.0.1", False, True),
        ("100.64.0.1", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("fec0::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("2002:7f00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fd00:ec2::254", False, False),
        ("192.0.0.192", False, False),
        ("168.63.129.16", False, False),
        ("::ffff:168.63.129.16", False, False),
        ("100.100.100.200", False, False),
        ("fe80::1", False, False),
        ("fe80::1%1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - asked about, not bound
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("240.0.0.1", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_an_address_is_public_or_private_or_neither(
    address: str, *, public: bool, private: bool
) -> None:
    known = ipaddress.ip_address(address)

    assert may_be_asked(known, is_private=False) is public
    assert may_be_asked(known, is_private=True) is private


@asynccontextmanager
async def client(
    *private: str, verify: ssl.SSLContext | bool = True
) -> AsyncGenerator[httpx.AsyncClient]:
    named = NamedHosts(private, "CANDID_X")
    connect: Callable[[], httpx.AsyncBaseTransport] = lambda: httpx.AsyncHTTPTransport(  # noqa: E731 - one line
        verify=verify, trust_env=False
    )
    async with httpx.AsyncClient(transport=CheckedTransport(connect, named.names)) as opened:
        yield opened


def echo() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def host(request: Request) -> dict[str, str]:
        return {"host": request.headers["Host"]}

    return app


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"])
async def test_a_name_that_leads_into_the_own_network_is_refused(name: str) -> None:
    with served(echo()) as url:
        port = url.rpartition(":")[2]
        async with client() as asking:
            with pytest.raises(AddressRefusedError):
                await asking.get(f"http://{name}:{port}/")


async def test_one_that_is_said_to_be_there_is_asked_by_its_name() -> None:
    with served(echo()) as url:
        host = f"localhost:{url.rpartition(':')[2]}"
        async with client(host) as asking:
            said = [(await asking.get(f"http://{host}/")).json() for _ in range(2)]

    assert said == [{"host": host}] * 2


async def test_another_port_of_it_is_not_meant() -> None:
    with served(echo()) as url:
        async with client("localhost:1") as asking:
            with pytest.raises(AddressRefusedError):
                await asking.get(f"http://localhost:{url.rpartition(':')[2]}/")


@pytest.mark.parametrize("is_known", [True, False])
async def test_the_certificate_is_the_names(tmp_path: Path, *, is_known: bool) -> None:
    authority = Authority(tmp_path)
    issued = authority.issue("photos")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(issued.cert_file, issued.key_file)
    trusted = ssl.create_default_context(cafile=authority.ca_file)
    with served(echo(), tls=tls) as url:
        port = url.rpartition(":")[2]
        name = "localhost" if is_known else "localhost.localdomain"
        async with client(f"{name}:{port}", verify=trusted) as asking:
            if is_known:
                assert (await asking.get(f"https://{name}:{port}/")).is_success
            else:
                with pytest.raises(httpx.ConnectError):
                    await asking.get(f"https://{name}:{port}/")


async def test_a_name_without_an_address_is_told() -> None:
    async with client() as asking:
        with pytest.raises(httpx.ConnectError, match="has no address"):
            await asking.get("http://nowhere.invalid/")


async def test_what_was_checked_is_connected_to_whatever_the_name_leads_to_later() -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    asked: list[str] = []

    async def rebinding(host: str) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    with served(echo()) as url:
        host = f"photos.test:{url.rpartition(':')[2]}"
        named = NamedHosts({host}, "CANDID_X")
        checked = CheckedTransport(httpx.AsyncHTTPTransport, named.names, rebinding)
        async with httpx.AsyncClient(transport=checked) as asking:
            assert (await asking.get(f"http://{host}/")).json() == {"host": host}
            with pytest.raises(AddressRefusedError):
                await asking.get(f"http://{host}/")
        assert asked == ["photos.test"] * 2


async def test_where_one_address_does_not_answer_the_next_one_is_asked() -> None:
    async def several(_: str) -> list[str]:
        return ["169.254.169.254", "::1", "127.0.0.2", "127.0.0.1"]

    with served(echo()) as url:
        host = f"photos.test:{url.rpartition(':')[2]}"
        named = NamedHosts({host}, "CANDID_X")
        checked = CheckedTransport(httpx.AsyncHTTPTransport, named.names, several)
        async with httpx.AsyncClient(transport=checked) as asking:
            assert (await asking.get(f"http://{host}/")).is_success


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://photos.test/1.jpg", None),
        ("https://photos.test:443/1.jpg", None),
        ("http://[2001:db8::1]:8080/1.jpg", None),
        ("http://photos.test:8080/1.jpg", "CANDID_X does not name"),
        ("http://[2001:db8::1]/1.jpg", "CANDID_X does not name"),
        ("http://a@photos.test/1.jpg", "user name or password"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://photos.test:port/", "cannot be read"),
    ],
)
def test_an_address_is_on_a_host_that_is_named_or_says_why_not(
    address: str, told: str | None
) -> None:
    refusal = NamedHosts({"Photos.test", "[2001:db8::1]:8080"}, "CANDID_X").refusal(address)

    assert refusal is None if told is None else told in str(refusal)
