"""Use case: which users of a collection resemble a photo, an enrolled face or another user?"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.domain.audit import AuditAction, AuditEntry
from app.domain.errors import UserNotFoundError
from app.domain.face import Face
from app.domain.photo import sha256_of
from app.ports.face_collections import UserMatch
from app.services.collections.answers import FoundUser, FoundUsers
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries, Gallery
from app.services.collections.purposes import Purposes
from app.services.collections.visible_users import VisibleUsers, any_may_be_shown
from app.services.enrichment import Enrichment
from app.services.recorded import refusals_recorded

_ACTION = AuditAction.SEARCH

_MOST = 500
"""Users ranked for one search, as in Amazon Rekognition."""

Search = Callable[[int], Awaitable[Sequence[UserMatch]]]
"""Ranks up to so many users, strongest first."""


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
            faces: tuple[Face, ...] = ()

            async def search(wanted: int) -> Sequence[UserMatch]:
                nonlocal faces
                found = await users.search(photo, most=wanted, floor=floor)
                faces = found.faces
                return found.users

            asked = replace(call.entry(_ACTION), photo_sha256=sha256_of(photo))
            matches = await self._shown(gallery, search, most, asked)
            return FoundUsers(faces, matches, gallery.description.model)

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
            asked = _with(call.entry(_ACTION), face_id=face_id)
            matches = await self._shown(
                gallery,
                lambda wanted: users.search_face(face_id, most=wanted, floor=floor),
                most,
                asked,
            )
            return FoundUsers((), matches, gallery.description.model)

    async def by_user(
        self, collection_id: str, user_id: str, most: int, threshold: float, call: CollectionCall
    ) -> FoundUsers:
        """Search a user, who is left out.

        Raises UserNotFoundError, also for a user of whom nothing may be shown, and what `by_image`
        raises.
        """
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call = self.purposes.checked(call)
            gallery = await self.galleries.opened(collection_id)
            await _check_may_be_searched(gallery, user_id)
            users = await self.galleries.collections.users(collection_id)
            floor = gallery.description.rekognition_scale.own(threshold)
            asked = _with(call.entry(_ACTION), user_id=user_id)
            matches = await self._shown(
                gallery,
                lambda wanted: users.search_user(user_id, most=wanted, floor=floor),
                most,
                asked,
            )
            return FoundUsers((), matches, gallery.description.model)

    async def _shown(
        self, gallery: Gallery, search: Search, most: int, asked: AuditEntry
    ) -> tuple[FoundUser, ...]:
        """Rank, and further where somebody is left out for whom another could be shown; record."""
        visible, wanted = VisibleUsers(gallery.records, self.enrichment), most
        while True:
            ranked = await search(wanted)
            shown = await visible.among(ranked)
            if len(shown) >= most or len(ranked) < wanted or wanted >= _MOST:
                break
            wanted = min(2 * wanted, _MOST)
        matches, described = shown[:most], gallery.description
        users = [{"user_id": one.user.user_id, "similarity": one.similarity} for one in matches]
        details = _with(asked, users=users, withheld=len(ranked) - len(shown))
        entry = replace(details, engine=described.name, model=described.model)
        async with gallery.records.unit() as unit:
            await unit.standings.remember(visible.news)
            await unit.audit.append(entry)
        scale = described.rekognition_scale
        told = (replace(one, similarity=scale.rekognition(one.similarity)) for one in matches)
        return tuple(told)


async def _check_may_be_searched(gallery: Gallery, user_id: str) -> None:
    async with gallery.records.view() as view:
        faces = (await view.users.faces([user_id])).get(user_id)
    if faces is None or (faces and not any_may_be_shown(faces)):
        raise UserNotFoundError


def _with(entry: AuditEntry, **more: object) -> AuditEntry:
    return replace(entry, details={**entry.details, **more})
