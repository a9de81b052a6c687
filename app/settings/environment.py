"""The environment, read once by `app.main`; never a module global."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import (
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from app.domain.access import is_loopback
from app.domain.networks import Network, network_of
from app.domain.photo import View
from app.settings.access import AuthSettings, ClientSettings
from app.settings.audit import AuditSettings
from app.settings.data_keys import DATA_KEYS_KIND, DataKeysSettings, FileDataKeysSettings
from app.settings.encryption import EncryptionSettings
from app.settings.engine import (
    ENGINE_KIND,
    EncoderSettings,
    EngineSettings,
    LocalEngineSettings,
    RekognitionSettings,
)
from app.settings.forgetting import ProbesSettings, RetentionSettings
from app.settings.high_confidence import HighConfidenceSettings
from app.settings.imports import ImportsSettings
from app.settings.jms import BUILT_IN_KINDS, JMS_KIND, JmsSettings
from app.settings.jms_events import JmsEventsSettings, JmsRemovalsSettings
from app.settings.jms_lookups import JmsLookupsSettings
from app.settings.limits import LimitsSettings
from app.settings.photos import (
    PHOTO_KIND,
    DirectoryPhotosSettings,
    PhotosSettings,
    S3PhotosSettings,
)
from app.settings.policy import PolicySettings
from app.settings.tls import TlsSettings

PREFIX = "CANDID_"

HostName = Annotated[str, StringConstraints(to_lower=True, min_length=1)]


def _network(named: object) -> Network:
    return network_of(str(named))


class SettingsError(Exception):
    """The settings are wrong; the text is one line that says what to change."""


class Settings(BaseSettings):
    """Read from CANDID_* variables, nested with `__` as in CANDID_JMS__BASE_URL."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("candid"))
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: HttpUrl | None = None
    database_url: SecretStr | None = None
    database_owner_url: SecretStr | None = Field(
        default=None, description="Runs the migrations, where the service's role may not."
    )
    secret: SecretStr | None = Field(
        default=None, min_length=32, description="Shared by all services on one database."
    )
    engine: Annotated[EngineSettings, ENGINE_KIND] = LocalEngineSettings()
    encoder: EncoderSettings = Field(default_factory=EncoderSettings)
    photos: Annotated[PhotosSettings, PHOTO_KIND] = DirectoryPhotosSettings()
    data_keys: Annotated[DataKeysSettings, DATA_KEYS_KIND] = FileDataKeysSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    jms: Annotated[JmsSettings, JMS_KIND] | None = None
    jms_lookups: JmsLookupsSettings = JmsLookupsSettings()
    jms_events: JmsEventsSettings = JmsEventsSettings()
    jms_removals: JmsRemovalsSettings = JmsRemovalsSettings()
    imports: ImportsSettings = ImportsSettings()
    auth: AuthSettings = AuthSettings()
    audit: AuditSettings = AuditSettings()
    policy: PolicySettings = PolicySettings()
    high_confidence: HighConfidenceSettings = HighConfidenceSettings()
    limits: LimitsSettings = Field(default_factory=LimitsSettings)
    probes: ProbesSettings = ProbesSettings()
    retention: RetentionSettings = RetentionSettings()
    client: ClientSettings = ClientSettings()
    tls: TlsSettings = TlsSettings()
    trusted_proxies: tuple[Annotated[Network, BeforeValidator(_network)], ...] = Field(
        default=(), description="Proxies whose X-Forwarded-For is believed."
    )
    allowed_hosts: tuple[HostName, ...] = Field(
        default=(), description="Names by which the service is asked; empty: any, with keys."
    )
    index_views: frozenset[View] = frozenset({View.FRONT})
    enrich_seconds: float = Field(default=2.0, gt=0, le=60)
    time_zone: str = Field(
        default="UTC", description="Of JMS times that name none, and of schedules."
    )
    extra_fields: frozenset[str] = Field(
        default=frozenset(), description="Extra columns of the JMS that answers may show."
    )
    sample_probe: Path | None = Field(default=None, description="Linked on the docs page.")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def read(cls, **given: Any) -> Self:  # noqa: ANN401 - any setting
        """Read the environment; SettingsError when something in it is wrong."""
        _refuse_unknown_names()
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsError("; ".join(_line(one) for one in error.errors())) from error
        except UnreadableError as error:
            raise SettingsError(f'{_named(str(error))}: is no JSON, such as ["a", "b"]') from error

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no IANA time zone, such as America/Chicago") from error
        return name

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.auth.kind == "none" and (elsewhere := self._reachable_at()):
            raise ValueError(f"auth kind none is for loopback addresses only, not {elsewhere}")
        if self.auth.require_on_behalf_of and not self.authentication:
            raise ValueError("auth require_on_behalf_of needs CANDID_AUTH__KIND=keys or oidc")
        if isinstance(self.engine, RekognitionSettings) and self.engine.by_s3_object:
            self._check_bucket()
        return self

    def _check_bucket(self) -> None:
        if not isinstance(self.photos, S3PhotosSettings):
            raise ValueError("engine by_s3_object needs CANDID_PHOTOS__BUCKET")  # noqa: TRY004 - of settings

    @property
    def host_names(self) -> frozenset[str]:
        """The names by which the service may be asked; none: by any."""
        own = {self.public_url.host or ""} if self.public_url is not None else set()
        return frozenset({*self.allowed_hosts, *own}) if self.allowed_hosts else frozenset()

    @property
    def is_https(self) -> bool:
        """Whether callers come by TLS."""
        by_proxy = self.public_url is not None and self.public_url.scheme == "https"
        return by_proxy or self.tls.cert_file is not None

    @property
    def authentication(self) -> bool:
        """Whether callers need a key, or a token of their own."""
        return self.authentication_kind != "none"

    @property
    def authentication_kind(self) -> Literal["none", "keys", "oidc"]:
        """How callers are known."""
        return self.auth.kind or ("keys" if self._reachable_at() else "none")

    def _reachable_at(self) -> str | None:
        """Name the setting that lets other machines reach the service: itself or its proxy."""
        named = {"HOST": self.host}
        if self.public_url is not None:
            named["PUBLIC_URL"] = self.public_url.host or ""
        settings = [f"{PREFIX}{name} {at}" for name, at in named.items() if not is_loopback(at)]
        if self.trusted_proxies:
            settings.append(f"behind {PREFIX}TRUSTED_PROXIES")
        return next(iter(settings), None)


def _refuse_unknown_names() -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in sorted(os.environ):  # noqa: TID251 - this module is its reader
        first = name.upper().split("__", maxsplit=1)[0]
        if first.startswith(PREFIX) and first not in known:
            close = difflib.get_close_matches(first, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise SettingsError(f"{name} is no setting of Candid{hint}")


def _named(told: str) -> str:
    """Name the variable of which pydantic-settings says that it cannot be read."""
    found = re.search(r'field "(\w+)"', told)
    return f"{PREFIX}{found[1].upper()}" if found else PREFIX


def _line(error: Mapping[str, Any]) -> str:
    variants = {"local", "rekognition", "directory", "s3", *BUILT_IN_KINDS}
    path = "__".join(str(part).upper() for part in error["loc"] if part not in variants)
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{path}: {message}" if path else message
