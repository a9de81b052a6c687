"""Ed25519 signatures over small JSON documents, which say whose they are."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from app.domain.audit_record import canonical_json

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs documents with one key."""

    _key: Ed25519PrivateKey = field(repr=False)
    public_key: str  # 32 bytes in base64

    @classmethod
    def of(cls, seed: bytes) -> Self:
        """Return the signer of a seed of 32 bytes."""
        key = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(key, base64.b64encode(key.public_key().public_bytes_raw()).decode())

    def signed(self, document: Mapping[str, object], under: str = "head") -> Mapping[str, object]:
        """Return the document under a name, the public key in it, beside its signature."""
        said = {**document, "public_key": self.public_key}
        signature = self._key.sign(canonical_json(said).encode())
        return {under: said, "signature": base64.b64encode(signature).decode()}


def signed_by(signed: Any, under: str = "head") -> str | None:  # noqa: ANN401 - JSON
    """Return the public key that really signed the document; None where none did."""
    try:
        public_key = str(signed[under]["public_key"])
        message = canonical_json(signed[under]).encode()
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signed["signature"]), message)
    except (KeyError, TypeError, ValueError, binascii.Error, InvalidSignature):
        return None
    return public_key
