"""Keys on the screen."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from app.cli.key_texts import place_of, shown_key, shown_table
from app.domain.access import ApiKey, Grant, Scope, new_access_key, new_key
from app.domain.networks import network_of
from app.domain.purpose import Purpose
from app.settings import Settings

NOW = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
GRANT = Grant(
    frozenset({Scope.SEARCH, Scope.INDEX}),
    purpose=Purpose.MISSING_PERSON,
    calls_a_minute=60,
    networks=(network_of("10.20.0.0/16"), network_of("192.0.2.7")),
    trained_until=date(2027, 6, 30),
)


def _drawn(*keys: ApiKey, width: int = 120) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(shown_table(keys))
    return console.export_text()


def test_what_limits_a_key_is_listed_and_its_secret_never() -> None:
    secret, key = new_key("front desk", NOW, GRANT)
    used = replace(key, last_used_at=NOW, revoked_at=NOW)

    shown = _drawn(used, new_access_key("script", NOW, Grant(frozenset({Scope.INDEX}))).key)

    for told in (
        key.prefix,
        "front desk",
        "index, search",
        "for missing_person",
        "60 calls a minute",
        "10.20.0.0/16",
        "192.0.2.7/32",
        "trained until",
        "2027-06-30",
        "used    2026-11-29 08:30",
        "revoked 2026-11-29 08:30",
    ):
        assert told in shown
    assert secret.split("_", 2)[2] not in shown


def test_it_is_told_whose_keys_they_are_and_no_password() -> None:
    url = SecretStr("postgresql://candid:hidden@db.example/candid")

    own = place_of(Settings(data_dir=Path("/srv/candid")))
    outside = place_of(Settings(data_dir=Path("/srv/candid"), database_url=url))

    assert own == "the data directory /srv/candid"
    assert outside == "the database that CANDID_DATABASE_URL names"


def test_a_new_key_is_told_ready_to_be_copied() -> None:
    secret, key = new_key("front desk", NOW, replace(GRANT, expires_at=NOW))

    told = shown_key(key, secret)

    assert secret in told.splitlines()
    assert "until 2026-11-29 08:30 UTC" in told
