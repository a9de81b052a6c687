"""What the tests of the whole service share: portraits and the measuring data, where they are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.portraits import sample_portraits
from tests.kept import PORTRAITS
from tests.live import ROOT


@pytest.fixture(scope="session")
def portraits() -> Mapping[str, Path]:
    """The sample portraits by id, fetched once and kept.

    DEMO-PROBE shows the person of DEMO-0001.
    """
    found = sample_portraits(PORTRAITS, print)
    return {one.external_image_id: one.path for one in found}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The measuring data beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the measuring data are not beside the checkout ({folder})")
    return folder
