"""Models by name: what is offered, and how its file comes here."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest

from adapters.face_engine.local.description import description
from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import (
    BUILT_IN,
    NOT_OFFERED,
    REGISTRY,
    Intake,
    Kind,
    KnownModel,
    ModelFiles,
    Provenance,
    Published,
    Rights,
    install_known,
    is_installed,
    known,
    known_file,
    known_recognition,
    network_of,
    registry,
)
from adapters.face_engine.local.reading import EncoderFacts
from app.domain.errors import EngineMisconfiguredError
from tests.face_engine_local.publishers import Publisher, publishing
from tests.face_engine_local.site_networks import network

ROOT = Path(__file__).parents[2]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return network(tmp_path / "made.onnx")


@pytest.fixture
def publisher(made: Path) -> Iterator[Publisher]:
    with publishing(Publisher(made.read_bytes())) as opened:
        yield opened


@pytest.fixture
def model(made: Path, publisher: Publisher) -> KnownModel:
    """A model as those of the registry are, whose publisher is on this machine."""
    content = made.read_bytes()
    return KnownModel(
        name="made-net",
        kind=Kind.RECOGNITION,
        provenance=Provenance("A net", "these tests", "CC0-1.0", "nothing", "it knows nobody"),
        rights=Rights.ANY_USE,
        licence_stated_at="here",
        intake=Intake(112, "arcface"),
        sha256=sha256(content).hexdigest(),
        published=Published((publisher.url,), ("127.0.0.1",), len(content)),
        dimensions=64,
    )


def install(directory: Path, model: KnownModel, source: Path | None = None) -> Path:
    return install_known(directory, model, source, print, accepts_licence=False)


def test_what_is_offered_says_whose_it_is() -> None:
    for model in REGISTRY.values():
        told = model.provenance
        assert all((told.title, told.author, told.licence, told.trained_on, told.limits))
        assert len(model.sha256) == 64
        assert model.published is None or model.published.size > 0
        for address in model.published.addresses if model.published else ():
            assert address.startswith("https://")


def test_a_model_without_a_stated_licence_cannot_be_offered(model: KnownModel) -> None:
    with pytest.raises(ValueError, match="no licence is stated"):
        replace(model, provenance=replace(model.provenance, licence=" "))
    with pytest.raises(ValueError, match="no licence is stated"):
        replace(model, licence_stated_at="")


def test_what_is_not_offered_is_refused_with_the_reason() -> None:
    assert not set(NOT_OFFERED) & set(REGISTRY)
    with pytest.raises(EngineMisconfiguredError, match="facenet is not offered: for the recogn"):
        known("facenet")
    with pytest.raises(EngineMisconfiguredError, match="YuNet is not offered: it finds faces"):
        known("YuNet")


def test_what_was_measured_of_a_model_is_on_a_page() -> None:
    for model in REGISTRY.values():
        if model.report is None:
            assert any("not measured by Candid's makers" in one for one in model.warnings)
            continue
        page = (ROOT / model.report).read_text()
        assert "dlib-resnet-v1+blazeface/" in page
        assert model.name.partition("-")[0] in page


def test_an_unknown_name_names_those_that_are() -> None:
    with pytest.raises(EngineMisconfiguredError, match=r"no model that Candid knows.*sface"):
        known("nonsense")


def test_a_detector_tells_nobody_apart() -> None:
    with pytest.raises(EngineMisconfiguredError, match="does not tell them apart"):
        known_recognition("blazeface-short-range")


def test_sface_is_fed_as_its_publisher_feeds_it(tmp_path: Path) -> None:
    site = network_of(known_recognition("sface"), tmp_path)

    assert site is not None
    assert (site.path, site.mean, site.scale, site.channels) == (
        tmp_path / "sface.onnx",
        0,
        1,
        "RGB",
    )
    assert network_of(known_recognition(BUILT_IN), tmp_path) is None


def test_a_model_is_fetched_once(model: KnownModel, publisher: Publisher, tmp_path: Path) -> None:
    directory = tmp_path / "models"

    files = {install(directory, model), install(directory, model)}

    assert files == {directory / "made-net.onnx"}
    assert is_installed(directory, model)
    assert publisher.asked == [""]


def test_a_damaged_file_is_fetched_again(
    model: KnownModel, publisher: Publisher, tmp_path: Path
) -> None:
    install(tmp_path, model).write_bytes(b"damaged")

    install(tmp_path, model)

    assert is_installed(tmp_path, model)
    assert publisher.asked == ["", ""]


def test_a_machine_without_internet_takes_it_from_a_file_or_a_directory(
    model: KnownModel, made: Path, tmp_path: Path
) -> None:
    apart = replace(model, published=None)
    stick = tmp_path / "stick"
    stick.mkdir()
    shutil.copy(made, stick / "made-net.onnx")

    install(tmp_path / "a", apart, made)
    install(tmp_path / "b", apart, stick)

    assert is_installed(tmp_path / "a", apart)
    assert is_installed(tmp_path / "b", apart)


def test_another_file_is_not_taken(model: KnownModel, tmp_path: Path) -> None:
    other = network(tmp_path / "other.onnx", seed=2)

    with pytest.raises(EngineMisconfiguredError, match="not the file of made-net"):
        install(tmp_path, model, other)
    with pytest.raises(EngineMisconfiguredError, match=r"made-net\.onnx cannot be used"):
        install(tmp_path / "models", model, tmp_path)

    assert not is_installed(tmp_path, model)


def test_a_file_is_read_once_and_what_was_read_is_what_is_there(
    model: KnownModel, made: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "once")  # whoever reads it twice waits for ever
    directory = tmp_path / "models"
    for content in (b"damaged on the way", made.read_bytes()):
        writing = Thread(target=(tmp_path / "once").write_bytes, args=(content,))
        writing.start()
        with suppress(EngineMisconfiguredError):
            install(directory, model, tmp_path / "once")
        writing.join()
        assert is_installed(directory, model) == (content == made.read_bytes())

    assert {one.name for one in directory.iterdir()} <= {"made-net.onnx", "install.lock"}


def test_a_directory_that_cannot_be_used_is_named(model: KnownModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(EngineMisconfiguredError, match="file/models cannot be used"):
        install(tmp_path / "file" / "models", model)
    with pytest.raises(EngineMisconfiguredError, match="file/models cannot be used"):
        install(tmp_path / "file" / "models", replace(model, published=None))


def test_what_has_no_address_has_to_be_brought(model: KnownModel, tmp_path: Path) -> None:
    brought = replace(model, published=Published((), (), 1))

    with pytest.raises(EngineMisconfiguredError, match=r"bring the file.*--from"):
        install(tmp_path, brought)


def test_a_named_model_is_never_another_file(
    model_files: ModelFiles, model: KnownModel, tmp_path: Path
) -> None:
    site = network_of(model, tmp_path)
    assert site is not None
    with pytest.raises(EngineMisconfiguredError, match="cannot be loaded"):
        Encoder(model_files, site)
    network(site.path, seed=2)
    with pytest.raises(EngineMisconfiguredError, match=r"another file.*models install"):
        Encoder(model_files, site)

    site.path.unlink()
    install(tmp_path, model)

    assert Encoder(model_files, site).model.startswith("made-net+blazeface/1-")


def test_the_engine_says_what_a_named_model_is() -> None:
    named = description(EncoderFacts("sface+blazeface/1-00000000", 128, site=True, known="sface"))
    own = description(EncoderFacts("sface+blazeface/1-00000000", 128, site=True))

    assert any("not stated (asked in opencv_zoo issues" in note for note in named.notes)
    assert named.score_scale.startswith("uncalibrated-cosine:sface")
    assert any("the site's to know" in note for note in own.notes)
    for notes in (named.notes, own.notes):
        assert any("leads for human review; none is a probability" in note for note in notes)
        assert len([note for note in notes if note.startswith("BlazeFace")]) == 2
        assert all("Apache-2.0" in note for note in notes if note.startswith("BlazeFace"))


def test_a_file_is_known_wherever_it_lies(
    model: KnownModel, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "REGISTRY", {**REGISTRY, model.name: model})
    same_size = tmp_path / "other.onnx"
    same_size.write_bytes(bytes(len(made.read_bytes())))

    assert known_file(made) is model
    assert known_file(same_size) is None
    assert known_file(tmp_path / "none.onnx") is None
    assert known_file(tmp_path) is None
