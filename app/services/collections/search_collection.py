"""Use case: which faces of a collection resemble a photo's, or an enrolled one?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from app.domain.audit import AuditAction, AuditEntry
from app.domain.face import Face
from app.domain.photo import sha256_of
from app.ports.face_engine import FaceRanking, Matches
from app.services.collections.answers import FaceMatch, FaceMatches
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries, Gallery
from app.services.collections.purposes import Bounds, Purposes
from app.services.collections.visible_matches import VisibleMatches
from app.services.enrichment import Enrichment
from app.services.recorded import refusals_recorded
from app.services.steadily import attempts_on

_ACTION = AuditAction.SEARCH

Ranked = TypeVar("Ranked", Matches, FaceRanking)


@dataclass(frozen=True, slots=True)
class SearchCollection:
    """Rank, leave out what may not be shown, record, and only then answer."""

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
    ) -> FaceMatches:
        """Search the largest face of a photo, which is never enrolled.

        Raises NoFaceError, CollectionNotFoundError, CollectionModelError, ObjectNotReadableError,
        what `Purposes` raises, and what the engine and the records raise.
        """
        records = self.galleries.records.of(collection_id)
        entry = self.purposes.recorder(call, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call, bounds = self.purposes.checked(call, most, threshold)
            await self.galleries.opened(collection_id)
            photo = await self.galleries.photo(image)

            async def rank(gallery: Gallery) -> tuple[Matches, VisibleMatches]:
                floor = bounds.floor(gallery.description)
                search = partial(
                    gallery.engine.search, photo, people=bounds.most, floor=floor, face=None
                )
                return await self._ranked(gallery, search, bounds)

            gallery, (found, visible) = await self.galleries.steadily(collection_id, rank)
            asked = replace(
                call.entry(_ACTION),
                photo_sha256=sha256_of(photo),
                gallery_faces=found.gallery_faces,
            )
            return await self._answer(gallery, visible, found.faces[found.searched], asked)

    async def by_face(
        self,
        collection_id: str,
        face_id: str,
        most: int | None,
        threshold: float | None,
        call: CollectionCall,
    ) -> FaceMatches:
        """Search an enrolled face, which is itself left out.

        Raises FaceNotHeldError, also for a face whose record may not be shown, and what
        `by_image` raises for no photo's fault.
        """
        records = self.galleries.records.of(collection_id)
        entry = self.purposes.recorder(call, _ACTION)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            call, bounds = self.purposes.checked(call, most, threshold)

            async def rank(gallery: Gallery) -> tuple[FaceRanking, VisibleMatches]:
                await gallery.check_may_be_searched(face_id)
                floor = bounds.floor(gallery.description)
                search = partial(
                    gallery.engine.search_face, face_id, people=bounds.most, floor=floor
                )
                return await self._ranked(gallery, search, bounds)

            gallery, (found, visible) = await self.galleries.steadily(collection_id, rank)
            asked = call.entry(_ACTION)
            details = {**asked.details, "face_id": face_id}
            asked = replace(asked, gallery_faces=found.gallery_faces, details=details)
            return await self._answer(gallery, visible, None, asked)

    async def _ranked(
        self, gallery: Gallery, search: Callable[[], Awaitable[Ranked]], bounds: Bounds
    ) -> tuple[Ranked, VisibleMatches]:
        """Rank, and anew while faces are replaced under the ranking: nobody is ever absent."""
        attempts = attempts_on(gallery.description)
        while True:
            found = await search()
            visible = VisibleMatches(
                gallery.records, self.enrichment, found.ranked, bounds.most, bounds.confirmed_only
            )
            await visible.look_up()
            attempts -= 1
            if not attempts or not visible.outdated:
                return found, visible

    async def _answer(
        self, gallery: Gallery, visible: VisibleMatches, searched: Face | None, asked: AuditEntry
    ) -> FaceMatches:
        described = gallery.description
        async with gallery.records.unit() as unit:
            await unit.standings.remember(visible.news)
            visible.obey(await unit.standings.of(visible.photos()))
            matches = visible.shown()
            found = {
                "candidates": [_recorded(match) for match in matches],
                "withheld": visible.withheld(),
            }
            entry = replace(
                asked,
                engine=described.name,
                model=described.model,
                details={**asked.details, **found},
            )
            await unit.audit.append(entry)
        scale = described.rekognition_scale
        return FaceMatches(
            searched,
            tuple(FaceMatch(one.face, scale.rekognition(one.similarity)) for one in matches),
            described.model,
        )


def _recorded(match: FaceMatch) -> dict[str, object]:
    """Return what the audit keeps of a match: ids, and the similarity on the engine's scale."""
    return {
        "external_image_id": match.face.external_image_id,
        "face_id": match.face.face_id,
        "similarity": match.similarity,
    }
