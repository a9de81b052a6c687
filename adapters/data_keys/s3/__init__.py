"""Data keys as objects of an S3 bucket without versions, for several machines."""

from adapters.data_keys.s3.bucket import KeyBucket
from adapters.data_keys.s3.store import S3DataKeys

__all__ = ["KeyBucket", "S3DataKeys"]
