"""What `candid models check` takes, and what it says to do next."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.face_engine.local.models import REGISTRY, install_models, registry
from adapters.face_engine.local.models.publisher import hash_of
from adapters.portraits import Portrait, PortraitsUnavailableError, Role
from app.domain.errors import EngineMisconfiguredError
from app.domain.score_scale import ScaleData, ScalePoint, fitted
from app.settings import Settings
from app.wiring.model_to_try import Pixels
from app.wiring.model_trial import TriedModel, different, few, try_model
from app.wiring.score_scale import written_scale
from tests.face_engine_local.site_networks import network
from tests.kept import MODELS


async def tried(name_or_file: str | None, tell: Callable[[str], None] = print) -> TriedModel:
    install_models(MODELS, print)
    pixels = Pixels("RGB", 127.5, 1 / 127.5)
    return await try_model(Settings.read(), name_or_file, pixels, None, tell)


@pytest.fixture
def known_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], None]:
    """Makes the registry know a file under one of its names, as if its publisher had sent it."""

    def known_as(name: str, file: Path) -> None:
        model = replace(REGISTRY[name], sha256=hash_of(file))
        monkeypatch.setattr(registry, "REGISTRY", {**REGISTRY, name: model})
        monkeypatch.setattr("app.wiring.model_trial.cores", lambda: 1)

    return known_as


@pytest.mark.parametrize("given", ["county", "/opt/models/county.onnx", "sfaec"])
async def test_what_is_neither_a_file_nor_a_name_is_told_as_that(given: str) -> None:
    with pytest.raises(EngineMisconfiguredError, match=f"no file {given}, and no model .* sface"):
        await tried(given)


async def test_a_name_that_is_not_offered_has_its_reason() -> None:
    with pytest.raises(EngineMisconfiguredError, match="facenet is not offered"):
        await tried("facenet")


async def test_a_known_model_that_is_not_here_is_installed_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CANDID_ENGINE__MODELS_DIR", str(tmp_path))

    with pytest.raises(EngineMisconfiguredError, match="run `candid models install sface`"):
        await tried("sface")


async def test_a_missing_file_of_the_settings_is_none_that_candid_could_fetch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CANDID_ENGINE__MODEL_PATH", str(tmp_path / "county.onnx"))
    monkeypatch.setenv("CANDID_ENGINE__MODEL_NAME", "county")

    with pytest.raises(EngineMisconfiguredError, match="MODEL_PATH names") as caught:
        await tried(None)

    assert "models install" not in str(caught.value)


async def test_another_file_under_a_known_name_is_refused_as_the_service_refuses_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install_models(MODELS, print)
    directory = Path(shutil.copytree(MODELS, tmp_path / "models"))
    network(directory / "sface.onnx")
    monkeypatch.setenv("CANDID_ENGINE__MODELS_DIR", str(directory))

    with pytest.raises(EngineMisconfiguredError, match=r"another file.*install sface"):
        await tried("sface")

    monkeypatch.setenv("CANDID_ENGINE__MODEL", "sface")
    with pytest.raises(EngineMisconfiguredError, match=r"another file.*install sface"):
        await tried(None)


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("sface", ""),
        ("arcface-w600k-r50", "   (with --accept-licence, if your agency holds one)"),
    ],
)
async def test_a_known_file_that_lies_elsewhere_is_installed_first(
    known_as: Callable[[str, Path], None], tmp_path: Path, name: str, also: str
) -> None:
    """Its name alone in the settings would name a file that is not there."""
    own = network(tmp_path / "from a stick.onnx")
    known_as(name, own)

    done = await tried(str(own))

    assert done.first == f"candid models install {name} --from '{own}'{also}"
    assert done.settings == [f"MODEL={name}"]


async def test_the_model_in_use_is_fed_as_the_settings_say_whatever_is_known_of_it(
    known_as: Callable[[str, Path], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A service goes by the settings: what is checked here is what starts there."""
    own, said = network(tmp_path / "own.onnx"), list[str]()
    known_as("sface", own)
    monkeypatch.setenv("CANDID_ENGINE__MODEL_PATH", str(own))
    monkeypatch.setenv("CANDID_ENGINE__MODEL_NAME", "county-net")

    done = await tried(None, said.append)

    assert done.trial.model.startswith("county-net+")
    assert done.settings == [f"MODEL_PATH={own}", "MODEL_NAME=county-net"]
    assert done.first is None
    (warned,) = (line for line in said if "The service goes by the settings" in line)
    assert "call it county-net and feed it RGB as (value - 127.5)" in warned
    assert "not RGB as (value - 0.0) * 1.0" in warned


async def test_known_settings_of_a_known_file_are_not_warned_of(
    known_as: Callable[[str, Path], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own, said = network(tmp_path / "own.onnx"), list[str]()
    known_as("sface", own)
    for name, value in {"PATH": str(own), "NAME": "sface", "MEAN": "0", "SCALE": "1"}.items():
        monkeypatch.setenv(f"CANDID_ENGINE__MODEL_{name}", value)

    await tried(None, said.append)

    assert not any("goes by the settings" in line for line in said)


async def test_the_scale_of_another_model_is_refused_as_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = scale_of("county-net/1", tmp_path)
    monkeypatch.setenv("CANDID_ENGINE__MODEL_CALIBRATION", str(file))

    with pytest.raises(EngineMisconfiguredError, match="a scale of the model county-net/1"):
        await tried(None)


async def test_the_scale_of_the_model_in_use_is_one_of_its_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.wiring.model_trial.cores", lambda: 1)
    file = scale_of((await tried(None)).trial.model, tmp_path)
    monkeypatch.setenv("CANDID_ENGINE__MODEL_CALIBRATION", str(file))

    done = await tried(None)

    assert done.settings == ["MODEL=dlib-resnet-v1", f"MODEL_CALIBRATION={file}"]


async def test_on_a_large_machine_a_few_cores_are_measured_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.wiring.model_trial.cores", lambda: 64)
    monkeypatch.setattr("app.wiring.model_trial._MOST_CORES", 2)
    said = list[str]()

    done = await tried(str(network(tmp_path / "own.onnx")), said.append)

    assert set(done.trial.faces_a_second) == {(1, 1), (2, 1), (1, 2)}
    assert any("2 processes at most; there are 64 cores" in line for line in said)


async def test_every_core_is_measured_whatever_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CANDID_ENCODER__PROCESSES", "1")
    monkeypatch.setattr("app.wiring.model_trial.cores", lambda: 2)

    done = await tried(str(network(tmp_path / "own.onnx")))

    assert set(done.trial.faces_a_second) == {(1, 1), (2, 1), (1, 2)}
    assert done.first is None


def test_a_photo_that_is_given_twice_is_read_once(tmp_path: Path) -> None:
    photos = [replace(portrait("A", n), path=tmp_path / f"{n}.jpg") for n in range(3)]
    for one, content in zip(photos, (b"one", b"one", b"other"), strict=True):
        one.path.write_bytes(content)

    assert list(different(photos)) == [("A", b"one"), ("A", b"other")]


def test_a_photo_that_cannot_be_opened_is_named() -> None:
    with pytest.raises(PortraitsUnavailableError, match=r"A-0\.jpg cannot be read: No such file"):
        list(different([portrait("A", 0)]))


def test_of_many_people_a_few_photos_are_read_of_some() -> None:
    pairs = [portrait(f"pair-{n:03}", of) for n in range(60) for of in range(5)]
    alone = [portrait(f"alone-{n:03}", 0) for n in range(500)]

    photos = Counter(one.person for one in few([*alone, *pairs]))

    assert len(photos) == 100
    assert {count for name, count in photos.items() if name.startswith("pair")} == {3}
    assert sum(name.startswith("pair") for name in photos) == 60
    assert any(name > "alone-480" for name in photos if name.startswith("alone"))


def test_of_few_people_every_one_is_read() -> None:
    every = [portrait("A", 0), portrait("A", 1), portrait("B", 0)]

    assert sorted(few(every), key=lambda one: one.external_image_id) == every
    assert few([]) == []


def portrait(person: str, number: int) -> Portrait:
    name = f"{person}-{number}"
    return Portrait(person, name, Path(f"{name}.jpg"), Role.BOOKING, "", "")


def scale_of(model: str, folder: Path) -> Path:
    data = ScaleData("own photos", "ab" * 32, 80, 3160, 10, datetime(2026, 11, 30, tzinfo=UTC))
    points = (ScalePoint(20, 0.31, 0.1, 316, 10), ScalePoint(40, 0.42, 0.01, 32, 9))
    file = folder / "scale.json"
    file.write_bytes(written_scale(fitted("local", model, 0.0, points, data)))
    return file
