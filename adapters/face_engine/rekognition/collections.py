"""The face collections of one AWS account and region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from adapters.face_engine.rekognition.collection import FaceCollection
from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.errors import translated
from adapters.face_engine.rekognition.users import RekognitionFaceUsers
from app.ports.face_collections import ListedCollections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_aiobotocore_rekognition.type_defs import ListCollectionsRequestTypeDef

    from adapters.face_engine.rekognition.service import Rekognition


class RekognitionCollections(ListedCollections):
    """Opens engines that share the client."""

    def __init__(self, service: Rekognition) -> None:
        self._service = service
        self._engines: dict[str, RekognitionFaceEngine] = {}

    @override
    async def create(self, collection_id: str) -> str:
        collection = FaceCollection(self._service, collection_id)
        await collection.create_if_missing()
        return (await collection.facts()).model

    @override
    async def delete(self, collection_id: str) -> None:
        self._engines.pop(collection_id, None)
        await FaceCollection(self._service, collection_id).delete()

    @override
    async def engine(self, collection_id: str) -> RekognitionFaceEngine:
        if collection_id not in self._engines:
            self._engines[collection_id] = RekognitionFaceEngine(self._service, collection_id)
        return self._engines[collection_id]

    @override
    async def names(self, prefix: str) -> Sequence[str]:
        names = list[str]()
        after = ""
        while True:
            page, after = await self._names(after)
            names += (name for name in page if name.startswith(prefix))
            if not after:
                return names

    async def _names(self, after: str) -> tuple[Sequence[str], str]:
        """Return a page of all names, and where the next begins; nothing where there is none."""
        client = self._service.client
        request: ListCollectionsRequestTypeDef = {"NextToken": after} if after else {}
        with translated("ListCollections", "*"):
            page = await self._service.made(
                "ListCollections", lambda: client.list_collections(**request)
            )
            return page["CollectionIds"], page.get("NextToken") or ""

    @override
    async def users(self, collection_id: str) -> RekognitionFaceUsers:
        return RekognitionFaceUsers(self._service, collection_id)
