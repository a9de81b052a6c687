"""API keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.access import new_key, prefix_of_key

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_key_admits_itself_and_is_not_kept() -> None:
    presented, key = new_key("desk", NOW)

    assert key.admits(presented, NOW)
    assert prefix_of_key(presented) == key.prefix
    assert presented not in repr(key)


def test_another_key_with_the_same_prefix_is_not_admitted() -> None:
    presented, key = new_key("desk", NOW)

    assert not key.admits(presented[:-1] + ("A" if presented[-1] != "A" else "B"), NOW)


def test_an_ended_key_is_not_admitted() -> None:
    presented, key = new_key("desk", NOW)
    before = NOW - timedelta(seconds=1)

    assert not replace(key, expires_at=before).admits(presented, NOW)
    assert not replace(key, revoked_at=before).admits(presented, NOW)


@pytest.mark.parametrize("foreign", ["", "candid", "candid_", "candid_x", "AKIA_1_2", "a b"])
def test_what_is_no_key_of_ours_has_no_prefix(foreign: str) -> None:
    assert prefix_of_key(foreign) is None
