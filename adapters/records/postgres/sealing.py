"""Keeps answers and secrets unreadable for whoever has the database but not the service's key."""

import json
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import RecordsUnavailableError

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12  # NIST SP 800-38D, 8.2.2: random, good for 2^32 answers a key
_FORMAT: Final = b"\x01"
_START: Final = 1 + _NONCE_BYTES


class Seal:
    """AES-256-GCM; what is sealed opens only in its collection, at the place it was sealed for.

    Without a collection it is for what belongs to the whole service.
    """

    def __init__(self, key: bytes, collection: str | None = None) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key must have {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)
        self._whose = [] if collection is None else [collection]

    def sealed(self, content: bytes, place: str) -> bytes:
        """Return format byte, nonce and ciphertext."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, content, self._bound_to(place))

    def opened(self, sealed: bytes, place: str) -> bytes:
        """Return the content; RecordsUnavailableError when it was altered or the key is another."""
        if sealed[:1] != _FORMAT:
            raise RecordsUnavailableError(
                "What is kept sealed has an unknown form: of a newer program, or it was altered."
            )
        try:
            return self._cipher.decrypt(sealed[1:_START], sealed[_START:], self._bound_to(place))
        except (InvalidTag, ValueError) as error:  # ValueError: the nonce itself is cut short
            raise RecordsUnavailableError(
                "What is kept sealed cannot be opened: it was sealed with another key, or altered."
            ) from error

    def _bound_to(self, place: str) -> bytes:
        return json.dumps([*self._whose, place]).encode()
