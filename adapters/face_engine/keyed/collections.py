"""Any FaceCollections; deleting one destroys the keys of all its templates."""

from typing_extensions import override

from adapters.face_engine.keyed.engine import KeyedFaceEngine
from app.ports.data_keys import DataKeys, face_key_name
from app.ports.face_collections import FaceCollections, FaceUsers
from app.ports.face_engine import FaceEngine


class KeyedFaceCollections(FaceCollections):
    """Wraps collections; also where the engine keeps no template, for another one may have."""

    def __init__(self, collections: FaceCollections, keys: DataKeys) -> None:
        self._collections = collections
        self._keys = keys

    @override
    async def create(self, collection_id: str) -> str:
        return await self._collections.create(collection_id)

    @override
    async def delete(self, collection_id: str) -> None:
        await self._collections.delete(collection_id)
        start = face_key_name(collection_id, "")
        page = await self._keys.names(start, None)
        await self._keys.destroy(page.items)
        while page.next is not None:
            page = await self._keys.names(start, page.next)
            await self._keys.destroy(page.items)

    @override
    async def engine(self, collection_id: str) -> FaceEngine:
        engine = await self._collections.engine(collection_id)
        return KeyedFaceEngine(engine, self._keys, collection_id)

    @override
    async def users(self, collection_id: str) -> FaceUsers:
        return await self._collections.users(collection_id)
