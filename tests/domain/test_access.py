"""API keys."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.access import (
    EVERY_SCOPE,
    Grant,
    Scope,
    check_scope,
    new_access_key,
    new_key,
    prefix_of_key,
)
from app.domain.errors import ScopeMissingError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GRANT = Grant(frozenset({Scope.SEARCH}))


def test_a_key_admits_itself_and_is_not_kept() -> None:
    presented, key = new_key("desk", NOW, GRANT)

    assert key.is_presented(presented)
    assert prefix_of_key(presented) == key.prefix
    assert presented not in repr(key)


def test_another_key_with_the_same_prefix_is_not_admitted() -> None:
    presented, key = new_key("desk", NOW, GRANT)

    assert not key.is_presented(presented[:-1] + ("A" if presented[-1] != "A" else "B"))


def test_an_ended_key_is_not_admitted() -> None:
    _, key = new_key("desk", NOW, GRANT)
    before = NOW - timedelta(seconds=1)

    assert not replace(key, grant=replace(GRANT, expires_at=before)).in_force(NOW)
    assert not replace(key, revoked_at=before).in_force(NOW)


@pytest.mark.parametrize("foreign", ["", "candid", "candid_", "candid_x", "AKIA_1_2", "a b"])
def test_what_is_no_key_of_ours_has_no_prefix(foreign: str) -> None:
    assert prefix_of_key(foreign) is None


def test_an_access_key_has_the_form_of_aws_and_keeps_its_secret_out_of_sight() -> None:
    first, second = (new_access_key("importer", NOW, GRANT) for _ in range(2))

    assert re.fullmatch("CANDID[A-Z2-7]{14}", first.access_key_id)
    assert re.fullmatch("[A-Za-z0-9+/]{40}", first.secret)
    assert first.access_key_id != second.access_key_id
    assert first.secret not in repr(first)


def test_a_key_that_signs_is_never_admitted_as_one_that_is_sent() -> None:
    access_key = new_access_key("importer", NOW, GRANT)
    sent = f"candid_{access_key.access_key_id}_{access_key.secret}"

    assert access_key.key.signs
    assert access_key.key.in_force(NOW)
    assert not access_key.key.is_presented(access_key.secret)
    assert not access_key.key.is_presented(sent)


def test_one_of_the_scopes_is_enough_and_none_includes_another() -> None:
    check_scope(frozenset({Scope.SEARCH}), (Scope.INDEX, Scope.SEARCH))

    for wanted in Scope:
        with pytest.raises(ScopeMissingError, match=f"scope {wanted};"):
            check_scope(EVERY_SCOPE - {wanted}, (wanted,))
    with pytest.raises(ScopeMissingError, match="scope index or search;"):
        check_scope(frozenset({Scope.ADMIN}), (Scope.SEARCH, Scope.INDEX))
