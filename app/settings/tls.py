"""TLS of the service's own address, where no proxy in front does it."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from app.settings.group import Group


class TlsSettings(Group):
    """The service's certificate and key in PEM files; without them it speaks plain HTTP."""

    cert_file: Path | None = Field(
        default=None, description="The certificate, and those between it and its CA's."
    )
    key_file: Path | None = None
    key_password: SecretStr | None = None
    client_ca_file: Path | None = Field(
        default=None, description="Only clients with a certificate of this CA are answered."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file belong together; set both or neither")
        if self.cert_file is None and (self.key_password or self.client_ca_file):
            raise ValueError("key_password and client_ca_file need cert_file and key_file")
        return self
