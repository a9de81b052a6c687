"""Where the keys of photos and templates are kept: outside the database and its backups."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl

from app.settings.group import Group
from app.settings.kinds import inferred
from app.settings.photos import BUCKET


class FileDataKeysSettings(Group):
    """Data keys in a file, for one machine; under the data directory unless said."""

    kind: Literal["file"] = "file"
    path: Path | None = None


class S3DataKeysSettings(Group):
    """Data keys in an S3 bucket without versions, for services on several machines."""

    kind: Literal["s3"]
    bucket: str = Field(pattern=BUCKET)
    region: str | None = None
    endpoint_url: HttpUrl | None = None
    prefix: str = Field(
        default="data-keys",
        max_length=200,
        pattern=r"^[a-zA-Z0-9_\-][a-zA-Z0-9_.\-]*(/[a-zA-Z0-9_\-][a-zA-Z0-9_.\-]*)*$",
        description="No slash at its ends, no part that begins with a dot.",
    )
    concurrency: int = Field(default=50, ge=1)
    seconds: float = Field(default=8.0, gt=0)


_KINDS = {
    "path": "file",
    **dict.fromkeys(S3DataKeysSettings.model_fields.keys() - {"kind"}, "s3"),
}

DataKeysSettings = Annotated[FileDataKeysSettings | S3DataKeysSettings, Field(discriminator="kind")]
DATA_KEYS_KIND = inferred(_KINDS, "file")
