"""Use case: which users of a collection resemble a photo, an enrolled face or another user?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.domain.audit import AuditAction, AuditEntry
from app.domain.collection import MOST_FACES_OF_USER, CollectionFace
from app.domain.errors import UserNotFoundError
from app.domain.face import Face
from app.domain.photo import sha256_of
from app.domain.record import Standing
from app.ports.face_collections import UserMatch
from app.services.collections.answers import FoundUser, FoundUsers
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries, Gallery
from app.services.collections.purposes import Purposes
from app.services.collections.visible_matches import ASKED, may_be_shown
from app.services.enrichment import Enrichment
from app.services.recorded import refusals_recorded

_ACTION = AuditAction.SEARCH


@dataclass(frozen=True, slots=True)
class SearchUsers:
    """Rank users, leave out those of whom no photo may be shown, record, and only then answer."""

    galleries: Galleries
    enrichment: Enrichment
    purposes: Purposes

    async def by_image(
        self, collection_id: str, image: Image, most: int, threshold: float, call: CollectionCall
    ) -> FoundUsers:
        """Search the largest face of a photo; without a face nobody is found.

        Raises what `SearchCollection.by_image` raises, but for NoFaceError.
        """
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call = self.purposes.checked(call)
            gallery = await self.galleries.opened(collection_id)
            photo = await self.galleries.photo(image)
            users = await self.galleries.collections.users(collection_id)
            floor = gallery.description.rekognition_scale.own(threshold)
            found = await users.search(photo, most=most, floor=floor)
            asked = replace(call.entry(_ACTION), photo_sha256=sha256_of(photo))
            return await self._answer(gallery, found.faces, found.users, asked)

    async def by_face(
        self, collection_id: str, face_id: str, most: int, threshold: float, call: CollectionCall
    ) -> FoundUsers:
        """Search an enrolled face; FaceNotHeldError and what `by_image` raises."""
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call = self.purposes.checked(call)
            gallery = await self.galleries.opened(collection_id)
            await gallery.check_may_be_searched(face_id)
            users = await self.galleries.collections.users(collection_id)
            floor = gallery.description.rekognition_scale.own(threshold)
            found = await users.search_face(face_id, most=most, floor=floor)
            asked = _with(call.entry(_ACTION), face_id=face_id)
            return await self._answer(gallery, (), found, asked)

    async def by_user(
        self, collection_id: str, user_id: str, most: int, threshold: float, call: CollectionCall
    ) -> FoundUsers:
        """Search a user, who is left out; UserNotFoundError and what `by_image` raises."""
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call = self.purposes.checked(call)
            gallery = await self.galleries.opened(collection_id)
            async with records.view() as view:
                if await view.users.get(user_id) is None:
                    raise UserNotFoundError
            users = await self.galleries.collections.users(collection_id)
            floor = gallery.description.rekognition_scale.own(threshold)
            found = await users.search_user(user_id, most=most, floor=floor)
            asked = _with(call.entry(_ACTION), user_id=user_id)
            return await self._answer(gallery, (), found, asked)

    async def _answer(
        self,
        gallery: Gallery,
        faces: tuple[Face, ...],
        ranked: Sequence[UserMatch],
        asked: AuditEntry,
    ) -> FoundUsers:
        matches, news = await self._visible(gallery, ranked)
        described = gallery.description
        users = [{"user_id": one.user.user_id, "similarity": one.similarity} for one in matches]
        found = {"users": users, "withheld": len(ranked) - len(matches)}
        entry = replace(_with(asked, **found), engine=described.name, model=described.model)
        async with gallery.records.unit() as unit:
            await unit.standings.remember(news)
            await unit.audit.append(entry)
        scale = described.rekognition_scale
        told = (replace(one, similarity=scale.rekognition(one.similarity)) for one in matches)
        return FoundUsers(faces, tuple(told), described.model)

    async def _visible(
        self, gallery: Gallery, ranked: Sequence[UserMatch]
    ) -> tuple[list[FoundUser], dict[str, Standing]]:
        """Return the users who have a face that may be shown, and what the JMS said of it."""
        known: list[tuple[FoundUser, Sequence[CollectionFace]]] = []
        async with gallery.records.view() as view:
            for match in ranked:
                if user := await view.users.get(match.user_id):
                    faces = await view.faces.page(None, MOST_FACES_OF_USER, match.user_id)
                    known.append((FoundUser(user, match.similarity), faces))
        named = (one.external_image_id for _, faces in known for one in faces if one.is_named)
        asked = list(dict.fromkeys(named))[:ASKED]
        news = (await self.enrichment(asked)).standings() if asked else {}
        visible = [user for user, faces in known if any(may_be_shown(one, news) for one in faces)]
        return visible, news


def _with(entry: AuditEntry, **more: object) -> AuditEntry:
    return replace(entry, details={**entry.details, **more})
