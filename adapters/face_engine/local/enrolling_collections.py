"""The local collections as a process sees them that only indexes: no gallery is loaded."""

from collections.abc import Callable, Mapping, Sequence

from typing_extensions import override

from adapters.face_engine.local.changing import ChangingFaceEngine
from adapters.face_engine.local.description import description
from adapters.face_engine.local.encoders import Encoders, encoders_by_model
from adapters.face_engine.local.enroller import NO_GALLERY, LocalEnroller
from adapters.face_engine.local.reading import Networks
from adapters.face_engine.local.serving import ServingOnRecord
from adapters.sandbox.pool import Sandbox
from app.domain.errors import EngineUnavailableError
from app.ports.face_collections import FaceCollections, FaceUsers
from app.ports.face_engine import EngineDescription, FaceEngine
from app.ports.gallery_feed import GalleryFeed

OfGallery = Callable[[str], GalleryFeed]


class EnrollingCollections(FaceCollections):
    """The same readers serve every collection, since they keep nothing of any."""

    def __init__(self, encoders: Mapping[str, Encoders], of_gallery: OfGallery) -> None:
        """Take what reads photos by model: that of the settings, and the next one if there is."""
        self._encoders = encoders
        self._engines = {model: LocalEnroller(each) for model, each in encoders.items()}
        self._of_gallery = of_gallery

    @override
    async def create(self, collection_id: str) -> str:
        """Nothing is made: the records know. The newest model outlives a change to it."""
        return list(self._engines)[-1]

    @override
    async def delete(self, collection_id: str) -> None:
        """Nothing is held."""

    @override
    async def engine(self, collection_id: str) -> FaceEngine:
        serving = ServingOnRecord(self._of_gallery(collection_id), self._engines)
        return ChangingFaceEngine(self._engines, serving)

    @override
    async def users(self, collection_id: str) -> FaceUsers:
        """Raise EngineUnavailableError: users are compared in a gallery."""
        raise EngineUnavailableError(NO_GALLERY)

    def next_engine(self) -> FaceEngine | None:
        """Return the engine of the next model, whichever is served."""
        engines = list(self._engines.values())
        return engines[-1] if len(engines) > 1 else None

    def descriptions(self) -> Sequence[EngineDescription]:
        """Describe the model of the settings, and the next one if there is."""
        return [description(encoders.facts) for encoders in self._encoders.values()]


async def open_enrolling_collections(
    sandbox: Sandbox, networks: Sequence[Networks], of_gallery: OfGallery
) -> EnrollingCollections:
    """Index with the networks that the sandbox runs.

    `networks` are those of the settings, and the next ones if there are. Warm the sandbox up with
    `warm_up(networks)`, so that each process is ready with them.
    """
    return EnrollingCollections(await encoders_by_model(sandbox, networks), of_gallery)
