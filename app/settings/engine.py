"""The face engine, and the processes that read photos for it."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from pydantic import Field, HttpUrl, StringConstraints, model_validator

from app.settings.group import Group
from app.settings.kinds import inferred


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class EncoderSettings(Group):
    """Processes that decode photos and read faces; a crash in one costs one request."""

    processes: int = Field(default_factory=cores, ge=1)
    memory_mb: int = Field(default=1500, ge=256)
    seconds: float = Field(default=8.0, gt=0)
    threads: int = Field(
        default=1, ge=1, le=256, description="Of one process, in the recognition network alone."
    )


_OF_A_FILE = {"model_color_order", "model_mean", "model_scale"}


class ModelSettings(Group):
    """One model: by a name that Candid knows, or the site's own ONNX file, and what it runs on."""

    model: str | None = Field(
        default=None,
        pattern=r"^[a-zA-Z0-9_.\-]{1,60}$",
        description="The name of a model that Candid knows.",
    )
    provider: Literal["CPU", "OPENVINO", "CUDA"] = "CPU"
    model_path: Path | None = Field(
        default=None, description="The site's own 112x112 five-point-aligned ONNX embedding model."
    )
    model_name: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9_.\-]{1,60}$")
    model_color_order: Literal["RGB", "BGR"] = "RGB"
    model_mean: float = 127.5
    model_scale: float = Field(default=1 / 127.5, gt=0)
    model_calibration: Path | None = Field(
        default=None, description="The file of a scale that `candid calibrate PATH` fitted."
    )

    @model_validator(mode="after")
    def _named_model(self) -> Self:
        if (self.model_path is None) != (self.model_name is None):
            raise ValueError("model_path and model_name belong together")
        if self.model is not None and self.model_path is not None:
            raise ValueError("name either model, or model_path and model_name")
        if self.model_path is None and self.model_fields_set & _OF_A_FILE:
            raise ValueError("model_color_order, model_mean and model_scale belong to model_path")
        return self


class NextModelSettings(ModelSettings):
    """The model to change to, while the one of the other settings is served."""

    built_in: bool = Field(default=False, description="It is the network that comes with Candid.")

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        named = (self.built_in, self.model is not None, self.model_path is not None)
        if sum(named) != 1:
            raise ValueError("name either model, or model_path and model_name, or built_in=true")
        return self


class LocalEngineSettings(ModelSettings):
    """The embedded engine, with dlib's network or the site's own ONNX model."""

    kind: Literal["local"] = "local"
    collection_id: str = Field(default="bookings", pattern=r"^[a-zA-Z0-9_.\-]{1,255}$")
    models_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("candid") / "models"
    )
    next: NextModelSettings | None = None


_DetectionAttribute = Literal[
    "DEFAULT",
    "ALL",
    "AGE_RANGE",
    "BEARD",
    "EMOTIONS",
    "EYE_DIRECTION",
    "EYEGLASSES",
    "EYES_OPEN",
    "GENDER",
    "MOUTH_OPEN",
    "MUSTACHE",
    "FACE_OCCLUDED",
    "SMILE",
    "SUNGLASSES",
]


class RekognitionSettings(Group):
    """Amazon Rekognition; its terms restrict police use (see README)."""

    kind: Literal["rekognition"]
    collection_id: str = Field(default="bookings", pattern=r"^[a-zA-Z0-9_.\-]{1,255}$")
    region: str | None = None
    endpoint_url: HttpUrl | None = None
    concurrency: int = Field(default=50, ge=1)
    seconds: float = Field(default=8.0, gt=0, description="Of one call.")
    deadline_seconds: float = Field(
        default=30.0, gt=0, description="Of a call with all its attempts and its wait for a turn."
    )
    quality_filter: Literal["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"] = "AUTO"
    detection_attributes: tuple[_DetectionAttribute, ...] = Field(
        default=("DEFAULT",), min_length=1
    )
    user_vectors: bool = Field(
        default=False, description="People with several photos are searched by all of them, too."
    )
    dollars_per_1000: float = Field(
        default=1.0, ge=0, description="What AWS charges for 1,000 photos, for dry runs to tell."
    )
    by_s3_object: bool = Field(
        default=False, description="Photos over 5 MB go by an object of the photo store's bucket."
    )
    terms_reference: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
        | None
    ) = Field(
        default=None, description="What the agency relies on: permission document, date, signer."
    )


_KINDS = {
    **dict.fromkeys(
        (
            "region",
            "endpoint_url",
            "terms_reference",
            "deadline_seconds",
            "quality_filter",
            "detection_attributes",
            "user_vectors",
            "dollars_per_1000",
            "by_s3_object",
        ),
        "rekognition",
    ),
    **dict.fromkeys(
        ("models_dir", "model", "provider", "model_path", "model_name", "next"), "local"
    ),
}

EngineSettings = Annotated[
    LocalEngineSettings | RekognitionSettings,
    Field(discriminator="kind"),
]
ENGINE_KIND = inferred(_KINDS, "local")
