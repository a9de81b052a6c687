"""The jail management system."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr

from app.settings.group import Group
from app.settings.kinds import inferred
from app.settings.own_jms import OwnJmsSettings, kinds_of, or_own_kind


class FileJmsSettings(Group):
    """A bookings file: CSV or JSON Lines."""

    kind: Literal["file"]
    path: Path


class RestJmsSettings(Group):
    """A JMS that answers `GET {base_url}/bookings/{external_image_id}`."""

    kind: Literal["rest"]
    base_url: HttpUrl
    token: SecretStr | None = None
    concurrency: int = Field(default=20, ge=1)
    import_seconds: float = Field(
        default=60, gt=0, description="What a page of its photos, or one photo, may take."
    )


_KINDS = {"path": "file", "base_url": "rest", "token": "rest"}

BuiltInJms = Annotated[FileJmsSettings | RestJmsSettings, Field(discriminator="kind")]
BUILT_IN_KINDS = kinds_of(BuiltInJms)
JmsSettings = Annotated[BuiltInJms | OwnJmsSettings, or_own_kind(BuiltInJms)]
JMS_KIND = inferred(_KINDS)
