"""Photos as objects of an S3 bucket."""

from adapters.photo_store.s3.bucket import Bucket, Encryption
from adapters.photo_store.s3.objects import S3ObjectSource
from adapters.photo_store.s3.store import S3PhotoStore

__all__ = ["Bucket", "Encryption", "S3ObjectSource", "S3PhotoStore"]
