"""The real networks and real portraits, fetched once and kept in the ignored build folder."""

from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import ModelFiles, install_models
from adapters.portraits import Portrait, sample_portraits

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"


@pytest.fixture(scope="session")
def model_files() -> ModelFiles:
    return install_models(BUILD / "models", print)


@pytest.fixture(scope="session")
def encoder(model_files: ModelFiles) -> Encoder:
    return Encoder(model_files)


@pytest.fixture(scope="session")
def portraits() -> dict[str, Portrait]:
    BUILD.mkdir(exist_ok=True)
    return {one.external_image_id: one for one in sample_portraits(BUILD / "portraits", print)}


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
