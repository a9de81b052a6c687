"""Collections for the suites of what every engine promises of them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.contract.collections import COLLECTIONS, Place, TriedCollections


@pytest.fixture(scope="module", params=COLLECTIONS)
async def tried_collections(request: pytest.FixtureRequest) -> AsyncIterator[TriedCollections]:
    async with COLLECTIONS[request.param]() as tried:
        yield tried


@pytest.fixture
async def place(tried_collections: TriedCollections) -> AsyncIterator[Place]:
    """Give a collection of its own to a test, gone afterwards."""
    name = f"jail-{uuid4().hex[:8]}"
    await tried_collections.collections.create(name)
    yield Place(tried_collections, name)
    await tried_collections.collections.delete(name)
    tried_collections.records.drop(name)
