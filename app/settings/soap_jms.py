"""A jail management system that speaks SOAP: what it is asked, and how it knows us."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator

from app.settings.group import Group
from app.settings.jms_tls import JmsTlsSettings


class SoapAuthSettings(Group):
    """How the JMS knows us, besides by a certificate."""

    username: str | None = None
    password: SecretStr | None = None
    form: Literal["text", "digest", "http_basic"] = Field(
        default="text",
        description="How the password is sent: in a WS-Security token, or in an HTTP header.",
    )
    timestamp: bool = Field(
        default=False, description="Send a WS-Security timestamp too, as WCF services ask for."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together; set both or neither")
        if self.timestamp and (self.username is None or self.form == "http_basic"):
            raise ValueError("timestamp goes with the username of a WS-Security token")
        return self


class SoapJmsSettings(Group):
    """A JMS that answers SOAP, with bookings of NIEM's justice domain or any others."""

    kind: Literal["soap"]
    service_url: HttpUrl
    requests: Path = Field(description="The requests file: what it is asked, in its own words.")
    mapping: Path | None = Field(
        default=None, description="A YAML file: which XPath gives each column; else NIEM's."
    )
    concurrency: int = Field(default=20, ge=1)
    import_seconds: float = Field(
        default=60, gt=0, description="What a page of its photos, or one photo, may take."
    )
    auth: SoapAuthSettings = SoapAuthSettings()
    tls: JmsTlsSettings = JmsTlsSettings()
