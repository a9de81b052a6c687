"""The audit: whose signature its heads carry, and what its report calls office hours."""

import base64
import binascii
from datetime import UTC

from pydantic import Field, SecretStr, field_validator

from app.domain.office_hours import OfficeHours
from app.settings.group import Group

_SEED_BYTES = 32


class AuditSettings(Group):
    """The audit."""

    signing_key: SecretStr | None = Field(
        default=None, description="32 bytes in base64; else derived from the secret."
    )
    office_hours: str = Field(
        default="mon-fri 07:00-19:00", description="On the clock of time_zone."
    )

    @field_validator("signing_key")
    @classmethod
    def _is_seed(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(_decoded(key.get_secret_value())) != _SEED_BYTES:
            raise ValueError("no 32 bytes in base64; `openssl rand -base64 32` makes such a key")
        return key

    @field_validator("office_hours")
    @classmethod
    def _are_hours(cls, text: str) -> str:
        OfficeHours.parsed(text, UTC)
        return text

    @property
    def seed(self) -> bytes | None:
        """The bytes of the signing key."""
        return _decoded(self.signing_key.get_secret_value()) if self.signing_key else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
