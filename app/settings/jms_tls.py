"""TLS to a jail management system on the web."""

from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator

from app.settings.group import Group


class JmsTlsSettings(Group):
    """How the JMS's certificate is trusted, and ours."""

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password: SecretStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.cert_file is None and (self.key_file or self.key_password):
            raise ValueError("key_file and key_password belong to cert_file")
        return self
