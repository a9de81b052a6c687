"""The users of one local collection: whom a face resembles, and which faces belong together."""

import asyncio
from collections.abc import Sequence

from typing_extensions import override

from adapters.face_engine.local.current_users import CurrentUsers
from adapters.face_engine.local.description import score_table
from adapters.face_engine.local.encoders import Encoders
from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.templates import Floats, unit_vector
from adapters.face_engine.local.user_vectors import Likeness, UserVectors, counted_in_turn
from app.domain.collection import AssociationRefusal, RefusedAssociation
from app.domain.errors import FaceNotHeldError
from app.ports.face_collections import AssociatedFaces, FaceUsers, UserMatch, UserMatches
from app.ports.gallery_feed import UserFeed


class LocalFaceUsers(FaceUsers):
    """Compares with the mean of each user's faces; keeps nothing that the records do not say.

    Of one model. While another is served every comparison raises NotServedError.
    """

    def __init__(self, encoders: Encoders, gallery: Gallery, feed: UserFeed) -> None:
        self._encoders = encoders
        self._gallery = gallery
        self._users = CurrentUsers(gallery, feed, encoders.facts.dimensions)
        self._table = score_table(encoders.facts)

    @override
    async def create(self, user_id: str) -> None:
        """Nothing: the records know."""

    @override
    async def delete(self, user_id: str) -> None:
        """Nothing: the records know."""

    @override
    async def associate(
        self, user_id: str, face_ids: Sequence[str], floor: float
    ) -> AssociatedFaces:
        """Compare each face with the mean of those counted before it; the very first counts."""
        await self._current_users()
        members = self._users.faces.get(user_id, ())
        fresh = list(dict.fromkeys(face_id for face_id in face_ids if face_id not in members))
        likenesses = await self._gallery.with_templates(
            counted_in_turn, members, fresh, self._table.lowest(floor)
        )
        refused = {face_id: self._refusal(face_id, likenesses.get(face_id)) for face_id in fresh}
        return AssociatedFaces(
            tuple(face_id for face_id in dict.fromkeys(face_ids) if not refused.get(face_id)),
            tuple(refusal for refusal in refused.values() if refusal),
        )

    @override
    async def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        """Nothing: the records know."""

    @override
    async def search(self, probe: bytes, *, most: int, floor: float) -> UserMatches:
        read, vectors = await asyncio.gather(
            self._encoders.read(probe, "search"), self._current_users()
        )
        if not read.faces:
            return UserMatches(read.size, (), ())
        users = await self._ranked(vectors, self._numbers(read.template), most, floor)
        return UserMatches(read.size, read.faces, tuple(users))

    @override
    async def search_face(self, face_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        vectors = await self._current_users()
        template = await self._gallery.template(face_id)
        if template is None:
            raise FaceNotHeldError
        return await self._ranked(vectors, self._numbers(template), most, floor)

    @override
    async def search_user(self, user_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        vectors = await self._current_users()
        query = vectors.of_user(user_id)
        if query is None:
            return ()
        ranked = await self._ranked(vectors, query, most + 1, floor)
        return [user for user in ranked if user.user_id != user_id][:most]

    async def _current_users(self) -> UserVectors:
        vectors = await self._users.vectors()
        self._gallery.check_served()
        return vectors

    async def _ranked(
        self, vectors: UserVectors, query: Floats, most: int, floor: float
    ) -> Sequence[UserMatch]:
        lowest = self._table.lowest(floor)
        ranked = await self._gallery.in_thread(vectors.strongest, query, most, lowest)
        return [UserMatch(name, self._table.similarity(cosine)) for name, cosine in ranked]

    def _numbers(self, template: bytes) -> Floats:
        return unit_vector(template, self._encoders.facts.dimensions)

    def _refusal(self, face_id: str, likeness: Likeness | None) -> RefusedAssociation | None:
        """Say why a face does not count; None when it does."""
        if likeness is None:
            return RefusedAssociation(face_id, AssociationRefusal.FACE_NOT_FOUND)
        if likeness.counts:
            return None
        reason = AssociationRefusal.LOW_MATCH_CONFIDENCE
        similarity = self._table.similarity(likeness.cosine)
        return RefusedAssociation(face_id, reason, similarity=similarity)
