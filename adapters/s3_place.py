"""Where in S3 something is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, and the prefix below which everything lies; `group` is that of its settings."""

    bucket: str
    prefix: str
    region: str
    partition: str = "aws"
    group: str = "PHOTOS"

    def name_of(self, key: str) -> str:
        """Return the object's name for a key below the prefix."""
        return f"{self.prefix}/{key}"

    def key_of(self, name: str) -> str:
        """Return the key below the prefix for an object's name."""
        return name.removeprefix(f"{self.prefix}/")

    @property
    def bucket_arn(self) -> str:
        """Name the bucket as IAM policies do."""
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def objects_arn(self) -> str:
        """Name the objects as IAM policies do."""
        return f"{self.bucket_arn}/{self.prefix}/*"
