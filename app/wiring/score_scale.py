"""The file of a scale: `candid calibrate PATH` writes it, a setting names it."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.domain.score_scale import ScoreScale, fitted
from app.settings import SettingsError

_SCALE = TypeAdapter(ScoreScale)


def written_scale(scale: ScoreScale) -> bytes:
    """Return what the file holds."""
    return _SCALE.dump_json(scale, indent=2) + b"\n"


def read_scale(path: Path) -> ScoreScale:
    """Read it; SettingsError where it is no scale, or not as it was written."""
    told = f"CANDID_ENGINE__MODEL_CALIBRATION: {path}"
    try:
        scale = _SCALE.validate_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"{told} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise SettingsError(f"{told} is no scale as `candid calibrate PATH` writes it") from error
    as_fitted = fitted(scale.engine, scale.model, scale.bottom, scale.points, scale.data)
    if not scale.points or not scale.rises or as_fitted.name != scale.name:
        raise SettingsError(f"{told} was changed after it was written; fit the scale again")
    return scale
