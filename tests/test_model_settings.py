"""Which model settings name, and what it runs on."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.face_engine.local import pinning
from adapters.face_engine.local.description import description
from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import (
    REGISTRY,
    Published,
    install_models,
    installed_models,
    registry,
)
from adapters.face_engine.local.models.publisher import hash_of
from adapters.face_engine.local.reading import EncoderFacts, Runtime
from app.domain.errors import EngineMisconfiguredError
from app.settings import LocalEngineSettings, Settings, SettingsError
from app.wiring.engine import networks_of
from app.wiring.model_licences import tell_licences
from app.wiring.model_to_use import model_to_use
from app.wiring.models import install_by_name, install_what_is_named, listed_models
from tests.face_engine_local.site_networks import network
from tests.kept import MODELS


def read(monkeypatch: pytest.MonkeyPatch, **settings: str) -> tuple[Settings, LocalEngineSettings]:
    for name, value in settings.items():
        monkeypatch.setenv(f"CANDID_{name}", value)
    read = Settings.read()
    assert isinstance(read.engine, LocalEngineSettings)
    return read, read.engine


def test_nothing_set_is_the_network_that_comes_with_candid(monkeypatch: pytest.MonkeyPatch) -> None:
    (only,) = networks_of(*read(monkeypatch))

    assert (only.site, only.runtime) == (None, Runtime("CPU", 1))


def test_a_name_fills_in_the_file_and_how_it_is_fed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = read(monkeypatch, ENGINE__MODEL="sface", ENGINE__MODELS_DIR=str(tmp_path))

    (only,) = networks_of(*settings)

    assert only.site is not None
    assert (only.site.path, only.site.name) == (tmp_path / "sface.onnx", "sface")
    assert (only.site.mean, only.site.scale, only.site.channels) == (0, 1, "RGB")
    assert only.site.sha256


def test_the_next_model_may_be_the_same_on_another_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = read(
        monkeypatch,
        ENGINE__NEXT__MODEL="dlib-resnet-v1",
        ENGINE__NEXT__PROVIDER="OPENVINO",
        ENCODER__THREADS="2",
    )

    served, following = networks_of(*settings)

    assert (served.site, following.site) == (None, None)
    assert (served.runtime, following.runtime) == (Runtime("CPU", 2), Runtime("OPENVINO", 2))


@pytest.mark.parametrize("name", ["nonsense", "blazeface-short-range", "facenet"])
def test_a_name_that_is_no_recognition_model_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings = read(monkeypatch, ENGINE__MODEL=name)

    with pytest.raises(SettingsError, match=f"CANDID_ENGINE__MODEL: {name}"):
        networks_of(*settings)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"ENGINE__MODEL": "sface", "ENGINE__MODEL_PATH": "a.onnx", "ENGINE__MODEL_NAME": "a"},
            "either model, or model_path",
        ),
        ({"ENGINE__MODEL": "sface", "ENGINE__MODEL_MEAN": "0"}, "belong to model_path"),
        (
            {"ENGINE__NEXT__MODEL": "sface", "ENGINE__NEXT__BUILT_IN": "true"},
            "either model, or model_path and model_name, or built_in",
        ),
        ({"ENGINE__NEXT__PROVIDER": "CUDA"}, "either model, or model_path"),
        ({"ENGINE__PROVIDER": "TPU"}, "'CPU', 'OPENVINO' or 'CUDA'"),
        ({"ENCODER__THREADS": "0"}, "CANDID_ENCODER__THREADS"),
    ],
)
def test_settings_that_contradict_each_other_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        read(monkeypatch, **settings)


def test_a_list_says_what_is_served_and_what_comes_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = network(tmp_path / "own.onnx")
    settings, _ = read(
        monkeypatch,
        ENGINE__MODEL_PATH=str(own),
        ENGINE__MODEL_NAME="county-net",
        ENGINE__NEXT__MODEL="sface",
        ENGINE__MODELS_DIR=str(tmp_path),
    )

    listed = listed_models(settings)

    uses = {one.model.name: one.use for one in listed.known}
    assert (uses["dlib-resnet-v1"], uses["sface"]) == ("none", "next")
    assert uses["blazeface-full-range"] == "served"
    assert listed.own == [f"county-net ({own}), in use"]
    assert not any(one.installed for one in listed.known)


def test_a_model_that_is_not_here_or_is_served_already_is_not_gone_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, _ = read(monkeypatch, ENGINE__MODELS_DIR=str(tmp_path))

    with pytest.raises(EngineMisconfiguredError, match="candid models install sface"):
        model_to_use(settings, "sface")
    with pytest.raises(EngineMisconfiguredError, match="name already"):
        model_to_use(settings, "dlib-resnet-v1")


def test_a_change_names_all_that_the_name_of_the_model_is_made_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = {
        "ENGINE__MODEL_PATH": str(network(tmp_path / "own.onnx")),
        "ENGINE__MODEL_NAME": "county-net",
        "ENGINE__MODEL_CALIBRATION": "/etc/candid/scale.json",
        "ENGINE__PROVIDER": "CUDA",
    }
    settings, _ = read(monkeypatch, ENGINE__MODELS_DIR=str(installed()), **own)

    change = model_to_use(settings, "dlib-resnet-v1")

    assert change.settings == {"MODEL": "dlib-resnet-v1", "PROVIDER": "CUDA"}
    assert change.others == ["MODEL_PATH", "MODEL_NAME", "MODEL_CALIBRATION"]
    for name in own:
        monkeypatch.delenv(f"CANDID_{name}")
    moved = {f"ENGINE__{name}": value for name, value in change.settings.items()}
    following = {f"ENGINE__NEXT__{name}": value for name, value in change.settings.items()}
    (after,) = networks_of(*read(monkeypatch, **moved))
    monkeypatch.delenv("CANDID_ENGINE__PROVIDER")
    monkeypatch.setenv("CANDID_ENGINE__MODEL", "sface")
    _, meanwhile = networks_of(*read(monkeypatch, **following))
    assert after == meanwhile


def test_a_change_that_is_under_way_is_told_as_it_was_begun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, _ = read(
        monkeypatch,
        ENGINE__MODELS_DIR=str(installed()),
        ENGINE__MODEL="sface",
        ENGINE__PROVIDER="CUDA",
        ENGINE__NEXT__MODEL="dlib-resnet-v1",
        ENGINE__NEXT__MODEL_CALIBRATION=str(tmp_path / "scale.json"),
    )

    change = model_to_use(settings, "dlib-resnet-v1")

    assert change.settings == {
        "MODEL": "dlib-resnet-v1",
        "MODEL_CALIBRATION": str(tmp_path / "scale.json"),
    }
    assert change.others == ["PROVIDER"]
    with pytest.raises(EngineMisconfiguredError, match="names another model to change to"):
        model_to_use(settings, "arcface-w600k-r50")


def installed() -> Path:
    install_models(MODELS, print)
    return MODELS


@pytest.fixture
def research(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A network that Candid knows as one that is for research alone."""
    own = network(tmp_path / "own.onnx")
    model = replace(
        REGISTRY["arcface-w600k-r50"],
        sha256=hash_of(own),
        published=Published((), (), own.stat().st_size),
    )
    monkeypatch.setattr(registry, "REGISTRY", {**REGISTRY, model.name: model})
    return own


def test_a_file_of_the_site_that_is_known_keeps_its_name_and_says_what_is_known(
    monkeypatch: pytest.MonkeyPatch, research: Path
) -> None:
    settings = read(monkeypatch, ENGINE__MODEL_PATH=str(research), ENGINE__MODEL_NAME="county-net")

    (only,) = networks_of(*settings)

    assert only.site is not None
    assert (only.site.name, only.site.known) == ("county-net", "arcface-w600k-r50")
    facts = EncoderFacts("county-net+blazeface/1-00000000", 64, site=True, known=only.site.known)
    notes = " ".join(description(facts).notes)
    assert "non-commercial research only" in notes
    assert "it is the file of arcface-w600k-r50" in listed_models(settings[0]).own[0]


def test_a_file_of_the_site_is_read_once(monkeypatch: pytest.MonkeyPatch, research: Path) -> None:
    read_files = list[Path]()

    def noted(file: Path) -> str:
        read_files.append(file)
        return hash_of(file)

    monkeypatch.setattr(pinning, "hash_of", noted)
    monkeypatch.setattr(registry, "hash_of", noted)

    networks_of(
        *read(monkeypatch, ENGINE__MODEL_PATH=str(research), ENGINE__MODEL_NAME="county-net")
    )

    assert read_files == [research]


def test_a_file_of_the_site_with_a_known_name_is_not_one_that_candid_installs(
    monkeypatch: pytest.MonkeyPatch, research: Path
) -> None:
    name = "arcface-w600k-r50"
    settings = read(monkeypatch, ENGINE__MODEL_PATH=str(research), ENGINE__MODEL_NAME=name)
    (only,) = networks_of(*settings)
    network(research, seed=2)

    with pytest.raises(EngineMisconfiguredError, match="put the file back, or restart") as caught:
        Encoder(installed_models(installed()), only.site)

    assert "models install" not in str(caught.value)


def test_a_licence_without_a_word_stops_no_install_of_what_is_there(
    monkeypatch: pytest.MonkeyPatch, research: Path, tmp_path: Path
) -> None:
    directory = Path(shutil.copytree(installed(), tmp_path / "models"))
    file = Path(shutil.copyfile(research, directory / "arcface-w600k-r50.onnx"))
    directory.chmod(0o500)
    settings, _ = read(
        monkeypatch, ENGINE__MODEL="arcface-w600k-r50", ENGINE__MODELS_DIR=str(directory)
    )
    said = list[str]()

    install_what_is_named(settings, said.append)

    (warned,) = said
    assert "nobody has said on this machine" in warned
    directory.chmod(0o700)
    file.unlink()
    with pytest.raises(EngineMisconfiguredError, match="--accept-licence"):
        install_what_is_named(settings, said.append)


def test_a_licence_that_allows_less_is_told_at_each_start(
    monkeypatch: pytest.MonkeyPatch, research: Path, tmp_path: Path
) -> None:
    settings, engine = read(
        monkeypatch,
        ENGINE__MODEL_PATH=str(research),
        ENGINE__MODEL_NAME="county-net",
        ENGINE__MODELS_DIR=str(tmp_path / "models"),
    )

    with capture_logs() as before:
        tell_licences(networks_of(settings, engine))
    install_by_name(settings, "arcface-w600k-r50", research, print, accepts_licence=True)
    with capture_logs() as after:
        tell_licences(networks_of(settings, engine))

    (warned,), (still_warned,) = before, after
    assert warned["log_level"] == "warning"
    assert warned["model"] == "arcface-w600k-r50"
    assert "non-commercial research only" in warned["licence"]
    assert "nobody has said" in warned["on_record"]
    assert "by the word of the account" in still_warned["on_record"]
    listed = {one.model.name: one for one in listed_models(settings).known}
    assert listed["sface"].accepted is None


def test_a_licence_that_allows_any_use_is_not_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, ENGINE__NEXT__MODEL="sface")

    with capture_logs() as told:
        tell_licences(networks_of(*settings))

    assert told == []


def test_rekognition_keeps_no_model_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_ENGINE__KIND", "rekognition")
    settings = Settings.read()

    assert {one.use for one in listed_models(settings).known} == {"none"}
    with pytest.raises(EngineMisconfiguredError, match="CANDID_ENGINE__KIND=local"):
        model_to_use(settings, "sface")
    with pytest.raises(EngineMisconfiguredError, match="brings its own model"):
        install_by_name(settings, "sface", None, print, accepts_licence=False)
