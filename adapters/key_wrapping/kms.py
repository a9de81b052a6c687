"""A key-encryption key in AWS KMS, which never leaves it: asked at start, not for each photo."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from anyio import fail_after
from botocore.exceptions import ClientError, ParamValidationError
from typing_extensions import override

from adapters.key_wrapping.encryption_key import EncryptionKey
from adapters.s3_faults import (
    CREDENTIALS,
    NO_CREDENTIALS,
    UNANSWERED,
    WITHOUT_CREDENTIALS,
    error_code,
    may_pass,
)
from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError

if TYPE_CHECKING:
    from types_aiobotocore_kms import KMSClient

_NOT_THIS_KEY: Final = {"IncorrectKeyException", "InvalidCiphertextException"}
_PASSING: Final = {"DependencyTimeoutException", "KMSInternalException", "KeyUnavailableException"}
_DENIED: Final = {"AccessDeniedException", "AccessDenied"}
_UNKNOWN: Final = {"NotFoundException", "InvalidArnException"}
_PERMISSIONS: Final = {
    "Encrypt": "kms:Encrypt",
    "Decrypt": "kms:Decrypt",
    "DescribeKey": "kms:DescribeKey",
}


class KmsKey(EncryptionKey):
    """Has KMS wrap and unwrap; `deadline` (seconds) bounds a call with all its attempts."""

    def __init__(self, client: "KMSClient", key_id: str, deadline: float) -> None:
        self._client = client
        self._key_id = key_id
        self._deadline = deadline
        self._name: str | None = None

    @override
    async def prepare(self) -> None:
        await self.name()

    @override
    async def name(self) -> str:
        if self._name is None:
            with self._asking("DescribeKey"), fail_after(self._deadline):
                found = await self._client.describe_key(KeyId=self._key_id)
            key = found["KeyMetadata"]
            # Its replicas in other regions unwrap what a multi-region key has wrapped.
            self._name = f"kms:{key['KeyId'] if key.get('MultiRegion') else key['Arn']}"
        return self._name

    @override
    async def wrap(self, key: bytes, bound_to: str) -> bytes:
        with self._asking("Encrypt"), fail_after(self._deadline):
            answer = await self._client.encrypt(
                KeyId=self._key_id, Plaintext=key, EncryptionContext={"candid": bound_to}
            )
        return answer["CiphertextBlob"]

    @override
    async def unwrap(self, wrapped: bytes, bound_to: str) -> bytes | None:
        with self._asking("Decrypt"), fail_after(self._deadline):
            try:
                answer = await self._client.decrypt(
                    KeyId=self._key_id,
                    CiphertextBlob=wrapped,
                    EncryptionContext={"candid": bound_to},
                )
            except ClientError as error:
                if error_code(error) not in _NOT_THIS_KEY:
                    raise
                return None
        return answer["Plaintext"]

    @contextmanager
    def _asking(self, operation: str) -> Iterator[None]:
        """Raise the core's error for what the AWS SDK raises."""
        try:
            yield
        except ClientError as error:
            raise self._answered(error, operation) from error
        except WITHOUT_CREDENTIALS as error:
            raise DataKeysMisconfiguredError(NO_CREDENTIALS) from error
        except ParamValidationError as error:
            raise DataKeysMisconfiguredError(
                f"CANDID_ENCRYPTION__KMS_KEY_ID: {self._key_id} is no id, ARN or alias of a key."
            ) from error
        except UNANSWERED as error:
            raise DataKeysUnavailableError(
                f"KMS does not answer {operation} ({type(error).__name__}). Try again."
            ) from error

    def _answered(self, error: ClientError, operation: str) -> Exception:
        code = error_code(error)
        if may_pass(error) or code in _PASSING:
            return DataKeysUnavailableError(f"KMS cannot do {operation} now ({code}). Try again.")
        if code in CREDENTIALS or code == "UnrecognizedClientException":
            return DataKeysMisconfiguredError(NO_CREDENTIALS)
        if code in _DENIED:
            told = f"grant {_PERMISSIONS[operation]} on it to the service's role or user"
        elif code in _UNKNOWN:
            told = "check CANDID_ENCRYPTION__KMS_KEY_ID and CANDID_ENCRYPTION__KMS_REGION"
        else:
            told = "see the key's state in KMS"
        return DataKeysMisconfiguredError(
            f"KMS refuses {operation} with the key {self._key_id} ({code}): {told}."
        )
