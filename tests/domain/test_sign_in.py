"""People who sign in, and where their provider may be."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.sign_in import is_provider_address, is_subject
from app.domain.training import Training
from tests.fakes_sign_in import holder

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    "address",
    [
        "https://id.county.test",
        "https://id.county.test:8443/realms/x",
        "http://[::1]:80/",
        "http://localhost",
    ],
)
def test_a_provider_is_asked_by_https_or_on_this_machine(address: str) -> None:
    assert is_provider_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://id.county.test",
        "http://127.0.0.1.county.test",
        "https://me@id.county.test",
        "https://id.county.test#x",
        "https://id county",
        "https://",
        "https://id.county.test:x",
        "https://[::1",
        "file:///etc/passwd",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "",
        7,
        None,
    ],
)
def test_nor_is_it_asked_anywhere_else(address: object) -> None:
    assert not is_provider_address(address)


@pytest.mark.parametrize("subject", ["7", "auth0|7", "a@b.test", "x" * 255, "CN=n,OU=o", "\u0021~"])
def test_a_subject_is_printable_ascii(subject: str) -> None:
    assert is_subject(subject)


@pytest.mark.parametrize("subject", ["", "a b", "a(b", "a)b", "\u00e9", "a\n", "x" * 256, None, 7])
def test_what_would_blur_a_name_is_no_subject(subject: object) -> None:
    assert not is_subject(subject)


def test_a_person_without_a_name_is_known_by_what_is_stable() -> None:
    assert replace(holder(), username=None).name == "(b2c9f1d4 at id.county.test)"


@pytest.mark.parametrize(
    ("until", "current", "warned"),
    [
        (None, False, False),
        (date(2026, 5, 31), False, False),
        (date(2026, 6, 1), True, True),
        (date(2026, 7, 1), True, True),
        (date(2026, 7, 2), True, False),
        (date.max, True, False),
    ],
)
def test_training_counts_on_its_last_day_and_warns_in_its_last_month(
    until: date | None, *, current: bool, warned: bool
) -> None:
    training = Training(until, TODAY)

    assert training.is_current is current
    assert (training.warning is not None) is warned
