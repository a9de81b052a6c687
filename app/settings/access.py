"""Who may ask, and how the command line asks."""

from typing import Literal

from pydantic import Field, HttpUrl, SecretStr

from app.settings.group import Group


class AuthSettings(Group):
    """Who may ask."""

    kind: Literal["none", "keys"] | None = Field(
        default=None, description="none where only this machine can ask, keys elsewhere"
    )


class ClientSettings(Group):
    """Where the command line finds the running service, and its key."""

    url: HttpUrl | None = None
    key: SecretStr | None = None
