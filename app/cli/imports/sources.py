"""Which photos are meant, as options say it."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.cli.console import CommandError
from app.domain.imports import SourceKind
from app.settings import Settings

_OPTIONS = "--jms, --folder PATH, --manifest FILE, --s3 PREFIX, --zip FILE, --records"


def source_from(
    *,
    jms: bool,
    records: bool,
    paths: Mapping[SourceKind, Path | None],
    s3: str | None,
    pattern: str | None,
) -> dict[str, str]:
    """Return the one source that is named, paths whole; CommandError where it is not one."""
    named = {kind: os.path.abspath(path) for kind, path in paths.items() if path is not None}  # noqa: PTH100 - without following links
    if s3 is not None:
        named[SourceKind.S3] = s3
    named |= {SourceKind.JMS: ""} if jms else {}
    named |= {SourceKind.RECORDS: ""} if records else {}
    if len(named) != 1:
        raise CommandError(f"Say where the photos are with exactly one of {_OPTIONS}.")
    [(kind, location)] = named.items()
    source = {"kind": kind.value, "location": location}
    return source if pattern is None else source | {"pattern": pattern}


def moment_of(since: datetime | None) -> str | None:
    """Return a time as the service takes it; one without an offset is of CANDID_TIME_ZONE."""
    if since is None:
        return None
    zone = ZoneInfo(Settings.read().time_zone)
    return (since if since.tzinfo else since.replace(tzinfo=zone)).isoformat()
