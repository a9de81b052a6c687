"""Requests that reach no address of a private network, whatever a name resolves to."""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import anyio
import httpx
from typing_extensions import override

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Connect = Callable[[], httpx.AsyncBaseTransport]
Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the addresses of a host; OSError or UnicodeError where it has none."""

_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""NAT64: the last four bytes are the IPv4 address that is reached."""

_CREDENTIALS: Final = frozenset(
    map(
        ipaddress.ip_address,
        ("fd00:ec2::254", "192.0.0.192", "168.63.129.16", "100.100.100.200"),
    )
)
"""Where clouds keep theirs, besides the link-local 169.254.169.254."""


class AddressRefusedError(httpx.TransportError):
    """The host has no address that may be asked."""


class CheckedTransport(httpx.AsyncBaseTransport):
    """Resolves each host itself, checks what came, and connects to that and to nothing else.

    A name that resolves to another address a moment later (DNS rebinding) is therefore of no use.
    Public addresses are allowed, and private and loopback ones of hosts of which `may_be_private`
    is true; link-local and reserved ones never are. `connect` makes one
    transport for each host: connections are not shared between hosts on one address.
    """

    def __init__(
        self,
        connect: Connect,
        may_be_private: Callable[[httpx.URL], bool],
        resolve: Resolve | None = None,
    ) -> None:
        self._connect = connect
        self._may_be_private = may_be_private
        self._resolve = resolve or resolved
        self._transports: dict[tuple[str, str, int | None], httpx.AsyncBaseTransport] = {}

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raises AddressRefusedError and what the transports raise."""
        url = request.url
        addresses = await self._allowed(url)
        transport = self._transport(url)
        for address in addresses[:-1]:
            try:
                return await transport.handle_async_request(_sent_to(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # the next address of this host may answer
        return await transport.handle_async_request(_sent_to(request, addresses[-1]))

    @override
    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()

    def _transport(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        origin = (url.scheme, url.host, url.port)
        if origin not in self._transports:
            self._transports[origin] = self._connect()
        return self._transports[origin]

    async def _allowed(self, url: httpx.URL) -> Sequence[Address]:
        host = url.raw_host.decode("ascii")
        try:
            found = await self._resolve(host)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} has no address") from error
        addresses = dict.fromkeys(map(ipaddress.ip_address, found))
        is_private = self._may_be_private(url)
        allowed = [one for one in addresses if may_be_asked(one, is_private=is_private)]
        if not allowed:
            raise AddressRefusedError(f"{host} has no address that may be asked")
        return allowed


async def resolved(host: str) -> Sequence[str]:
    """Return the addresses that the system knows of a host."""
    found = await anyio.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def may_be_asked(address: Address, *, is_private: bool) -> bool:
    """Say whether an address may be connected to."""
    inner = _inner(address)
    if inner != address:
        return may_be_asked(inner, is_private=is_private)
    if address.is_loopback:
        return is_private
    if address in _CREDENTIALS or any((address.is_multicast, address.is_unspecified)):
        return False
    if address.is_link_local or address.is_reserved:
        return False
    is_site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return is_private or (address.is_global and not is_site_local)


def _inner(address: Address) -> Address:
    """Return the IPv4 address that one of IPv6 leads to, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.scope_id is not None:
        return ipaddress.IPv6Address(int(address))
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _sent_to(request: httpx.Request, address: Address) -> httpx.Request:
    """Return the request for one address; name and certificate stay those of its host."""
    extensions = {**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")}
    return httpx.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )
