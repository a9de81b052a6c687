"""Wrapping keys: a few, numbered; the newest wraps, the others unwrap what they wrapped."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.key_wrapping.encryption_key import EncryptionKey, EncryptionKeys
from app.domain.errors import DataKeysMisconfiguredError

_BYTES = 32


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A wrapping key as the store keeps it: wrapped by the key-encryption key of that name."""

    generation: int
    made_at: datetime
    wrapped_by: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ring:
    """The wrapping keys, open."""

    newest: int
    ciphers: Mapping[int, AESGCM] = field(repr=False)


async def new_wrapping_key(generation: int, key: EncryptionKey) -> WrappingKey:
    """Make a wrapping key of this generation."""
    made = secrets.token_bytes(_BYTES)
    return await _wrapped(generation, datetime.now(UTC), made, key)


async def unlocked(kept: Sequence[WrappingKey], keys: EncryptionKeys, where: str) -> Ring:
    """Open the wrapping keys; DataKeysMisconfiguredError where no key of the settings does."""
    ciphers = {one.generation: AESGCM(await _opened(one, keys, where)) for one in kept}
    return Ring(max(ciphers), ciphers)


async def rewrapped(
    kept: Iterable[WrappingKey], keys: EncryptionKeys, where: str
) -> list[WrappingKey]:
    """Return those that the current key has not wrapped, wrapped by it."""
    name = await keys.current.name()
    others = [one for one in kept if one.wrapped_by != name]
    return [
        await _wrapped(one.generation, one.made_at, await _opened(one, keys, where), keys.current)
        for one in others
    ]


async def _wrapped(
    generation: int, made_at: datetime, key: bytes, by: EncryptionKey
) -> WrappingKey:
    wrapped = await by.wrap(key, _bound_to(generation))
    return WrappingKey(generation, made_at, await by.name(), wrapped)


async def _opened(one: WrappingKey, keys: EncryptionKeys, where: str) -> bytes:
    given = [keys.current] if keys.previous is None else [keys.current, keys.previous]
    named = {await key.name(): key for key in given}
    if (key := named.get(one.wrapped_by)) is None:
        raise DataKeysMisconfiguredError(
            f"The data keys in {where} are wrapped by the key-encryption key {one.wrapped_by}, the "
            f"settings give {' and '.join(named)}: set CANDID_ENCRYPTION__* to the key that they "
            "were made with, or CANDID_ENCRYPTION__PREVIOUS_* while it is being changed."
        )
    opened = await key.unwrap(one.wrapped, _bound_to(one.generation))
    if opened is None:
        raise DataKeysMisconfiguredError(
            f"The wrapping key {one.generation} in {where} is not what was written. Put a copy of "
            "the store back; docs/encryption.md says how."
        )
    return opened


def without_store(where: str) -> str:
    """Say that no service has made a store there yet, or that the settings name another place."""
    return (
        f"There are no data keys in {where}: the first start of a service makes them. Check "
        "CANDID_DATA_DIR and CANDID_DATA_KEYS__*."
    )


def without_wrapping_keys(where: str) -> str:
    """Say that nothing opens what is there; a new wrapping key beside it would only hide that."""
    return (
        f"The data keys in {where} have lost every wrapping key. Put a copy of the store back; "
        "docs/encryption.md says how."
    )


def _bound_to(generation: int) -> str:
    return f"candid wrapping key {generation}"
