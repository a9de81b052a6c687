from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.reading import SiteNetwork
from app.domain.errors import EngineMisconfiguredError
from tests.face_engine_local.pictures import likeness
from tests.face_engine_local.site_networks import network


def test_a_sites_own_network_makes_the_templates(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx"), "county-net")

    encoder = Encoder(model_files, site)
    reading = encoder.read(portrait, "enrol")

    assert encoder.model.startswith("county-net+blazeface/1-")
    assert encoder.dimensions == 64
    assert reading.template is not None
    assert len(reading.template) == 128


def test_a_network_for_one_face_at_a_time_gives_the_same(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    sites = [SiteNetwork(network(tmp_path / f"{n}.onnx", n), "county-net") for n in ("N", 1)]

    one, other = (Encoder(model_files, site).read(portrait, "enrol").template for site in sites)

    assert likeness(one, other) == pytest.approx(1, abs=0.002)


def test_channel_order_and_scale_are_the_sites(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    path = network(tmp_path / "own.onnx")

    encoders = [
        Encoder(model_files, SiteNetwork(path, "county-net")),
        Encoder(model_files, SiteNetwork(path, "county-net", channels="BGR")),
        Encoder(model_files, SiteNetwork(path, "county-net", mean=0, scale=1)),
    ]
    templates = {encoder.read(portrait, "enrol").template for encoder in encoders}

    assert len(templates) == 3
    assert len({encoder.model for encoder in encoders}) == 3


def test_a_network_of_another_size_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx", side=160), "county-net")

    with pytest.raises(EngineMisconfiguredError, match=r"not \[N, 3, 112, 112\]"):
        Encoder(model_files, site)


def test_a_file_that_is_no_network_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(b"no network")

    with pytest.raises(EngineMisconfiguredError, match="cannot be loaded"):
        Encoder(model_files, SiteNetwork(tmp_path / "own.onnx", "county-net"))


def test_a_missing_file_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    with pytest.raises(EngineMisconfiguredError, match="cannot be loaded"):
        Encoder(model_files, SiteNetwork(tmp_path / "none.onnx", "county-net"))
