"""The models of the settings: which networks they name, and whether their files are there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.face_engine.local.models import (
    BUILT_IN,
    NOT_OFFERED,
    REGISTRY,
    Acceptance,
    Kind,
    KnownModel,
    acceptance_of,
    install_known,
    install_models,
    is_installed,
    known,
    known_by_sha256,
    known_file,
    known_recognition,
    network_of,
)
from adapters.face_engine.local.pinning import pinned
from adapters.face_engine.local.reading import SiteNetwork
from app.domain.errors import EngineMisconfiguredError
from app.settings import LocalEngineSettings, ModelSettings, Settings, SettingsError
from app.wiring.model_licences import told_of

__all__ = [
    "Kind",
    "KnownModel",
    "Listed",
    "ModelList",
    "install_by_name",
    "install_what_is_named",
    "listed_models",
    "named_model",
    "network_of_settings",
    "own_network",
]

Progress = Callable[[str], None]


def network_of_settings(chosen: ModelSettings, directory: Path) -> SiteNetwork | None:
    """Return the recognition network that settings name; None is the one that comes with Candid.

    Raises SettingsError for a name that is no recognition model, and what `own_network` raises.
    """
    return own_network(chosen) or network_of(named_model(chosen), directory)


def own_network(chosen: ModelSettings) -> SiteNetwork | None:
    """Return the site's own network, pinned; None where settings name one that Candid knows.

    Its file is hashed, once. One of the registry keeps the name and the pixels that settings give
    it, and what is known of it is said. Raises EngineMisconfiguredError when it cannot be read.
    """
    if chosen.model_path is None or chosen.model_name is None:
        return None
    own = pinned(
        SiteNetwork(
            path=chosen.model_path,
            name=chosen.model_name,
            mean=chosen.model_mean,
            scale=chosen.model_scale,
            channels=chosen.model_color_order,
        )
    )
    model = known_by_sha256(own.sha256)
    return replace(own, known=model.name if model else None)


def named_model(chosen: ModelSettings) -> KnownModel:
    """Return the model of the registry that settings name; SettingsError when there is none."""
    try:
        return known_recognition(chosen.model or BUILT_IN)
    except EngineMisconfiguredError as error:
        raise SettingsError(f"CANDID_ENGINE__MODEL: {error}") from error


def _every(engine: LocalEngineSettings) -> Sequence[ModelSettings]:
    return [engine, *([engine.next] if engine.next else [])]


def install_what_is_named(settings: Settings, progress: Progress) -> str:
    """Fetch and convert the networks that the settings name; return what to tell of it.

    A file that is there is not held against its licence, which is told: a service would start with
    it too, and a directory that cannot be written is none to ask for a word. Raises
    EngineMisconfiguredError and SettingsError.
    """
    if not isinstance(settings.engine, LocalEngineSettings):
        return "Amazon Rekognition needs no networks here."
    directory = settings.engine.models_dir
    install_models(directory, progress)
    for chosen in _every(settings.engine):
        if model := _named(chosen):
            _install_or_warn(directory, model, progress)
    return f"The networks are in {directory}."


def _install_or_warn(directory: Path, model: KnownModel, progress: Progress) -> None:
    if not is_installed(directory, model):
        install_known(directory, model, None, progress, accepts_licence=False)
    elif model.needs_own_licence and acceptance_of(directory, model) is None:
        progress(
            f"{model.name} is licensed for {model.provenance.licence}: {told_of(model, None)}."
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A model of the registry as it stands on this machine."""

    model: KnownModel
    installed: bool
    use: str  # served, next or none
    accepted: Acceptance | None  # that the agency holds a licence of its own, where one is needed


@dataclass(frozen=True, slots=True)
class ModelList:
    """Every model that Candid knows, the site's own ones, and what is not offered, and why."""

    known: Sequence[Listed]
    own: Sequence[str]
    not_offered: Mapping[str, str]


def listed_models(settings: Settings) -> ModelList:
    """Return the registry as it stands on this machine; raises SettingsError."""
    engine = settings.engine
    local = engine if isinstance(engine, LocalEngineSettings) else None
    listed = [
        Listed(
            model,
            installed=local is not None and is_installed(local.models_dir, model),
            use=_use(local, model) if local else "none",
            accepted=acceptance_of(local.models_dir, model) if local else None,
        )
        for model in REGISTRY.values()
    ]
    return ModelList(listed, _own(local) if local else (), NOT_OFFERED)


def _own(engine: LocalEngineSettings) -> Sequence[str]:
    """Say which networks of its own the site names."""
    following = engine.next
    uses = [(engine, "in use"), *([(following, "next")] if following else [])]
    return [_told(one, one.model_path, use) for one, use in uses if one.model_path]


def _told(chosen: ModelSettings, file: Path, use: str) -> str:
    model = known_file(file)
    known_as = f"; it is the file of {model.name}" if model else ""
    return f"{chosen.model_name} ({file}), {use}{known_as}"


def _use(engine: LocalEngineSettings, model: KnownModel) -> str:
    if model.kind is Kind.DETECTOR or model == _named(engine):
        return "served"
    return "next" if engine.next and model == _named(engine.next) else "none"


def _named(chosen: ModelSettings) -> KnownModel | None:
    return named_model(chosen) if chosen.model_path is None else None


def install_by_name(
    settings: Settings, name: str, source: Path | None, progress: Progress, *, accepts_licence: bool
) -> KnownModel:
    """Put a model of the registry where the engine looks for it.

    Raises EngineMisconfiguredError.
    """
    if not isinstance(settings.engine, LocalEngineSettings):
        raise EngineMisconfiguredError(
            "Amazon Rekognition brings its own model; none is kept here."
        )
    model = known(name)
    directory = settings.engine.models_dir
    install_known(directory, model, source, progress, accepts_licence=accepts_licence)
    return model
