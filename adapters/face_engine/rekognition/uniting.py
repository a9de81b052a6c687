"""People with several photos as users of Rekognition, so that their faces are searched together."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import structlog

from app.domain.collection import MOST_FACES_OF_USER, AssociationRefusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.face_engine.rekognition.collection import FaceCollection
    from adapters.face_engine.rekognition.users import RekognitionFaceUsers
    from app.domain.collection import RefusedAssociation

_PREFIX = "person:"
_DIGEST_PREFIX = "person-sha256:"
_MOST_CHARACTERS = 128
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
FEWEST = 2
"""Faces that are worth a user."""

_MATCH_THRESHOLD = 75.0
"""AWS's own guard: the JMS says who it is, but a photo filed under the wrong person happens."""

_log = structlog.get_logger(__name__)


def user_id_of(person_id: str) -> str:
    """Return the user's id for a person's: readable back, but for one too long, which is hashed."""
    encoded = "".join(
        chr(byte) if byte in _PLAIN else f":{byte:02x}" for byte in person_id.encode()
    )
    if len(_PREFIX) + len(encoded) <= _MOST_CHARACTERS:
        return _PREFIX + encoded
    return _DIGEST_PREFIX + hashlib.sha256(person_id.encode()).hexdigest()


def is_person(user_id: str) -> bool:
    """Whether the user is one of those kept here; those that clients made are left alone."""
    return user_id.startswith((_PREFIX, _DIGEST_PREFIX))


class PeopleOfSeveralFaces:
    """Keeps one user a person, whose faces are those last told; one change a person at a time."""

    def __init__(self, collection: FaceCollection, users: RekognitionFaceUsers) -> None:
        self._collection = collection
        self._users = users
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def unite(self, person_id: str, face_ids: Sequence[str]) -> None:
        """Let the first 100 of these faces be the person's, and no others; one alone needs none.

        Faces too unlike the person's others stay single; the log names them.
        """
        user_id = user_id_of(person_id)
        turn = self._turns.setdefault(user_id, asyncio.Lock())
        async with turn:
            if len(face_ids) < FEWEST:
                await self._users.delete(user_id)
            else:
                await self._keep(user_id, list(dict.fromkeys(face_ids))[:MOST_FACES_OF_USER])

    async def _keep(self, user_id: str, wanted: Sequence[str]) -> None:
        await self._users.create(user_id)
        held = await self._collection.held(None, user_id, MOST_FACES_OF_USER)
        before = [face.face_id for face in held.items]
        await self._users.disassociate(user_id, [one for one in before if one not in set(wanted)])
        missing = [one for one in wanted if one not in set(before)]
        answer = await self._users.associate(user_id, missing, _MATCH_THRESHOLD)
        elsewhere = [one for one in answer.refused if _is_anothers(one)]
        for one in elsewhere:  # the JMS has found out meanwhile whose it is
            await self._users.disassociate(one.user_id or "", [one.face_id])
        again = await self._users.associate(
            user_id, [one.face_id for one in elsewhere], _MATCH_THRESHOLD
        )
        for one in (*answer.refused, *again.refused):
            if one not in elsewhere:
                _log.warning(
                    "face_stays_single",
                    user_id=user_id,
                    face_id=one.face_id,
                    reason=one.reason,
                    similarity=one.similarity,
                )


def _is_anothers(refused: RefusedAssociation) -> bool:
    """Whether the face counts for another person."""
    taken = AssociationRefusal.ASSOCIATED_TO_A_DIFFERENT_USER
    return refused.reason is taken and is_person(refused.user_id or "")
