"""Rekognition's errors in the core's words."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    SSOTokenLoadError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from app.domain.errors import (
    CandidError,
    EngineMisconfiguredError,
    EngineUnavailableError,
    NoFaceError,
    PhotoTooLargeError,
    PhotoUnreadableError,
)

_SERVER_ERROR = 500

_TRY_AGAIN = {
    "ConflictException",  # a user that is being changed
    "InternalServerError",
    "InvalidPaginationTokenException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_CREDENTIALS = {
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NO_CREDENTIALS = (
    "AWS credentials are missing or wrong; give the service's machine a role or keys, "
    "and check its clock."
)
_OLD_CREDENTIALS = (
    "The AWS credentials have expired; renew them, or give the service's machine a role, "
    "whose credentials renew themselves."
)
_BAD_REGION = (
    "No AWS region is set, or one that there is not; set CANDID_ENGINE__REGION to one that has "
    "Rekognition, such as us-east-1."
)
_UNREACHABLE = (
    "Amazon Rekognition cannot be reached. Try again; if that goes on, check the network, "
    "CANDID_ENGINE__REGION and CANDID_ENGINE__ENDPOINT_URL."
)
_WITHOUT_RESOURCE = {"CompareFaces", "DetectFaces", "ListCollections"}
"""IAM knows these for all resources or for none."""


class RefusedError(Exception):
    """An error that the caller of Rekognition reckoned with, by its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ObjectNotReadError(Exception):
    """Rekognition cannot read the object that it was sent to; the text says what to change."""


@contextmanager
def translated(
    operation: str, collection_id: str, expected: Collection[str] = ()
) -> Iterator[None]:
    """Raise the core's error for what the AWS SDK raises while `operation` is called.

    Raises RefusedError for the codes expected, and ObjectNotReadError.
    """
    try:
        yield
    except ClientError as error:
        if error_code(error) in expected:
            raise RefusedError(error_code(error), _message(error)) from error
        raise _of(error, operation, collection_id) from error
    except (BotoCoreError, ResponseParserError, OSError) as error:
        raise _of_the_sdk(error, operation) from error
    except KeyError as error:
        raise EngineMisconfiguredError(
            f"The answer to {operation} lacks {error}; check CANDID_ENGINE__ENDPOINT_URL."
        ) from error


def error_code(error: ClientError) -> str:
    """Return the error's name as AWS documents it."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _message(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", ""))


def _of_the_sdk(error: Exception, operation: str) -> CandidError:
    """Return the core's error for what never came to an answer."""
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return EngineMisconfiguredError(_NO_CREDENTIALS)
        case CredentialRetrievalError() | SSOTokenLoadError() | TokenRetrievalError():
            return EngineMisconfiguredError(_OLD_CREDENTIALS)
        case NoRegionError() | InvalidRegionError():
            return EngineMisconfiguredError(_BAD_REGION)
        case ParamValidationError():
            return EngineMisconfiguredError(f"{operation} was asked wrongly: {error}")
        case EndpointConnectionError():
            return EngineUnavailableError(_UNREACHABLE)
        case _:
            return EngineUnavailableError()


def _of(error: ClientError, operation: str, collection_id: str) -> Exception:
    code = error_code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRY_AGAIN or status >= _SERVER_ERROR:
        return EngineUnavailableError()
    if code == "ImageTooLargeException":
        return PhotoTooLargeError("Rekognition finds the photo too large; send it scaled down.")
    if code == "InvalidImageFormatException":
        return PhotoUnreadableError()
    if code == "InvalidS3ObjectException":
        return ObjectNotReadError(
            "Rekognition cannot read the photo's object: the bucket must be in Rekognition's own "
            "region, and the service's role needs s3:GetObject on it (and kms:Decrypt on its key)."
        )
    if code == "InvalidParameterException" and "no face" in str(error).lower():
        return NoFaceError()
    return EngineMisconfiguredError(_misconfigured(code, operation, collection_id))


def _misconfigured(code: str, operation: str, collection_id: str) -> str:
    if code == "AccessDeniedException":
        resource = "*" if operation in _WITHOUT_RESOURCE else f"the collection {collection_id}"
        return (
            f"AWS refuses the call: grant the permission rekognition:{operation} on {resource} "
            "to the service's role or user."
        )
    if code == "ResourceNotFoundException":
        return (
            f"The collection {collection_id} does not exist there, or not what {operation} was "
            "asked about; check CANDID_ENGINE__COLLECTION_ID and CANDID_ENGINE__REGION."
        )
    if code == "ServiceQuotaExceededException":
        return (
            f"A quota of the AWS account stops {operation}: ask AWS to raise it, or make room. "
            "Trying again cannot help before that."
        )
    if code in _EXPIRED:
        return _OLD_CREDENTIALS
    if code in _CREDENTIALS:
        return _NO_CREDENTIALS
    return f"Rekognition refuses {operation} with {code or 'an error without a name'}."
