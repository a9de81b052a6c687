"""Use case: which users of a collection resemble a photo, an enrolled face or another user?"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from app.domain.audit import AuditAction, AuditEntry
from app.domain.errors import UserNotFoundError
from app.domain.face import Face
from app.domain.photo import sha256_of
from app.ports.face_collections import UserMatch
from app.services.collections.answers import FoundUser, FoundUsers
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries, Gallery
from app.services.collections.purposes import Bounds, Purposes
from app.services.collections.visible_users import VisibleUsers, any_may_be_shown
from app.services.enrichment import Enrichment
from app.services.recorded import refusals_recorded

_ACTION = AuditAction.SEARCH

_MOST = 500
"""Users ranked for one search, as in Amazon Rekognition."""

Search = Callable[[Gallery, int], Awaitable[Sequence[UserMatch]]]
"""Ranks up to so many users of a collection, strongest first."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Who may be shown, strongest first, how many may not, and by what that is known."""

    shown: Sequence[FoundUser]
    withheld: int
    visible: VisibleUsers


@dataclass(frozen=True, slots=True)
class SearchUsers:
    """Rank users, leave out those of whom no photo may be shown, record, and only then answer."""

    galleries: Galleries
    enrichment: Enrichment
    purposes: Purposes

    async def by_image(
        self,
        collection_id: str,
        image: Image,
        most: int | None,
        threshold: float | None,
        call: CollectionCall,
    ) -> FoundUsers:
        """Search the largest face of a photo; without a face nobody is found.

        Raises what `SearchCollection.by_image` raises, but for NoFaceError.
        """
        records = self.galleries.records.of(collection_id)
        entry = self.purposes.recorder(call, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call, bounds = self.purposes.checked(call, most, threshold)
            await self.galleries.opened(collection_id)
            photo = await self.galleries.photo(image)
            users = await self.galleries.collections.users(collection_id)
            faces: tuple[Face, ...] = ()

            async def search(gallery: Gallery, wanted: int) -> Sequence[UserMatch]:
                nonlocal faces
                floor = bounds.floor(gallery.description)
                found = await users.search(photo, most=wanted, floor=floor)
                faces = found.faces
                return found.users

            asked = replace(call.entry(_ACTION), photo_sha256=sha256_of(photo))
            matches, model = await self._shown(collection_id, search, bounds, asked)
            return FoundUsers(faces, matches, model)

    async def by_face(
        self,
        collection_id: str,
        face_id: str,
        most: int | None,
        threshold: float | None,
        call: CollectionCall,
    ) -> FoundUsers:
        """Search an enrolled face; FaceNotHeldError and what `by_image` raises."""
        records = self.galleries.records.of(collection_id)
        entry = self.purposes.recorder(call, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call, bounds = self.purposes.checked(call, most, threshold)
            users = await self.galleries.collections.users(collection_id)

            async def search(gallery: Gallery, wanted: int) -> Sequence[UserMatch]:
                await gallery.check_may_be_searched(face_id)
                floor = bounds.floor(gallery.description)
                return await users.search_face(face_id, most=wanted, floor=floor)

            asked = _with(call.entry(_ACTION), face_id=face_id)
            matches, model = await self._shown(collection_id, search, bounds, asked)
            return FoundUsers((), matches, model)

    async def by_user(
        self,
        collection_id: str,
        user_id: str,
        most: int | None,
        threshold: float | None,
        call: CollectionCall,
    ) -> FoundUsers:
        """Search a user, who is left out.

        Raises UserNotFoundError, also for a user of whom nothing may be shown, and what `by_image`
        raises.
        """
        records = self.galleries.records.of(collection_id)
        entry = self.purposes.recorder(call, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call, bounds = self.purposes.checked(call, most, threshold)
            users = await self.galleries.collections.users(collection_id)

            async def search(gallery: Gallery, wanted: int) -> Sequence[UserMatch]:
                await _check_may_be_searched(gallery, user_id)
                floor = bounds.floor(gallery.description)
                return await users.search_user(user_id, most=wanted, floor=floor)

            asked = _with(call.entry(_ACTION), user_id=user_id)
            matches, model = await self._shown(collection_id, search, bounds, asked)
            return FoundUsers((), matches, model)

    async def _shown(
        self, collection_id: str, search: Search, bounds: Bounds, asked: AuditEntry
    ) -> tuple[tuple[FoundUser, ...], str]:
        """Rank, record, and return whom to show and the model that ranked them."""
        gallery, found = await self.galleries.steadily(
            collection_id, lambda gallery: self._found(gallery, search, bounds)
        )
        described = gallery.description
        async with gallery.records.unit() as unit:
            await unit.standings.remember(found.visible.news)
            stored = await unit.users.faces([one.user.user_id for one in found.shown])
            matches = found.visible.told(found.shown, stored)
            users = [{"user_id": one.user.user_id, "similarity": one.similarity} for one in matches]
            withheld = found.withheld + len(found.shown) - len(matches)
            details = _with(asked, users=users, withheld=withheld)
            entry = replace(details, engine=described.name, model=described.model)
            await unit.audit.append(entry)
        scale = described.rekognition_scale
        told = (replace(one, similarity=scale.rekognition(one.similarity)) for one in matches)
        return tuple(told), described.model

    async def _found(self, gallery: Gallery, search: Search, bounds: Bounds) -> _Found:
        """Rank, and further where somebody is left out for whom another could be shown."""
        visible = VisibleUsers(gallery.records, self.enrichment, bounds.confirmed_only)
        most = wanted = bounds.most
        while True:
            ranked = await search(gallery, wanted)
            shown = await visible.among(ranked)
            if len(shown) >= most or len(ranked) < wanted or wanted >= _MOST:
                return _Found(shown[:most], len(ranked) - len(shown), visible)
            wanted = min(2 * wanted, _MOST)


async def _check_may_be_searched(gallery: Gallery, user_id: str) -> None:
    async with gallery.records.view() as view:
        faces = (await view.users.faces([user_id])).get(user_id)
    if faces is None or (faces and not any_may_be_shown(faces)):
        raise UserNotFoundError


def _with(entry: AuditEntry, **more: object) -> AuditEntry:
    return replace(entry, details={**entry.details, **more})
