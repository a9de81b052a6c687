"""What the tests of `candid import` share."""

from collections.abc import Iterator

import pytest

from tests.served_imports import ServedImports, served_imports


@pytest.fixture
def served() -> Iterator[ServedImports]:
    """Serve imports in memory."""
    with served_imports() as served:
        yield served
