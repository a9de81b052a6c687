"""Messages signed as the Standard Webhooks specification has it: HMAC-SHA256, shared secrets."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
"""Of a secret, as the specification has it."""

_VERSION = "v1,"
_MOST_SIGNATURES = 20
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class SignatureFault(StrEnum):
    """Why a message is not taken for the sender's."""

    MISSING = "missing"  # one of the three headers
    WRONG = "wrong"  # no signature is by one of the secrets
    OTHER_TIME = "other_time"  # rightly signed, too long ago or in the future


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message as it came: its three headers and the bytes of its body."""

    message_id: str
    timestamp: str
    signatures: str
    body: bytes = field(repr=False)

    def content(self) -> bytes:
        """Return what is signed."""
        return f"{self.message_id}.{self.timestamp}.".encode() + self.body


def secret_of(text: str) -> bytes:
    """Read a secret, `whsec_` and base64; ValueError says what is wrong, never with the secret."""
    try:
        secret = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"write {PREFIX} and the secret in base64") from error
    if not LEAST_BYTES <= len(secret) <= MOST_BYTES:
        told = f"a secret has {LEAST_BYTES} to {MOST_BYTES} bytes, this one {len(secret)}"
        raise ValueError(told)
    return secret


def signature_of(message: SignedMessage, secret: bytes) -> str:
    """Return the signature of a message by a secret."""
    digest = hmac.digest(secret, message.content(), hashlib.sha256)
    return _VERSION + base64.b64encode(digest).decode()


def fault_of(
    message: SignedMessage, secrets: Sequence[bytes], now: datetime, tolerance: timedelta
) -> SignatureFault | None:
    """Say why a message is not believed; None: one of the secrets signed it, and lately.

    Every secret is tried with every signature, so that the time it takes tells nothing.
    """
    if not (message.message_id and message.timestamp and message.signatures):
        return SignatureFault.MISSING
    known = [signature_of(message, secret).encode() for secret in secrets]
    if not _is_among(message.signatures.split()[:_MOST_SIGNATURES], known):
        return SignatureFault.WRONG
    if not _SECONDS.fullmatch(message.timestamp):
        return SignatureFault.OTHER_TIME
    apart = abs(now.timestamp() - int(message.timestamp))
    return SignatureFault.OTHER_TIME if apart > tolerance.total_seconds() else None


def _is_among(sent: Iterable[str], known: Sequence[bytes]) -> bool:
    fits = [
        hmac.compare_digest(one.encode("utf-8", "replace"), right)
        for one in sent
        for right in known
    ]
    return any(fits)
