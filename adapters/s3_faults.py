"""What errors of S3 mean, whoever asks it: whether they may pass, and what they tell."""

from http import HTTPStatus
from typing import Final

from aiohttp import ClientError as TransportError
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

DENIED: Final = {"403", "AccessDenied", "AllAccessDisabled"}
CREDENTIALS: Final = {
    "AuthFailure",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
}
ELSEWHERE: Final = {"301", "307", "AuthorizationHeaderMalformed", "PermanentRedirect"}
NO_BUCKET: Final = {"NoSuchBucket", "404"}
CLOCK: Final = "RequestTimeTooSkewed"
_TRY_AGAIN: Final = {
    "BadDigest",
    "ConditionalRequestConflict",
    "IncompleteBody",
    "InternalError",
    "NoSuchUpload",
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

WITHOUT_CREDENTIALS: Final = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    TokenRetrievalError,
)
UNANSWERED: Final = (BotoCoreError, ResponseParserError, TransportError, OSError)
"""What is raised when S3 answers nothing, or nothing that can be read."""

NO_CREDENTIALS: Final = (
    "AWS credentials are missing, wrong or expired; give the service's machine a role or keys."
)
WRONG_CLOCK: Final = "AWS refuses the call because this machine's clock is wrong; set it."


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


def may_pass(error: ClientError) -> bool:
    """Say whether the same call may succeed later."""
    status = status_of(error)
    busy = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}
    return error_code(error) in _TRY_AGAIN or busy or status >= HTTPStatus.INTERNAL_SERVER_ERROR
