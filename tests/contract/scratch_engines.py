"""The scratch engines that the contract suite runs on; a new adapter is one more entry."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.face_engine.local.encoders import opened_encoders, warm_up
from adapters.face_engine.local.models import install_models
from adapters.face_engine.local.reading import Networks
from adapters.face_engine.local.scratch import LocalScratchEngines
from adapters.face_engine.temporary import TemporaryCollections, temporary_name
from adapters.sandbox import Sandbox
from app.ports.face_collections import ListedCollections
from app.ports.scratch_engine import RawScores, ScratchEngines
from tests.contract.collections import COLLECTIONS
from tests.contract.engines import Photos, real_photos
from tests.contract.wire import Wire
from tests.kept import MODELS

SIMILARITIES = RawScores("similarity", 0.0, 100.0, 4096)
COLLECTION = temporary_name(datetime(2026, 11, 30, tzinfo=UTC))


@dataclass(frozen=True)
class TriedScratch:
    """Scratch engines, photos for them, and the collections they are made in, if they are."""

    engines: ScratchEngines
    photos: Photos
    collections: ListedCollections | None


@asynccontextmanager
async def local(_: Wire) -> AsyncIterator[TriedScratch]:
    photos = real_photos()
    install_models(MODELS, print)
    networks = Networks(MODELS)
    async with Sandbox(1, 1500 * 2**20, 20.0, warm_up=[warm_up([networks])]) as sandbox:
        engines = LocalScratchEngines(await opened_encoders(sandbox, networks))
        yield TriedScratch(engines, photos, None)


def temporary(name: str) -> Callable[[Wire], AbstractAsyncContextManager[TriedScratch]]:
    @asynccontextmanager
    async def opened(wire: Wire) -> AsyncIterator[TriedScratch]:
        async with COLLECTIONS[name](wire) as tried:
            assert tried.listed is not None
            engines = TemporaryCollections(tried.listed, COLLECTION, SIMILARITIES, print)
            yield TriedScratch(engines, tried.photos, tried.listed)

    return opened


SCRATCH_ENGINES: dict[str, Callable[[Wire], AbstractAsyncContextManager[TriedScratch]]] = {
    "local": local,
    **{name: temporary(name) for name in ("fake", "rekognition", "rekognition over the wire")},
}
