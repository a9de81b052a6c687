"""Whom a proxy names is believed where the proxy itself is known by name."""

from collections.abc import Sequence

import pytest

from tests.api.applications import application
from tests.jails import Jail

PROXY = "127.0.0.1"  # from which the tests' caller calls


async def _address(jail: Jail, proxies: Sequence[str], *said: str) -> str | None:
    async with application(jail, keys=True, proxies=proxies) as client:
        headers = [("X-Forwarded-For", one) for one in said]
        await client.get("/index", headers=headers)
    return (await jail.audit())[-1].actor.address


async def test_without_known_proxies_nobody_is_believed(jail: Jail) -> None:
    assert await _address(jail, (), "192.0.2.1") == PROXY


async def test_an_unknown_caller_is_not_believed(jail: Jail) -> None:
    assert await _address(jail, ("10.0.0.0/8",), "192.0.2.1") == PROXY


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (("192.0.2.1",), "192.0.2.1"),
        ((), PROXY),
        (("",), PROXY),
        (("invented, 192.0.2.1",), "192.0.2.1"),
        (("198.51.100.9, 192.0.2.1",), "192.0.2.1"),  # who calls may say anything before
        (("192.0.2.1, 10.0.0.5",), "192.0.2.1"),  # by way of two known proxies
        (("192.0.2.1", "10.0.0.5"), "192.0.2.1"),  # in two headers
        (("unknown, 10.0.0.5",), "10.0.0.5"),
        (("10.0.0.6, 10.0.0.5",), "10.0.0.6"),
        (("192.0.2.1:4711",), "192.0.2.1"),
        (("[2001:db8::1]:4711",), "2001:db8::1"),
        (("2001:db8::1",), "2001:db8::1"),
        (("::ffff:192.0.2.1",), "192.0.2.1"),
    ],
)
async def test_a_known_proxy_says_who_calls(
    jail: Jail, said: tuple[str, ...], address: str
) -> None:
    assert await _address(jail, (PROXY, "10.0.0.0/24"), *said) == address
