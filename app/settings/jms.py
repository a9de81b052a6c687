"""The jail management system."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field, HttpUrl, PlainValidator, SecretStr, TypeAdapter

from app.settings.group import Group
from app.settings.kinds import inferred
from app.settings.own_jms import OwnJmsSettings, own_jms


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

_BuiltIn = FileJmsSettings | RestJmsSettings
_BUILT_IN: Final[TypeAdapter[_BuiltIn]] = TypeAdapter(
    Annotated[_BuiltIn, Field(discriminator="kind")]
)
BUILT_IN_KINDS: Final = {
    name for one in get_args(_BuiltIn) for name in get_args(one.model_fields["kind"].annotation)
}


def _read(given: Any) -> _BuiltIn | OwnJmsSettings:  # noqa: ANN401 - whatever the environment holds
    if isinstance(given, OwnJmsSettings):
        return given
    kind = given.get("kind") if isinstance(given, dict) else None
    if isinstance(kind, str) and kind not in BUILT_IN_KINDS:
        return own_jms(kind, given, BUILT_IN_KINDS)
    return _BUILT_IN.validate_python(given)


JmsSettings = Annotated[_BuiltIn | OwnJmsSettings, PlainValidator(_read)]
JMS_KIND = inferred(_KINDS)
