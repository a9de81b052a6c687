"""The model that `candid models check` is asked for: its file, how it is fed, what names it."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from adapters.face_engine.local.models import (
    NOT_OFFERED,
    REGISTRY,
    KnownModel,
    acceptance_of,
    installed_models,
    is_installed,
    known,
    known_by_sha256,
    known_recognition,
    network_of,
)
from adapters.face_engine.local.pinning import pinned
from adapters.face_engine.local.reading import SiteNetwork
from app.domain.errors import EngineMisconfiguredError
from app.domain.score_scale import ScoreScale
from app.settings import LocalEngineSettings
from app.wiring.models import named_model, own_network
from app.wiring.score_scale import read_scale


@dataclass(frozen=True, slots=True)
class Pixels:
    """How a site says that its own network takes pixels: (value - mean) * scale."""

    channels: Literal["RGB", "BGR"]
    mean: float
    scale: float


@dataclass(frozen=True, slots=True)
class ModelToTry:
    """A model whose file is there, and the settings that name it (without CANDID_ENGINE__)."""

    file: Path
    sha256: str | None
    site: SiteNetwork | None  # as a service would load it; None: the one that comes with Candid
    known: KnownModel | None
    settings: Sequence[str]
    first: str | None = None  # the command that has to come before the settings
    scale: ScoreScale | None = None  # of the model in use alone
    warning: str | None = None


def model_to_try(
    engine: LocalEngineSettings, name_or_file: str | None, pixels: Pixels
) -> ModelToTry:
    """Return the model of that name, a site's own file fed by `pixels`, or the one in use.

    Raises EngineMisconfiguredError, which says what is not there, and SettingsError.
    """
    if name_or_file is None:
        return _in_use(engine)
    file = Path(name_or_file)
    if name_or_file in REGISTRY or (name_or_file in NOT_OFFERED and not file.exists()):
        return _of_a_name(engine, known_recognition(name_or_file))
    if not file.is_file():
        raise EngineMisconfiguredError(
            f"There is no file {name_or_file}, and no model of that name; these are known: "
            f"{', '.join(REGISTRY)}."
        )
    return _of_a_file(engine, file.resolve(), pixels)


def _in_use(engine: LocalEngineSettings) -> ModelToTry:
    """Return what a service would start with, its scale too: what passes here starts there."""
    if engine.model_path is not None and not engine.model_path.is_file():
        raise EngineMisconfiguredError(
            f"CANDID_ENGINE__MODEL_PATH names {engine.model_path}, and there is no such file."
        )
    own = own_network(engine)
    found = _own_in_use(engine, own) if own else _of_a_name(engine, named_model(engine))
    if engine.model_calibration is None:
        return found
    lines = [*found.settings, f"MODEL_CALIBRATION={engine.model_calibration}"]
    return replace(found, scale=read_scale(engine.model_calibration), settings=lines)


def _own_in_use(engine: LocalEngineSettings, own: SiteNetwork) -> ModelToTry:
    model = known(own.known) if own.known else None
    warning = _otherwise_than_known(own, model) if model else None
    lines = _lines(engine, own)
    return ModelToTry(own.path, own.sha256, own, model, lines, warning=warning)


def _of_a_name(engine: LocalEngineSettings, model: KnownModel) -> ModelToTry:
    """Return a model of the registry, pinned by it: another file under its name is refused."""
    site = network_of(model, engine.models_dir)
    file = site.path if site else installed_models(engine.models_dir).recognition
    if not file.is_file():
        raise EngineMisconfiguredError(
            f"{file} is not there; run `candid models install {model.name}` first."
        )
    return ModelToTry(file, model.sha256, site, model, _lines_of_a_name(engine, model))


def _of_a_file(engine: LocalEngineSettings, file: Path, pixels: Pixels) -> ModelToTry:
    """Return a file; one of the registry has the registry's pixels, whatever was said of it."""
    name = re.sub(r"[^a-zA-Z0-9_.\-]", "-", file.stem)[:60]
    own = pinned(SiteNetwork(file, name, pixels.mean, pixels.scale, pixels.channels))
    model = known_by_sha256(own.sha256)
    if model is None:
        return ModelToTry(file, own.sha256, own, None, _lines(engine, own))
    fed = network_of(model, file.parent)
    site = fed and replace(fed, path=file, by_name=False)
    first, lines = _first(engine.models_dir, model, file), _lines_of_a_name(engine, model)
    return ModelToTry(file, own.sha256, site, model, lines, first)


def _first(directory: Path, model: KnownModel, file: Path) -> str | None:
    """Return the command without which the settings would name a file that is not installed."""
    if is_installed(directory, model):
        return None
    command = f"candid models install {model.name} --from {shlex.quote(str(file))}"
    if model.needs_own_licence and acceptance_of(directory, model) is None:
        return f"{command}   (with --accept-licence, if your agency holds one)"
    return command


def _otherwise_than_known(own: SiteNetwork, model: KnownModel) -> str | None:
    """Say where settings name or feed a known file otherwise than the registry does."""
    intake, others = model.intake, list[str]()
    if own.name != model.name:
        others.append(f"call it {own.name}")
    fed, usual = _told(own), _told(Pixels(intake.channels, intake.mean, intake.scale))
    if fed != usual:
        others.append(f"feed it {fed}, and not {usual}")
    if not others:
        return None
    return (
        f"{own.path} is the file of {model.name}; CANDID_ENGINE__MODEL_* {' and '.join(others)}. "
        "The service goes by the settings, and so does this check."
    )


def _told(pixels: Pixels | SiteNetwork) -> str:
    return f"{pixels.channels} as (value - {pixels.mean}) * {pixels.scale}"


def _lines_of_a_name(engine: LocalEngineSettings, model: KnownModel) -> Sequence[str]:
    return [f"MODEL={model.name}", *_provider(engine)]


def _lines(engine: LocalEngineSettings, own: SiteNetwork) -> Sequence[str]:
    lines = [f"MODEL_PATH={own.path}", f"MODEL_NAME={own.name}"]
    usual = SiteNetwork(own.path, own.name)
    if own.channels != usual.channels:
        lines.append(f"MODEL_COLOR_ORDER={own.channels}")
    if (own.mean, own.scale) != (usual.mean, usual.scale):
        lines += [f"MODEL_MEAN={own.mean}", f"MODEL_SCALE={own.scale}"]
    return [*lines, *_provider(engine)]


def _provider(engine: LocalEngineSettings) -> Sequence[str]:
    return [] if engine.provider == "CPU" else [f"PROVIDER={engine.provider}"]
