"""What a process opens: one that only indexes loads no gallery."""

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from structlog.testing import capture_logs

from adapters.face_engine.local import pinning
from adapters.face_engine.local.models import REGISTRY, install_models, registry
from adapters.face_engine.local.models.publisher import hash_of
from app.domain.errors import EngineUnavailableError
from app.settings import EncoderSettings, LocalEngineSettings, Settings
from app.wiring.opened_ports import opened_ports
from tests.face_engine_local.site_networks import network
from tests.kept import MODELS


async def test_without_a_gallery_photos_are_read_and_nothing_is_searched(
    database: str, tmp_path: Path
) -> None:
    install_models(MODELS, print)
    settings = Settings.read(
        data_dir=tmp_path,
        database_url=SecretStr(database),
        engine=LocalEngineSettings(models_dir=MODELS),
        encoder=EncoderSettings(processes=1),
    )
    async with AsyncExitStack() as stack:
        registry = CollectorRegistry()

        ports = await opened_ports(settings, stack, registry, holds_gallery=False)

        await ports.engine.ping()
        with pytest.raises(EngineUnavailableError, match="no gallery"):
            await ports.engine.search_face("a face", people=1, floor=0.0)
        assert await ports.queue.waiting() == 0


@pytest.mark.parametrize("holds_gallery", [True, False])
async def test_a_start_reads_a_file_of_the_site_once_and_tells_its_licence(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, holds_gallery: bool
) -> None:
    """That of a worker too, which makes templates as the service does."""
    install_models(MODELS, print)
    own, read_files = network(tmp_path / "own.onnx"), list[Path]()
    model = replace(REGISTRY["arcface-w600k-r50"], sha256=hash_of(own))
    monkeypatch.setattr(registry, "REGISTRY", {**REGISTRY, model.name: model})

    def noted(file: Path) -> str:
        read_files.append(file)
        return hash_of(file)

    monkeypatch.setattr(pinning, "hash_of", noted)
    settings = Settings.read(
        data_dir=tmp_path,
        database_url=SecretStr(database),
        engine=LocalEngineSettings(models_dir=MODELS, model_path=own, model_name="county-net"),
        encoder=EncoderSettings(processes=1),
    )
    async with AsyncExitStack() as stack:
        with capture_logs() as told:
            ports = await opened_ports(
                settings, stack, CollectorRegistry(), holds_gallery=holds_gallery
            )
        described = await ports.engine.describe()

    assert read_files == [own]
    assert described.model.startswith("county-net+")
    (warned,) = (one for one in told if one["event"] == "model_needs_a_licence_of_your_own")
    assert warned["model"] == "arcface-w600k-r50"
