"""Hosts that the settings name, and the addresses that are on one of them."""

from collections.abc import Collection
from typing import Final

import httpx

_PORTS: Final = {"http": 80, "https": 443}


class NamedHosts:
    """Hosts as `name` or `name:port`; without a port, the scheme's own is meant."""

    def __init__(self, hosts: Collection[str], setting: str) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._setting = setting

    def __bool__(self) -> bool:
        return bool(self._hosts)

    def refusal(self, address: str) -> str | None:
        """Return why nothing is fetched from an address, or None."""
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, ValueError):
            return "the address cannot be read"
        if url.scheme not in _PORTS:
            return "the address is neither http nor https"
        if url.userinfo:
            return "the address holds a user name or password, which would be listed with it"
        return None if self.names(url) else f"{self._setting} does not name the address's host"

    def names(self, url: httpx.URL) -> bool:
        """Say whether the host of an address, with its port, is one of these."""
        host = url.raw_host.decode("ascii")
        host = f"[{host}]" if ":" in host else host
        usual = _PORTS.get(url.scheme)
        port = url.port or usual
        return bool({f"{host}:{port}", *({host} if port == usual else ())} & self._hosts)
