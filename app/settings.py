"""The only reader of the environment. Built once, by `app.main`; never a module global."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.access import is_loopback
from app.domain.photo import View

PREFIX = "CANDID_"


class SettingsError(Exception):
    """The settings are wrong; the text is one line that says what to change."""


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class EncoderSettings(_Group):
    """Processes that decode photos and read faces; a crash in one costs one request."""

    processes: int = Field(default_factory=_cores, ge=1)
    memory_mb: int = Field(default=1500, ge=256)
    seconds: float = Field(default=8.0, gt=0)


class LocalEngineSettings(_Group):
    """The embedded engine, with dlib's network or the site's own ONNX model."""

    kind: Literal["local"] = "local"
    collection_id: str = Field(default="bookings", pattern=r"^[a-zA-Z0-9_.\-]{1,255}$")
    models_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("candid") / "models"
    )
    model_path: Path | None = Field(
        default=None, description="The site's own 112x112 five-point-aligned ONNX embedding model."
    )
    model_name: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9_.\-]{1,60}$")
    model_color_order: Literal["RGB", "BGR"] = "RGB"
    model_mean: float = 127.5
    model_scale: float = Field(default=1 / 127.5, gt=0)

    @model_validator(mode="after")
    def _named_model(self) -> Self:
        if (self.model_path is None) != (self.model_name is None):
            raise ValueError("model_path and model_name belong together")
        return self


_DetectionAttribute = Literal[
    "DEFAULT",
    "ALL",
    "AGE_RANGE",
    "BEARD",
    "EMOTIONS",
    "EYE_DIRECTION",
    "EYEGLASSES",
    "EYES_OPEN",
    "GENDER",
    "MOUTH_OPEN",
    "MUSTACHE",
    "FACE_OCCLUDED",
    "SMILE",
    "SUNGLASSES",
]


class RekognitionSettings(_Group):
    """Amazon Rekognition; its terms restrict police use (see README)."""

    kind: Literal["rekognition"]
    collection_id: str = Field(default="bookings", pattern=r"^[a-zA-Z0-9_.\-]{1,255}$")
    region: str | None = None
    endpoint_url: HttpUrl | None = None
    concurrency: int = Field(default=50, ge=1)
    seconds: float = Field(default=8.0, gt=0, description="Of one call.")
    deadline_seconds: float = Field(
        default=30.0, gt=0, description="Of a call with all its attempts and its wait for a turn."
    )
    quality_filter: Literal["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"] = "AUTO"
    detection_attributes: tuple[_DetectionAttribute, ...] = Field(
        default=("DEFAULT",), min_length=1
    )
    user_vectors: bool = Field(
        default=False, description="People with several photos are searched by all of them, too."
    )
    by_s3_object: bool = Field(
        default=False, description="Photos over 5 MB go by an object of the photo store's bucket."
    )
    terms_reference: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
        | None
    ) = Field(
        default=None, description="What the agency relies on: permission document, date, signer."
    )


class DirectoryPhotosSettings(_Group):
    """Booking photos in a directory; under the data directory unless said."""

    kind: Literal["directory"] = "directory"
    path: Path | None = None


class S3PhotosSettings(_Group):
    """Booking photos in an S3 bucket, below a prefix."""

    kind: Literal["s3"]
    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]$")
    region: str | None = None
    endpoint_url: HttpUrl | None = None
    prefix: str = Field(
        default="photos",
        max_length=200,
        pattern=r"^[a-zA-Z0-9_\-][a-zA-Z0-9_.\-]*(/[a-zA-Z0-9_\-][a-zA-Z0-9_.\-]*)*$",
        description="No slash at its ends, no part that begins with a dot.",
    )
    encryption: Literal["none", "aes256", "kms"] = "none"
    kms_key_id: str | None = Field(default=None, min_length=1)
    concurrency: int = Field(default=50, ge=1)
    seconds: float = Field(default=8.0, gt=0)

    @model_validator(mode="after")
    def _key_for_kms(self) -> Self:
        if self.kms_key_id is not None and self.encryption != "kms":
            raise ValueError("kms_key_id belongs to encryption kms; set both or neither")
        return self


class FileJmsSettings(_Group):
    """A bookings file: CSV or JSON Lines."""

    kind: Literal["file"]
    path: Path


class RestJmsSettings(_Group):
    """A JMS that answers `GET {base_url}/bookings/{external_image_id}`."""

    kind: Literal["rest"]
    base_url: HttpUrl
    token: SecretStr | None = None
    concurrency: int = Field(default=20, ge=1)


class AuthSettings(_Group):
    """Who may ask."""

    kind: Literal["none", "keys"] | None = Field(
        default=None, description="none where only this machine can ask, keys elsewhere"
    )


class ClientSettings(_Group):
    """Where the command line finds the running service, and its key."""

    url: HttpUrl | None = None
    key: SecretStr | None = None


def _inferred(kinds: Mapping[str, str], default: str | None = None) -> BeforeValidator:
    """Infer `kind` from settings that only one variant has."""

    def infer(given: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
        if not isinstance(given, dict) or "kind" in given:
            return given
        found = {kind for name, kind in kinds.items() if name in given}
        if len(found) > 1:
            raise ValueError(f"contradictory: {', '.join(sorted(given))} belong to different kinds")
        kind = found.pop() if found else default
        if kind is None:
            named, known = (", ".join(sorted(names)).upper() for names in (given, kinds))
            raise ValueError(f"{named} does not say which kind is meant; set KIND, or {known}")
        return {**given, "kind": kind}

    return BeforeValidator(infer)


_ENGINE_KINDS = {
    **dict.fromkeys(
        (
            "region",
            "endpoint_url",
            "terms_reference",
            "deadline_seconds",
            "quality_filter",
            "detection_attributes",
            "user_vectors",
            "by_s3_object",
        ),
        "rekognition",
    ),
    **dict.fromkeys(("models_dir", "model_path", "model_name"), "local"),
}
_JMS_KINDS = {"path": "file", "base_url": "rest", "token": "rest"}

_PHOTO_KINDS = {
    "path": "directory",
    **dict.fromkeys(S3PhotosSettings.model_fields.keys() - {"kind"}, "s3"),
}

EngineSettings = Annotated[
    LocalEngineSettings | RekognitionSettings,
    Field(discriminator="kind"),
]
PhotosSettings = Annotated[DirectoryPhotosSettings | S3PhotosSettings, Field(discriminator="kind")]
JmsSettings = Annotated[FileJmsSettings | RestJmsSettings, Field(discriminator="kind")]


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
    engine: Annotated[EngineSettings, _inferred(_ENGINE_KINDS, "local")] = LocalEngineSettings()
    encoder: EncoderSettings = Field(default_factory=EncoderSettings)
    photos: Annotated[PhotosSettings, _inferred(_PHOTO_KINDS, "directory")] = (
        DirectoryPhotosSettings()
    )
    jms: Annotated[JmsSettings, _inferred(_JMS_KINDS)] | None = None
    auth: AuthSettings = AuthSettings()
    client: ClientSettings = ClientSettings()
    index_views: frozenset[View] = frozenset({View.FRONT})
    enrich_seconds: float = Field(default=2.0, gt=0, le=60)
    time_zone: str = Field(default="UTC", description="Of JMS times that name none.")
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
        if isinstance(self.engine, RekognitionSettings) and self.engine.by_s3_object:
            self._check_bucket()
        return self

    def _check_bucket(self) -> None:
        if not isinstance(self.photos, S3PhotosSettings):
            raise ValueError("engine by_s3_object needs CANDID_PHOTOS__BUCKET")  # noqa: TRY004 - of settings

    @property
    def authentication(self) -> bool:
        """Whether callers need a key."""
        return (self.auth.kind or ("keys" if self._reachable_at() else "none")) != "none"

    def _reachable_at(self) -> str | None:
        """Name the setting that lets other machines reach the service: itself or its proxy."""
        named = {"HOST": self.host}
        if self.public_url is not None:
            named["PUBLIC_URL"] = self.public_url.host or ""
        settings = (f"{PREFIX}{name} {at}" for name, at in named.items() if not is_loopback(at))
        return next(settings, None)


def _refuse_unknown_names() -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in sorted(os.environ):  # noqa: TID251 - this module is its reader
        first = name.upper().split("__", maxsplit=1)[0]
        if first.startswith(PREFIX) and first not in known:
            close = difflib.get_close_matches(first, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise SettingsError(f"{name} is no setting of Candid{hint}")


def _line(error: Mapping[str, Any]) -> str:
    variants = {"local", "rekognition", "directory", "s3", "file", "rest"}
    path = "__".join(str(part).upper() for part in error["loc"] if part not in variants)
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{path}: {message}" if path else message
