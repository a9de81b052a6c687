"""The key-encryption key: the one that wraps the keys of photos and templates."""

import base64
import binascii
from pathlib import Path
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from app.settings.group import Group

_KEY_BYTES = 32


class EncryptionSettings(Group):
    """The key-encryption key, from one place; a file in the data directory unless said."""

    key_file: Path | None = Field(default=None, description="32 bytes in base64.")
    key: SecretStr | None = Field(default=None, description="32 bytes in base64.")
    kms_key_id: str | None = Field(default=None, min_length=1)
    previous_key_file: Path | None = Field(
        default=None, description="The one before, while it is being changed; so the next two."
    )
    previous_key: SecretStr | None = None
    previous_kms_key_id: str | None = Field(default=None, min_length=1)
    kms_region: str | None = None
    kms_endpoint_url: HttpUrl | None = None
    kms_seconds: float = Field(default=8.0, gt=0)

    @field_validator("key", "previous_key")
    @classmethod
    def _is_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(decoded(key)) != _KEY_BYTES:
            raise ValueError("no 32 bytes in base64; `openssl rand -base64 32` makes such a key")
        return key

    @model_validator(mode="after")
    def _from_one_place(self) -> Self:
        for before in ("", "previous_"):
            names = [f"{before}{name}" for name in ("key_file", "key", "kms_key_id")]
            given = [name for name in names if getattr(self, name) is not None]
            if len(given) > 1:
                raise ValueError(f"contradictory: {' and '.join(given)}; set one of them")
        return self


def decoded(key: SecretStr) -> bytes:
    """Return the bytes of a key in base64; none where it is no base64."""
    try:
        return base64.b64decode(key.get_secret_value(), validate=True)
    except binascii.Error:
        return b""
