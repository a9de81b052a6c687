"""Collections for the suites of what every engine promises of them."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from tests.contract.collections import COLLECTIONS, Place, TriedCollections
from tests.contract.wire import Wire, wire_at


@pytest.fixture(scope="session")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """Give one service to all who need it."""
    with wire_at(tmp_path_factory.mktemp("wire")) as wire:
        yield wire


@pytest.fixture(scope="module", params=COLLECTIONS)
async def tried_collections(
    request: pytest.FixtureRequest, wire: Wire
) -> AsyncIterator[TriedCollections]:
    async with COLLECTIONS[request.param](wire) as tried:
        yield tried


@pytest.fixture
async def place(tried_collections: TriedCollections) -> AsyncIterator[Place]:
    """Give a collection of its own to a test, gone afterwards."""
    name = f"jail-{uuid4().hex[:8]}"
    await tried_collections.collections.create(name)
    yield Place(tried_collections, name)
    await tried_collections.collections.delete(name)
    tried_collections.records.drop(name)
