"""Where calls come from: addresses, and networks that hold them."""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_HOUSEHOLD = 64  # bits: whoever has one IPv6 address has these


def address_of(text: str | None) -> Address | None:
    """Return the address, an IPv4 one where IPv6 only carries it; None where it is none."""
    try:
        found = ip_address(text or "")
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def network_of(text: str) -> Network:
    """Return the network, such as 10.20.0.0/16, or one address alone; raises ValueError."""
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no address and no network, such as 10.20.0.7 or 10.20.0.0/16"
        ) from error


def lies_in(address: str | None, networks: Iterable[Network]) -> bool:
    """Say whether the address lies in one of the networks; what is no address lies in none."""
    found = address_of(address)
    return found is not None and any(found in network for network in networks)


def household_of(address: str | None) -> str:
    """Return what stands for one caller: an IPv4 address, or the /64 of an IPv6 address."""
    found = address_of(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found) >> _HOUSEHOLD << _HOUSEHOLD, _HOUSEHOLD)))
    return str(found)
