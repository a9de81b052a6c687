"""What is wrong between S3 and a place in it, and what to change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import ClientError, ParamValidationError

from adapters.s3_faults import (
    CLOCK,
    CREDENTIALS,
    DENIED,
    ELSEWHERE,
    NO_BUCKET,
    NO_CREDENTIALS,
    UNANSWERED,
    WITHOUT_CREDENTIALS,
    WRONG_CLOCK,
    error_code,
    may_pass,
    region_told,
)
from adapters.s3_place import Place
from app.domain.errors import CandidError

_ON_THE_BUCKET = {
    "HeadBucket": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "GetBucketVersioning": "s3:GetBucketVersioning",
}
_ON_ITS_OBJECTS = {
    "PutObject": "s3:PutObject",
    "GetObject": "s3:GetObject",
    "GetObjectVersion": "s3:GetObjectVersion",
    "DeleteObject": "s3:DeleteObject",
    "DeleteObjectVersion": "s3:DeleteObjectVersion",
}


@dataclass(frozen=True, slots=True)
class Refusals:
    """Says it in the words of one port: may it pass, or is something to be changed."""

    unavailable: type[CandidError]
    misconfigured: type[CandidError]

    @contextmanager
    def translated(self, operation: str, place: Place) -> Iterator[None]:
        """Raise the core's error for what the AWS SDK raises while `operation` is called."""
        try:
            yield
        except ClientError as error:
            raise self.core_error(error, operation, place) from error
        except WITHOUT_CREDENTIALS as error:
            raise self.misconfigured(NO_CREDENTIALS) from error
        except ParamValidationError as error:
            raise self.misconfigured(f"{operation} was asked wrongly: {error}") from error
        except UNANSWERED as error:
            raise self.unavailable(
                f"S3 does not answer {operation} ({type(error).__name__}). Try again."
            ) from error

    def core_error(self, error: ClientError, operation: str, place: Place) -> CandidError:
        """Return the core's error for an answer of S3."""
        code = error_code(error)
        if may_pass(error):
            return self.unavailable(f"S3 cannot do {operation} now ({code}). Try again.")
        if code in DENIED:
            return self.misconfigured(denied(str(error), operation, place))
        return self.misconfigured(_misconfigured(error, operation, place))


def denied(told: str, operation: str, place: Place) -> str:
    """Say which permission is missing."""
    if "kms:" in told:
        return (
            f"AWS refuses {operation}: grant kms:GenerateDataKey and kms:Decrypt on the KMS key of "
            f"{place.bucket_arn} to the service's role or user."
        )
    if on_bucket := _ON_THE_BUCKET.get(operation):
        permission, resource = on_bucket, place.bucket_arn
    else:
        permission, resource = _ON_ITS_OBJECTS[operation], place.objects_arn
    return (
        f"AWS refuses {operation}: grant the permission {permission} on {resource} to the "
        "service's role or user."
    )


def in_other_region(place: Place, region: str) -> str:
    """Say that the bucket is elsewhere."""
    return (
        f"The bucket {place.bucket} is in {region}, the service asks in {place.region}; set "
        f"CANDID_{place.group}__REGION={region}."
    )


def _misconfigured(error: ClientError, operation: str, place: Place) -> str:
    code = error_code(error)
    if code in NO_BUCKET:
        return (
            f"The bucket {place.bucket} does not exist there; create it, or check "
            f"CANDID_{place.group}__BUCKET and CANDID_{place.group}__ENDPOINT_URL."
        )
    if code in ELSEWHERE:
        return in_other_region(place, region_told(error) or "another region")
    if code in CREDENTIALS:
        return NO_CREDENTIALS
    if code == CLOCK:
        return WRONG_CLOCK
    if code.startswith("KMS."):
        told = f"check CANDID_{place.group}__KMS_KEY_ID" if place.group == "PHOTOS" else "check it"
        return f"S3 cannot use the KMS key ({code}); {told}."
    return f"S3 refuses {operation} with {code or 'an error without a name'}."
