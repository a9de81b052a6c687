"""S3's errors in the core's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from aiohttp import ClientError as TransportError
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from adapters.photo_store.s3.place import Place
from app.domain.errors import (
    CandidError,
    PhotoStoreMisconfiguredError,
    PhotoStoreUnavailableError,
)

DENIED = {"403", "AccessDenied", "AllAccessDisabled"}
_TRY_AGAIN = {
    "BadDigest",
    "ConditionalRequestConflict",
    "IncompleteBody",
    "InternalError",
    "OperationAborted",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "XAmzContentChecksumMismatch",
    "XAmzContentSHA256Mismatch",
}
_CREDENTIALS = {
    "AuthFailure",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
_ELSEWHERE = {"301", "307", "AuthorizationHeaderMalformed", "PermanentRedirect"}
_NO_CREDENTIALS = (
    "AWS credentials are missing, wrong or expired; give the service's machine a role or keys."
)
_ON_THE_BUCKET = {
    "HeadBucket": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
}
_ON_ITS_OBJECTS = {
    "PutObject": "s3:PutObject",
    "GetObject": "s3:GetObject",
    "GetObjectVersion": "s3:GetObjectVersion",
    "DeleteObject": "s3:DeleteObject",
    "DeleteObjectVersion": "s3:DeleteObjectVersion",
}


@contextmanager
def translated(operation: str, place: Place) -> Iterator[None]:
    """Raise the core's error for what the AWS SDK raises while `operation` is called."""
    try:
        yield
    except ClientError as error:
        raise core_error(error, operation, place) from error
    except (
        NoCredentialsError,
        PartialCredentialsError,
        CredentialRetrievalError,
        TokenRetrievalError,
    ) as error:
        raise PhotoStoreMisconfiguredError(_NO_CREDENTIALS) from error
    except ParamValidationError as error:
        raise PhotoStoreMisconfiguredError(f"{operation} was asked wrongly: {error}") from error
    except (BotoCoreError, ResponseParserError, TransportError, OSError) as error:
        raise PhotoStoreUnavailableError(
            f"S3 does not answer {operation} ({type(error).__name__}). Try again."
        ) from error


def error_code(error: ClientError) -> str:
    """Return the error's name as AWS documents it; an answer without a body has its status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """Return the HTTP status of the answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def region_told(error: ClientError) -> str | None:
    """Return the bucket's region, which S3 tells even when it refuses."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers.get("x-amz-bucket-region")


def core_error(error: ClientError, operation: str, place: Place) -> CandidError:
    """Return the core's error for an answer of S3."""
    code = error_code(error)
    busy = status_of(error) in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}
    if code in _TRY_AGAIN or busy or status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PhotoStoreUnavailableError(f"S3 cannot do {operation} now ({code}). Try again.")
    if code in DENIED:
        return PhotoStoreMisconfiguredError(denied(str(error), operation, place))
    return PhotoStoreMisconfiguredError(_misconfigured(error, operation, place))


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
        f"CANDID_PHOTOS__REGION={region}."
    )


def _misconfigured(error: ClientError, operation: str, place: Place) -> str:
    code = error_code(error)
    if code in {"NoSuchBucket", "404"}:
        return (
            f"The bucket {place.bucket} does not exist there; create it, or check "
            "CANDID_PHOTOS__BUCKET and CANDID_PHOTOS__ENDPOINT_URL."
        )
    if code in _ELSEWHERE:
        return in_other_region(place, region_told(error) or "another region")
    if code in _CREDENTIALS:
        return _NO_CREDENTIALS
    if code == "RequestTimeTooSkewed":
        return "AWS refuses the call because this machine's clock is wrong; set it."
    if code.startswith("KMS."):
        return f"S3 cannot use the KMS key ({code}); check CANDID_PHOTOS__KMS_KEY_ID."
    return f"S3 refuses {operation} with {code or 'an error without a name'}."
