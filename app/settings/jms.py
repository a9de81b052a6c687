"""The jail management system."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.settings.group import Group
from app.settings.kinds import inferred
from app.settings.own_jms import OwnJmsSettings, kinds_of, or_own_kind
from app.settings.rest_jms import RestJmsSettings
from app.settings.soap_jms import SoapJmsSettings
from app.settings.sql_jms import SqlJmsSettings


def _pattern(pattern: str) -> str:
    if "/" in pattern or "\\" in pattern:
        raise ValueError("is no pattern of names such as bookings-delta-*.csv; leave folders out")
    return pattern


class FileJmsSettings(Group):
    """A bookings file: CSV, JSON Lines, lines of fixed width, or an Excel sheet."""

    kind: Literal["file"]
    path: Path
    mapping: Path | None = None
    layout: Path | None = None
    sheet: str | None = None
    deltas: Annotated[str, AfterValidator(_pattern)] = ""
    deleted_column: str = Field(default="deleted", min_length=1)
    index_dir: Path | None = None


_KINDS = {
    "path": "file",
    "base_url": "rest",
    "token": "rest",
    "service_url": "soap",
    "requests": "soap",
    "url": "sql",
}

BuiltInJms = Annotated[
    FileJmsSettings | RestJmsSettings | SoapJmsSettings | SqlJmsSettings,
    Field(discriminator="kind"),
]
BUILT_IN_KINDS = kinds_of(BuiltInJms)
JmsSettings = Annotated[BuiltInJms | OwnJmsSettings, or_own_kind(BuiltInJms)]
JMS_KIND = inferred(_KINDS)
