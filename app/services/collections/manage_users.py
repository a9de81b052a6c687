"""Use case: users of a collection, each searched by several faces at once."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from app.domain.audit import AuditAction
from app.domain.collection import (
    MOST_FACES_OF_USER,
    AssociationRefusal,
    CollectionFace,
    RefusedAssociation,
    User,
    UserAnswer,
    UserFacesAnswer,
)
from app.domain.errors import (
    CollectionNotFoundError,
    TooManyFacesOfUserError,
    UserExistsError,
    UserNotFoundError,
)
from app.domain.similarity_scale import SimilarityScale
from app.ports.records import Unit
from app.services.collections.call import CollectionCall
from app.services.collections.galleries import Galleries
from app.services.collections.repeated_request import RepeatedRequest
from app.services.recorded import refusals_recorded
from app.services.turns import Turns

_UNITS = 4
"""Open at once for changes of users: the engine may need the records too while a unit is open, and
every connection of the pool would otherwise wait for another."""


@dataclass(frozen=True, slots=True)
class ManageUsers:
    """The engine is told within the unit, while the user is locked; told again, it is harmless."""

    galleries: Galleries
    turns: Turns = field(default_factory=Turns)  # so that nobody takes a face that is being taken
    units: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_UNITS))

    async def create(
        self, collection_id: str, user_id: str, token: str | None, call: CollectionCall
    ) -> None:
        """Make a user without faces; CollectionNotFoundError, UserExistsError."""
        request = RepeatedRequest(call, token, user_id)
        async with self._changing(collection_id, user_id, call) as (unit, user):
            if await request.first_answer(unit):
                return
            if user is not None or not await unit.users.add(user_id):
                raise UserExistsError
            await (await self.galleries.collections.users(collection_id)).create(user_id)
            await request.answer(unit, UserAnswer(user_id))

    async def delete(
        self, collection_id: str, user_id: str, token: str | None, call: CollectionCall
    ) -> None:
        """Delete a user, whose faces stay; CollectionNotFoundError, UserNotFoundError."""
        request = RepeatedRequest(call, token, user_id)
        async with self._changing(collection_id, user_id, call) as (unit, user):
            if await request.first_answer(unit):
                return
            if user is None:
                raise UserNotFoundError
            await (await self.galleries.collections.users(collection_id)).delete(user_id)
            await unit.users.remove(user_id)
            await request.answer(unit, UserAnswer(user_id))

    async def page(
        self, collection_id: str, after: str | None, limit: int, call: CollectionCall
    ) -> Sequence[User]:
        """List users in the order of their ids; CollectionNotFoundError."""
        async with self._unit(collection_id, call) as unit:
            found = await unit.users.page(after, limit)
            await unit.audit.append(call.entry(AuditAction.MANAGE_USER))
        return found

    async def associate(
        self,
        collection_id: str,
        user_id: str,
        face_ids: Sequence[str],
        threshold: float,
        token: str | None,
        call: CollectionCall,
    ) -> UserFacesAnswer:
        """Count faces for a user where they resemble the user's others at least so much.

        Raises CollectionNotFoundError, CollectionModelError, UserNotFoundError and
        TooManyFacesOfUserError. Faces that are the user's already are not mentioned.
        """
        wanted = tuple(dict.fromkeys(face_ids))
        request = RepeatedRequest(call, token, user_id, (str(threshold), *wanted))
        turn = self.turns.of(collection_id)
        async with turn, self._changing(collection_id, user_id, call) as (unit, user):
            if first := await request.first_answer(unit):
                return _faces_answer(first)
            if user is None:
                raise UserNotFoundError
            gallery = await self.galleries.opened(collection_id)
            held = await unit.faces.of(wanted)
            free = [one for one in wanted if one in held and held[one].user_id is None]
            if user.faces + len(free) > MOST_FACES_OF_USER:
                raise TooManyFacesOfUserError
            scale = gallery.description.rekognition_scale
            users = await self.galleries.collections.users(collection_id)
            associated = await users.associate(user_id, free, scale.own(threshold))
            taken, lost = await _taken(unit, user_id, associated.face_ids)
            not_free = _not_free(wanted, held, user_id) + lost
            refused = not_free + _told(associated.refused, scale)
            answer = UserFacesAnswer(taken, refused, User(user_id, user.faces + len(taken)))
            await request.answer(unit, answer)
        return answer

    async def disassociate(
        self,
        collection_id: str,
        user_id: str,
        face_ids: Sequence[str],
        token: str | None,
        call: CollectionCall,
    ) -> UserFacesAnswer:
        """Count faces no longer for a user; CollectionNotFoundError, UserNotFoundError."""
        wanted = tuple(dict.fromkeys(face_ids))
        request = RepeatedRequest(call, token, user_id, wanted)
        async with self._changing(collection_id, user_id, call) as (unit, user):
            if first := await request.first_answer(unit):
                return _faces_answer(first)
            if user is None:
                raise UserNotFoundError
            held = await unit.faces.of(wanted)
            own = tuple(one for one in wanted if one in held and held[one].user_id == user_id)
            users = await self.galleries.collections.users(collection_id)
            await users.disassociate(user_id, own)
            await unit.users.disassociate(own)
            refused = _not_free([one for one in wanted if one not in own], held, user_id)
            answer = UserFacesAnswer(own, refused, User(user_id, user.faces - len(own)))
            await request.answer(unit, answer)
        return answer

    @asynccontextmanager
    async def _changing(
        self, collection_id: str, user_id: str, call: CollectionCall
    ) -> AsyncGenerator[tuple[Unit, User | None]]:
        """Lock a user, or an id that is to be one's, before anything is read of it.

        So a request that is repeated before its first answer waits for that answer.
        """
        async with self.units, self._unit(collection_id, call) as unit:
            yield unit, await unit.users.get_locked(user_id)

    @asynccontextmanager
    async def _unit(self, collection_id: str, call: CollectionCall) -> AsyncGenerator[Unit]:
        records = self.galleries.records.of(collection_id)
        entry = partial(call.entry, AuditAction.MANAGE_USER)
        async with refusals_recorded(records, entry), records.unit() as unit:
            if await unit.collections.get(collection_id) is None:
                raise CollectionNotFoundError
            yield unit


async def _taken(
    unit: Unit, user_id: str, face_ids: Sequence[str]
) -> tuple[tuple[str, ...], tuple[RefusedAssociation, ...]]:
    """Keep whose the faces are; name those that another process took or removed meanwhile."""
    taken = await unit.users.associate(user_id, face_ids)
    lost = [one for one in face_ids if one not in taken]
    refused = _not_free(lost, await unit.faces.of(lost), user_id) if lost else ()
    return tuple(one for one in face_ids if one in taken), refused


def _not_free(
    wanted: Sequence[str], held: Mapping[str, CollectionFace], user_id: str
) -> tuple[RefusedAssociation, ...]:
    """Name the faces that are not there or are another user's."""
    missing, taken = AssociationRefusal.FACE_NOT_FOUND, AssociationRefusal
    return tuple(
        RefusedAssociation(one, taken.ASSOCIATED_TO_A_DIFFERENT_USER, held[one].user_id)
        if one in held and held[one].user_id is not None
        else RefusedAssociation(one, missing)
        for one in wanted
        if one not in held or held[one].user_id not in {None, user_id}
    )


def _told(
    refused: Sequence[RefusedAssociation], scale: SimilarityScale
) -> tuple[RefusedAssociation, ...]:
    """Return what the engine refused, on the scale that clients of Rekognition know."""
    return tuple(
        one
        if one.similarity is None
        else replace(one, similarity=scale.rekognition(one.similarity))
        for one in refused
    )


def _faces_answer(answer: UserAnswer | UserFacesAnswer) -> UserFacesAnswer:
    if not isinstance(answer, UserFacesAnswer):
        raise TypeError("one operation answers in one way")
    return answer
