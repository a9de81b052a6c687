"""Every process runs the networks that the service started with, whenever it starts."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.face_engine.local.encoders import opened_encoders, warm_up
from adapters.face_engine.local.finder import FaceFinder
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.pinning import pinned, shipped_weights
from adapters.face_engine.local.process import load_all
from adapters.face_engine.local.reading import Networks, SiteNetwork
from adapters.sandbox import Sandbox
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError
from app.settings import Settings
from app.wiring.engine import readers_of
from tests.face_engine_local.site_networks import network
from tests.kept import MODELS


async def test_a_process_that_replaces_another_refuses_a_file_that_was_overwritten(
    model_files: ModelFiles,
    portrait: bytes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del model_files
    site = pinned(SiteNetwork(network(tmp_path / "county.onnx"), "county-net"))
    networks = Networks(MODELS, site)
    async with Sandbox(1, 1500 * 2**20, 20.0, warm_up=[warm_up([networks])]) as sandbox:
        encoders = await opened_encoders(sandbox, networks)
        network(tmp_path / "county.onnx", seed=2)  # of the same dimensions
        assert (await encoders.read(portrait, "search")).templates

        [pid] = sandbox.pids
        os.kill(pid, signal.SIGKILL)
        await _until(lambda: not sandbox.pids)
        with pytest.raises(EngineUnavailableError):
            await encoders.read(portrait, "search")

        network(tmp_path / "county.onnx")  # put back
        await _until(lambda: bool(sandbox.pids))
        assert (await encoders.read(portrait, "search")).templates

    assert "another file than it was when the service started" in capsys.readouterr().out


async def _until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not so():  # noqa: ASYNC110 - a process tells nobody that it is ready
            await asyncio.sleep(0.05)


async def test_the_service_pins_a_file_of_its_own_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CANDID_ENGINE__MODEL_PATH", str(tmp_path / "none.onnx"))
    monkeypatch.setenv("CANDID_ENGINE__MODEL_NAME", "county-net")

    with pytest.raises(
        EngineMisconfiguredError, match=r"none\.onnx cannot be loaded: No such file"
    ):
        await readers_of(Settings.read())


def test_what_is_pinned_stays_so(tmp_path: Path) -> None:
    first = pinned(SiteNetwork(network(tmp_path / "own.onnx"), "county-net"))
    network(tmp_path / "own.onnx", seed=2)

    assert pinned(first) == first
    assert pinned(SiteNetwork(tmp_path / "own.onnx", "county-net")) != first


def test_a_process_of_another_candid_refuses_the_service() -> None:
    others = {**shipped_weights(), "blazeface-full-range": "0" * 64}

    with pytest.raises(EngineMisconfiguredError, match="restart the service"):
        load_all({"encoders": [], "weights": others}, b"")
    with pytest.raises(EngineMisconfiguredError, match="restart the service"):
        load_all({"encoders": []}, b"")  # as a service asks that is older than these hashes

    assert load_all({"encoders": [], "weights": dict(shipped_weights())}, b"") == ({}, b"")


def test_a_detector_is_loaded_from_the_bytes_that_were_checked(
    model_files: ModelFiles, tmp_path: Path
) -> None:
    other = tmp_path / "blazeface-full-range.onnx"
    other.write_bytes(model_files.short_range.read_bytes())
    files = ModelFiles(model_files.short_range, other, model_files.recognition)

    with pytest.raises(
        EngineMisconfiguredError, match=r"blazeface-full-range are missing or damaged"
    ):
        FaceFinder(files)
