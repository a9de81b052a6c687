"""The real networks and real portraits, fetched once and kept."""

from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import ModelFiles, install_models
from adapters.portraits import Portrait, sample_portraits
from tests.kept import MODELS, PORTRAITS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def model_files() -> ModelFiles:
    return install_models(MODELS, print)


@pytest.fixture(scope="session")
def encoder(model_files: ModelFiles) -> Encoder:
    return Encoder(model_files)


@pytest.fixture(scope="session")
def portraits() -> dict[str, Portrait]:
    return {one.external_image_id: one for one in sample_portraits(PORTRAITS, print)}


@pytest.fixture(scope="session")
def portrait(portraits: dict[str, Portrait]) -> bytes:
    """One upright booking portrait, 720 by about 900 pixels, marked DEMO at its foot."""
    return portraits["DEMO-0001"].path.read_bytes()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the measuring data are not beside the checkout ({folder})")
    return folder
