"""The jail management system."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from app.settings.group import Group
from app.settings.kinds import inferred
from app.settings.own_jms import OwnJmsSettings, kinds_of, or_own_kind
from app.settings.rest_jms import RestJmsSettings
from app.settings.soap_jms import SoapJmsSettings
from app.settings.sql_jms import SqlJmsSettings


class FileJmsSettings(Group):
    """A bookings file: CSV or JSON Lines."""

    kind: Literal["file"]
    path: Path


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
