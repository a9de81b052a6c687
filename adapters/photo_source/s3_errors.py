"""S3's answers to an import in the core's words."""

from botocore.exceptions import ClientError

from adapters.s3_faults import (
    CLOCK,
    CREDENTIALS,
    DENIED,
    ELSEWHERE,
    NO_BUCKET,
    NO_CREDENTIALS,
    WRONG_CLOCK,
    error_code,
    may_pass,
    region_told,
)
from app.domain.errors import (
    CandidError,
    PhotoMissingError,
    SourceUnavailableError,
    SourceUnusableError,
)

_NO_SUCH_KEY = {"NoSuchKey", "KeyTooLongError", "404", "400"}
_PERMISSIONS = {"ListObjectsV2": "s3:ListBucket", "GetObject": "s3:GetObject"}


def answered(error: ClientError, operation: str, bucket: str, region: str) -> CandidError:
    """Return what an answer means for the whole source."""
    code = error_code(error)
    if may_pass(error):
        return SourceUnavailableError(f"S3 cannot do {operation} now ({code}). Try again.")
    if code in NO_BUCKET:
        return SourceUnusableError(f"The bucket {bucket} does not exist there; check its name.")
    return SourceUnusableError(_refusal(error, operation, bucket, region))


def no_photo(error: ClientError, bucket: str, region: str) -> CandidError:
    """Return what an answer means for one photo.

    A refused caller is mostly refused every photo: then the import had better wait, and a photo
    that alone is refused is given up after a few attempts.
    """
    code = error_code(error)
    if code in _NO_SUCH_KEY:
        return PhotoMissingError()
    if code == "InvalidObjectState":
        return PhotoMissingError("The photo is archived in S3; restore it first.")
    if may_pass(error):
        return SourceUnavailableError(f"S3 cannot do GetObject now ({code}). Try again.")
    return SourceUnavailableError(_refusal(error, "GetObject", bucket, region))


def _refusal(error: ClientError, operation: str, bucket: str, region: str) -> str:
    code = error_code(error)
    if code in DENIED:
        on_key = " and kms:Decrypt on its key" if "kms:" in str(error) else ""
        return (
            f"AWS refuses {operation}: grant the permission {_PERMISSIONS[operation]} on the "
            f"bucket {bucket}{on_key} to the service's role or user."
        )
    if code in ELSEWHERE:
        return (
            f"The bucket {bucket} is in {region_told(error) or 'another region'}, the service asks "
            f"in {region}; photos are read from buckets of one region."
        )
    if code in CREDENTIALS:
        return NO_CREDENTIALS
    if code == CLOCK:
        return WRONG_CLOCK
    return f"S3 refuses {operation} with {code or 'an error without a name'}."
