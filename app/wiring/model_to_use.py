"""What a change to another model takes: the settings of it, and those of the old one that go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.face_engine.local.models import KnownModel, is_installed, known_recognition
from app.domain.errors import EngineMisconfiguredError
from app.settings import LocalEngineSettings, ModelSettings, Settings
from app.wiring.model_licences import licence_told
from app.wiring.models import named_model


@dataclass(frozen=True, slots=True)
class ModelToUse:
    """A model that may be gone to; settings are without CANDID_ENGINE__."""

    model: KnownModel
    settings: Mapping[str, str]  # all that name it
    others: Sequence[str]  # set of the model in use, and wrong beside these
    licence: str | None  # who gave the agency's word, where its licence allows less


def model_to_use(settings: Settings, name: str) -> ModelToUse:
    """Return a model that tells faces apart and whose file is here, and how it is named.

    Raises EngineMisconfiguredError and SettingsError.
    """
    model = known_recognition(name)
    engine = settings.engine
    if not isinstance(engine, LocalEngineSettings):
        raise EngineMisconfiguredError(
            "The engine is Amazon Rekognition, which has its own model; set "
            "CANDID_ENGINE__KIND=local first (its faces are indexed anew)."
        )
    _check_change(engine, model)
    if not is_installed(engine.models_dir, model):
        raise EngineMisconfiguredError(
            f"{name} is not installed here; run `candid models install {name}` first."
        )
    chosen, licence = _settings(engine, model), licence_told(engine.models_dir, model)
    return ModelToUse(model, chosen, _others(engine, chosen), licence)


def _check_change(engine: LocalEngineSettings, model: KnownModel) -> None:
    if engine.model_path is None and named_model(engine) == model:
        raise EngineMisconfiguredError(f"{model.name} is the model that the settings name already.")
    following = engine.next
    if following and (following.model_path is not None or named_model(following) != model):
        raise EngineMisconfiguredError(
            "CANDID_ENGINE__NEXT__* names another model to change to. Finish that change (`candid "
            "model switch`) or give it up (`candid model give-up`), take those settings away, and "
            "ask again."
        )


def _settings(engine: LocalEngineSettings, model: KnownModel) -> Mapping[str, str]:
    """Return what names it: what it runs on is a part of its name, and stays as it is."""
    beside = engine.next or engine
    named = {"MODEL": model.name}
    if beside.provider != "CPU":
        named["PROVIDER"] = beside.provider
    if engine.next and engine.next.model_calibration:
        named["MODEL_CALIBRATION"] = str(engine.next.model_calibration)
    return named


def _others(engine: LocalEngineSettings, chosen: Mapping[str, str]) -> Sequence[str]:
    """Return what is set of the model in use and stands in the way of another's settings."""
    of_a_model = [name for name in ModelSettings.model_fields if name.startswith("model_")]
    wrong = [name for name in of_a_model if name in engine.model_fields_set]
    if engine.provider != "CPU":
        wrong.append("provider")
    return [name.upper() for name in wrong if name.upper() not in chosen]
