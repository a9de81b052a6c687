"""Rekognition's errors in the core's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
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
_CREDENTIALS = {
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NO_CREDENTIALS = (
    "AWS credentials are missing, wrong or expired; give the service's machine a role or keys."
)


@contextmanager
def translated(operation: str, collection_id: str) -> Iterator[None]:
    """Raise the core's error for what the AWS SDK raises while `operation` is called."""
    try:
        yield
    except ClientError as error:
        raise _of(error, operation, collection_id) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise EngineMisconfiguredError(_NO_CREDENTIALS) from error
    except NoRegionError as error:
        raise EngineMisconfiguredError(
            "No AWS region is set; set CANDID_ENGINE__REGION."
        ) from error
    except ParamValidationError as error:
        raise EngineMisconfiguredError(f"{operation} was asked wrongly: {error}") from error
    except (BotoCoreError, ResponseParserError, OSError) as error:
        raise EngineUnavailableError from error
    except KeyError as error:
        raise EngineMisconfiguredError(
            f"The answer to {operation} lacks {error}; check CANDID_ENGINE__ENDPOINT_URL."
        ) from error


def error_code(error: ClientError) -> str:
    """Return the error's name as AWS documents it."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _of(error: ClientError, operation: str, collection_id: str) -> CandidError:
    code = error_code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRY_AGAIN or status >= _SERVER_ERROR:
        return EngineUnavailableError()
    if code == "ImageTooLargeException":
        return PhotoTooLargeError("Rekognition finds the photo too large; send it scaled down.")
    if code == "InvalidImageFormatException":
        return PhotoUnreadableError()
    if code == "InvalidParameterException" and "no face" in str(error).lower():
        return NoFaceError()
    return EngineMisconfiguredError(_misconfigured(code, operation, collection_id))


def _misconfigured(code: str, operation: str, collection_id: str) -> str:
    if code == "AccessDeniedException":
        return (
            f"AWS refuses the call: grant the permission rekognition:{operation} on the "
            f"collection {collection_id} to the service's role or user."
        )
    if code == "ResourceNotFoundException":
        return (
            f"The collection {collection_id} does not exist there; check "
            f"CANDID_ENGINE__COLLECTION_ID and CANDID_ENGINE__REGION."
        )
    if code == "ServiceQuotaExceededException":
        return f"A quota of the AWS account stops {operation}: raise it, or make room."
    if code in _CREDENTIALS:
        return _NO_CREDENTIALS
    return f"Rekognition refuses {operation} with {code or 'an error without a name'}."
