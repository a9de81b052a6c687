"""How keys are wrapped: data keys by wrapping keys, these by the key-encryption key."""

from adapters.key_wrapping.encryption_key import EncryptionKey, EncryptionKeys, MemoryKey
from adapters.key_wrapping.key_file import KeyFile
from adapters.key_wrapping.page import (
    KEY,
    Page,
    checked,
    kind_of,
    names_of,
    sealed_page,
    unsealed_page,
    unsealed_pairs,
)
from adapters.key_wrapping.ring import (
    Ring,
    WrappingKey,
    new_wrapping_key,
    rewrapped,
    unlocked,
    without_store,
    without_wrapping_keys,
)

__all__ = [
    "KEY",
    "EncryptionKey",
    "EncryptionKeys",
    "KeyFile",
    "MemoryKey",
    "Page",
    "Ring",
    "WrappingKey",
    "checked",
    "kind_of",
    "names_of",
    "new_wrapping_key",
    "rewrapped",
    "sealed_page",
    "unlocked",
    "unsealed_page",
    "unsealed_pairs",
    "without_store",
    "without_wrapping_keys",
]
