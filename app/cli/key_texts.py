"""Keys, told to people and to programs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.markup import escape
from rich.table import Table

from app.domain.access import ApiKey, Grant
from app.settings import PREFIX, Settings


def as_json(key: ApiKey, secret: str | None = None) -> Mapping[str, object]:
    """Return a key for programs; `secret` is there once, when the key is made."""
    grant = key.grant
    known = {
        "prefix": key.prefix,
        "name": key.name,
        "aws": key.signs,
        "scopes": sorted(grant.scopes),
        "purpose": grant.purpose,
        "case_number": grant.case_number,
        "calls_a_minute": grant.calls_a_minute,
        "networks": [str(network) for network in grant.networks],
        "trained_until": grant.trained_until and grant.trained_until.isoformat(),
        "created_at": key.created_at.isoformat(),
        "expires_at": grant.expires_at and grant.expires_at.isoformat(),
        "last_used_at": key.last_used_at and key.last_used_at.isoformat(),
        "revoked_at": key.revoked_at and key.revoked_at.isoformat(),
    }
    if secret is None:
        return known
    if key.signs:
        return {**known, "access_key_id": key.prefix, "secret_access_key": secret}
    return {**known, "key": secret}


def place_of(settings: Settings) -> str:
    """Name where keys are kept: those of another data directory or database open nothing here."""
    if settings.database_url is not None:
        return f"the database that {PREFIX}DATABASE_URL names"
    return f"the data directory {settings.data_dir.absolute()}"


def shown_key(key: ApiKey, secret: str) -> str:
    """Tell a new key to people, ready to be copied."""
    until = (
        f"until {_minute(key.grant.expires_at)} UTC" if key.grant.expires_at else "until revoked"
    )
    about = (
        f"{key.name}: {', '.join(sorted(key.grant.scopes))}; {until}. Shown only now, keep it safe:"
    )
    if key.signs:
        return f"{about}\naws_access_key_id = {key.prefix}\naws_secret_access_key = {secret}"
    return f"{about}\n{secret}\nSend it as `Authorization: Bearer KEY`."


def shown_table(keys: Sequence[ApiKey]) -> Table:
    """Show keys to people."""
    table = Table()
    table.add_column("prefix", no_wrap=True)  # one that is cut short cannot be revoked
    table.add_column("name", overflow="fold")
    table.add_column("scopes", overflow="fold")
    table.add_column("made, ends (UTC)", no_wrap=True)
    for key in keys:
        table.add_row(key.prefix, escape(key.name), escape(_scopes(key)), "\n".join(_times(key)))
    return table


def _scopes(key: ApiKey) -> str:
    scopes = ", ".join(sorted(key.grant.scopes))
    return "\n".join((scopes, *_limits(key.grant)))


def _limits(grant: Grant) -> Iterator[str]:
    if defaults := ", ".join(filter(None, (grant.purpose, grant.case_number))):
        yield f"for {defaults}"
    if grant.calls_a_minute is not None:
        yield f"{grant.calls_a_minute} calls a minute"
    if grant.networks:
        yield f"from {', '.join(map(str, grant.networks))}"
    if grant.trained_until:
        yield f"trained until {grant.trained_until}"


def _times(key: ApiKey) -> Iterator[str]:
    yield f"made    {_minute(key.created_at)}"
    if key.grant.expires_at:
        yield f"until   {_minute(key.grant.expires_at)}"
    if key.last_used_at:
        yield f"used    {_minute(key.last_used_at)}"
    if key.revoked_at:
        yield f"revoked {_minute(key.revoked_at)}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
