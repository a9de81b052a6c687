"""Templates sealed before they enter the database, whose log and pages keep what was deleted.

AES-256-GCM under a data key of each face: a format byte, a nonce of 12 bytes, the template and a
tag of 16, bound to the face's id. A key seals its face's template again when the same photo
is enrolled again; its nonces are random (NIST SP 800-38D, 8.2.2: good for 2^32).
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from anyio import to_thread
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import RecordsUnavailableError
from app.ports.data_keys import DataKeys, face_key_name

_FORMAT: Final = b"\x01"
_NONCE: Final = 12
_START: Final = 1 + _NONCE
_TAG: Final = 16
_ID: Final = 16

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """Templates packed as the feed gives them; `lost` are faces that nobody can read any more."""

    face_ids: bytes
    templates: bytes
    lost: bytes


class TemplateSeal:
    """Seals and opens the templates of one collection; without keys it does neither.

    Raises DataKeysUnavailableError and DataKeysMisconfiguredError.
    """

    def __init__(self, keys: DataKeys | None, collection: str) -> None:
        self._given = keys
        self._collection = collection
        self._loading: Mapping[str, bytes] | None = None

    async def sealed(self, templates: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Return each face's template sealed; all keys are made in one call."""
        names = {face_id: face_key_name(self._collection, face_id) for face_id in templates}
        keys = await self._keys.made(names.values())
        return {
            face_id: _sealed(template, keys[names[face_id]], UUID(face_id).bytes)
            for face_id, template in templates.items()
        }

    async def opened(self, face_ids: bytes, sealed: bytes, *, is_loading: bool) -> Opened:
        """Open the templates of packed faces, equally long and in their order.

        Who loads a whole gallery says so: then all keys are read at once, and kept for the pages
        that follow.
        """
        if not face_ids:
            return Opened(b"", b"", b"")
        try:
            opened = await self._opened(face_ids, sealed, is_loading=is_loading)
        except BaseException:
            self._loading = None  # who comes again begins anew
            raise
        if opened.lost:
            _log.warning(
                "faces_without_key", collection=self._collection, count=len(opened.lost) // _ID
            )
        return opened

    async def lost(self, face_ids: bytes, sealed: bytes) -> frozenset[str]:
        """Return which of packed faces have a template that nobody can read any more."""
        if len(sealed) <= len(face_ids) // _ID * (_START + _TAG):
            lost = face_ids
        else:
            lost = (await self._opened(face_ids, sealed, is_loading=False)).lost
        return frozenset(str(UUID(bytes=lost[at : at + _ID])) for at in range(0, len(lost), _ID))

    async def _opened(self, face_ids: bytes, sealed: bytes, *, is_loading: bool) -> Opened:
        """Open what is there; where kept keys do not, ask for those of today.

        A face that was removed and indexed again meanwhile has another key than was kept.
        """
        names = await to_thread.run_sync(_names, self._collection, face_ids)
        keys = await self._keys_of(names, is_loading=is_loading)
        opened = await to_thread.run_sync(_opened, names, keys, face_ids, sealed)
        if not opened.lost:
            return opened
        lost = await to_thread.run_sync(_names, self._collection, opened.lost)
        today = await self._keys.of(lost)
        if all(keys.get(name) == key for name, key in today.items()):
            return opened
        keys = {**keys, **today}
        self._loading = keys if is_loading else None
        return await to_thread.run_sync(_opened, names, keys, face_ids, sealed)

    async def _keys_of(self, names: Sequence[str], *, is_loading: bool) -> Mapping[str, bytes]:
        keys = self._loading
        if keys is None and is_loading:
            keys = await self._keys.all_of(face_key_name(self._collection, ""))
        self._loading = keys if is_loading else None
        if keys is None:
            return await self._keys.of(names)
        if missing := [name for name in names if name not in keys]:  # made meanwhile, perhaps
            return {**keys, **await self._keys.of(missing)}
        return keys

    @property
    def _keys(self) -> DataKeys:
        if self._given is None:
            raise RuntimeError("templates are neither sealed nor opened here: no data keys given")
        return self._given


def _sealed(template: bytes, key: bytes, face_id: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, template, face_id)


def _names(collection: str, face_ids: bytes) -> list[str]:
    start, digits = face_key_name(collection, ""), face_ids.hex()
    whole = (digits[at : at + 2 * _ID] for at in range(0, len(digits), 2 * _ID))
    return [f"{start}{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in whole]


def _opened(
    names: Sequence[str], keys: Mapping[str, bytes], face_ids: bytes, sealed: bytes
) -> Opened:
    """Open one by one; `python -m bench.sealing` measures what each takes on one core."""
    size, rest = divmod(len(sealed), len(names))
    if rest or size <= _START + _TAG:
        raise RecordsUnavailableError(
            "The records hold templates of different lengths; `candid verify` says which."
        )
    found, templates, lost = list[bytes](), list[bytes](), list[bytes]()
    faces = (face_ids[at : at + _ID] for at in range(0, len(face_ids), _ID))
    each = (sealed[at : at + size] for at in range(0, len(sealed), size))
    for face_id, name, one in zip(faces, names, each, strict=True):
        key = keys.get(name)
        template = None if key is None else _template(one, key, face_id)
        if template is None:
            lost.append(face_id)
        else:
            found.append(face_id)
            templates.append(template)
    return Opened(b"".join(found), b"".join(templates), b"".join(lost))


def _template(sealed: bytes, key: bytes, face_id: bytes) -> bytes | None:
    """Return the template; None when it was altered, or sealed under a key that is gone."""
    try:
        return AESGCM(key).decrypt(sealed[1:_START], sealed[_START:], face_id)
    except InvalidTag:
        return None
