"""Addresses, and the networks they lie in."""

import pytest

from app.domain.networks import address_of, household_of, lies_in, network_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("", "None"),
        (None, "None"),
        ("unknown", "None"),
        ("192.0.2.7:80", "None"),
        ("192.0.02.7", "None"),
    ],
)
def test_an_address_is_read_as_one_or_not_at_all(text: str | None, address: str) -> None:
    assert str(address_of(text)) == address


def test_an_address_lies_in_a_network_of_its_own_kind() -> None:
    networks = [network_of("10.20.0.0/16"), network_of("192.0.2.7"), network_of("2001:db8::/32")]

    inside = ["10.20.255.1", "192.0.2.7", "2001:db8:1::1", "::ffff:10.20.0.9"]
    outside = ["10.21.0.1", "192.0.2.8", "2001:db9::1", "::10.20.0.9", "here", "", None]

    assert all(lies_in(address, networks) for address in inside)
    assert not any(lies_in(address, networks) for address in outside)


@pytest.mark.parametrize("text", ["10.20.0.7/16", "10.20.0.0/33", "jail.example", ""])
def test_what_is_no_network_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"10\.20\.0\.0/16"):
        network_of(text)


def test_the_addresses_of_one_ipv6_line_count_as_one_caller() -> None:
    assert household_of("2001:db8::1") == household_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert household_of("2001:db8:0:1::1") != household_of("2001:db8::1")
    assert household_of("::ffff:192.0.2.7") == household_of("192.0.2.7") == "192.0.2.7"
    assert household_of(None) == household_of("no address")
