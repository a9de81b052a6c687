"""Where booking photos are kept."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, model_validator

from app.settings.group import Group
from app.settings.kinds import inferred


class DirectoryPhotosSettings(Group):
    """Booking photos in a directory; under the data directory unless said."""

    kind: Literal["directory"] = "directory"
    path: Path | None = None


BUCKET = r"^[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]$"
"""The name of a bucket."""


class S3PhotosSettings(Group):
    """Booking photos in an S3 bucket, below a prefix."""

    kind: Literal["s3"]
    bucket: str = Field(pattern=BUCKET)
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

    @property
    def probes_prefix(self) -> str:
        """Where in the bucket probes are: `probes` beside `photos`, else a name of their own."""
        parent, slash, last = self.prefix.rpartition("/")
        return f"{parent}{slash}probes" if last == "photos" else f"{self.prefix}-probes"

    @model_validator(mode="after")
    def _key_for_kms(self) -> Self:
        if self.kms_key_id is not None and self.encryption != "kms":
            raise ValueError("kms_key_id belongs to encryption kms; set both or neither")
        return self


_KINDS = {
    "path": "directory",
    **dict.fromkeys(S3PhotosSettings.model_fields.keys() - {"kind"}, "s3"),
}

PhotosSettings = Annotated[DirectoryPhotosSettings | S3PhotosSettings, Field(discriminator="kind")]
PHOTO_KIND = inferred(_KINDS, "directory")
