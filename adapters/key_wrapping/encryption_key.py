"""The key-encryption key, which only the agency has: it wraps the wrapping keys."""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

NONCE: Final = 12
"""Bytes of an AES-GCM nonce (NIST SP 800-38D, 8.2.2: random, under 2^32 uses of one key)."""


class EncryptionKey(Protocol):
    """Wraps and unwraps a few keys, bound to what they are for.

    Its methods raise DataKeysUnavailableError (try again) and DataKeysMisconfiguredError.
    """

    async def prepare(self) -> None:
        """Make the key where it may be made; called for a store that holds no key yet."""
        ...

    async def name(self) -> str:
        """Return what tells this key from others and tells nothing of it."""
        ...

    async def wrap(self, key: bytes, bound_to: str) -> bytes:
        """Return the key so that only this key-encryption key brings it back."""
        ...

    async def unwrap(self, wrapped: bytes, bound_to: str) -> bytes | None:
        """Return the key; None where another one wrapped it, or it is bound to something else."""
        ...


@dataclass(frozen=True, slots=True)
class EncryptionKeys:
    """The one that wraps from now on, and the one that wrapped before, while they are changed."""

    current: EncryptionKey
    previous: EncryptionKey | None = None


@dataclass(frozen=True, slots=True)
class MemoryKey(EncryptionKey):
    """Is handed in: 32 bytes."""

    key: bytes = field(repr=False)

    @override
    async def prepare(self) -> None:
        """Do nothing: it is there."""

    @override
    async def name(self) -> str:
        return f"local:{hashlib.sha256(b'candid key-encryption key' + self.key).hexdigest()[:16]}"

    @override
    async def wrap(self, key: bytes, bound_to: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, key, bound_to.encode())

    @override
    async def unwrap(self, wrapped: bytes, bound_to: str) -> bytes | None:
        nonce, sealed = wrapped[:NONCE], wrapped[NONCE:]
        try:
            return AESGCM(self.key).decrypt(nonce, sealed, bound_to.encode())
        except (InvalidTag, ValueError):
            return None
