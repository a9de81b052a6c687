"""What a process opens: one that only indexes loads no gallery."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from adapters.face_engine.local.models import install_models
from app.domain.errors import EngineUnavailableError
from app.settings import EncoderSettings, LocalEngineSettings, Settings
from app.wiring.opened_ports import opened_ports
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
