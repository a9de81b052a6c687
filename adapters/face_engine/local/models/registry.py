"""The models that Candid knows by name; only what can be used is among them."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from adapters.face_engine.local.models.catalogue import WEIGHTS, Network, Provenance
from adapters.face_engine.local.models.known import (
    Intake,
    Kind,
    KnownModel,
    Published,
    Rights,
)
from adapters.face_engine.local.models.publisher import hash_of
from adapters.face_engine.local.reading import SiteNetwork
from adapters.face_engine.local.score import DLIB_SCALE
from app.domain.differential import GroupRate, MeasuredDifferential
from app.domain.errors import EngineMisconfiguredError

BUILT_IN = Network.RECOGNITION.value
"""The recognition network that comes with Candid, and is used where no other is named."""

_NOT_MEASURED = (
    "Its error rates, for people of one group among others, were not measured by Candid's makers: "
    "measure it on photos of your own before you rely on it."
)
_ACCURACY = "docs/accuracy.md"  # of these detectors and dlib's network together
_MEDIAPIPE_LICENCE = "the mediapipe 0.10.21 package (LICENSE)"
_SFACE = "models/face_recognition_sface/face_recognition_sface_2021dec.onnx"


def _detector(network: Network, side: int) -> KnownModel:
    return KnownModel(
        name=network.value,
        kind=Kind.DETECTOR,
        provenance=WEIGHTS[network].provenance,
        rights=Rights.ANY_USE,
        licence_stated_at=_MEDIAPIPE_LICENCE,
        intake=Intake(side, "none"),
        sha256=WEIGHTS[network].onnx_sha256,
        published=None,
        report=_ACCURACY,
    )


_DLIB_RESNET = KnownModel(
    name=BUILT_IN,
    kind=Kind.RECOGNITION,
    provenance=WEIGHTS[Network.RECOGNITION].provenance,
    rights=Rights.ANY_USE,
    licence_stated_at="https://github.com/davisking/dlib-models (README)",
    intake=Intake(150, "dlib"),
    sha256=WEIGHTS[Network.RECOGNITION].onnx_sha256,
    published=None,
    dimensions=128,
    calibration=DLIB_SCALE,
    differential=MeasuredDifferential(
        data="115 booking photos, NIST MEDS",
        people=51,  # the same pattern with every detector and alignment tried
        threshold="the score that one in a thousand pairs of LFW reach",
        worst=GroupRate("Black", 121, 1802, people=27),
        best=GroupRate("White", 3, 1260, people=24),
    ),
    report=_ACCURACY,
)

# The hash and the size are what the publisher's Git LFS pointer says; pixels as OpenCV's
# FaceRecognizerSF::feature gives them (blobFromImage, scale 1, mean 0, BGR swapped to RGB).
_SFACE_2021 = KnownModel(
    name="sface",
    kind=Kind.RECOGNITION,
    provenance=Provenance(
        "SFace 2021dec, face recognition, 128 numbers a face",
        "Yaoyao Zhong and others, published by OpenCV Zoo",
        "Apache-2.0",
        "not stated (asked in opencv_zoo issues 124 and 313, not answered; the authors' code names "
        "CASIA-WebFace, VGGFace2 and MS1MV2, which are sets for research, and not which it was)",
        "not measured by Candid's makers",
    ),
    rights=Rights.ANY_USE,
    licence_stated_at=(
        "https://github.com/opencv/opencv_zoo/tree/main/models/face_recognition_sface (README, "
        "LICENSE)"
    ),
    intake=Intake(112, "arcface"),
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    published=Published(
        addresses=(
            (
                "https://media.githubusercontent.com/media/opencv/opencv_zoo/"
                f"ba91a3b91d00d76e86540d4013f944bd6b514e39/{_SFACE}"
            ),
            (
                "https://huggingface.co/opencv/face_recognition_sface/resolve/"
                "3d7082438a6e4551e840c9b2bb60b71e8da4b524/face_recognition_sface_2021dec.onnx"
            ),
        ),
        hosts=("media.githubusercontent.com", "huggingface.co", "hf.co"),
        size=38_696_353,
    ),
    dimensions=128,
    warnings=(
        (
            "The file is licensed (Apache-2.0), and the photographs it was trained on are not "
            "named: whether their terms reach it nobody has said. Ask your counsel."
        ),
        _NOT_MEASURED,
    ),
)

# The hash is the one under which independent projects pin this member of the publisher's pack
# `buffalo_l` (release v0.7); the publisher names none.
_ARCFACE_R50 = KnownModel(
    name="arcface-w600k-r50",
    kind=Kind.RECOGNITION,
    provenance=Provenance(
        "ArcFace ResNet-50 (w600k_r50.onnx of InsightFace's pack buffalo_l), 512 numbers a face",
        "InsightFace",
        "non-commercial research only; InsightFace sells other licences",
        "WebFace600K, photographs collected from the web, a set for non-commercial research",
        "not measured by Candid's makers",
    ),
    rights=Rights.NON_COMMERCIAL,
    licence_stated_at=(
        "https://github.com/deepinsight/insightface/tree/master/python-package (README, License)"
    ),
    intake=Intake(112, "arcface", "RGB", 127.5, 1 / 127.5),
    sha256="4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
    published=Published(addresses=(), hosts=(), size=174_383_860),
    dimensions=512,
    warnings=(
        (
            "Its publisher allows non-commercial research only. For the work of an agency you need "
            "a licence of your own from InsightFace."
        ),
        _NOT_MEASURED,
    ),
)

REGISTRY: Mapping[str, KnownModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            _DLIB_RESNET,
            _detector(Network.SHORT_RANGE, 128),
            _detector(Network.FULL_RANGE, 192),
            _SFACE_2021,
            _ARCFACE_R50,
        )
    }
)

NOT_OFFERED: Mapping[str, str] = MappingProxyType(
    {
        "facenet": (
            "for the recognition weights of facenet-pytorch no licence is stated (its MIT licence "
            "is the code's; its issue 239 asks and is not answered)"
        ),
        "dlib-68-points": (
            "it was trained on iBUG 300-W, whose licence excludes commercial use, and Candid needs "
            "no such points"
        ),
        "yunet": (
            "it finds faces, its licence (MIT) allows it, and no setting takes another detector "
            "than BlazeFace yet: faces are cut out by the detector's points, so that another one "
            "gives other templates, and every photo would have to be read again"
        ),
    }
)
"""Models that people ask for by name (in small letters), and why they are not here."""


def known(name: str) -> KnownModel:
    """Return a model of the registry; raises EngineMisconfiguredError for any other name."""
    if found := REGISTRY.get(name):
        return found
    if why := NOT_OFFERED.get(name.lower()):
        raise EngineMisconfiguredError(f"{name} is not offered: {why}.")
    raise EngineMisconfiguredError(
        f"{name} is no model that Candid knows; these are: {', '.join(REGISTRY)}. A network of "
        "your own is named by CANDID_ENGINE__MODEL_PATH and CANDID_ENGINE__MODEL_NAME."
    )


def known_file(file: Path) -> KnownModel | None:
    """Return the model whose very file this is, wherever it lies and whatever it is called.

    Only a file of a published model's size is read; one that cannot be is taken for unknown.
    """
    with suppress(OSError):
        size = file.stat().st_size
        if any(one.published and one.published.size == size for one in REGISTRY.values()):
            return known_by_sha256(hash_of(file))
    return None


def known_by_sha256(digest: str | None) -> KnownModel | None:
    """Return the model whose file has this SHA-256, in hex."""
    return next((one for one in REGISTRY.values() if one.sha256 == digest), None)


def known_recognition(name: str) -> KnownModel:
    """Return a model that tells faces apart; raises EngineMisconfiguredError for any other."""
    model = known(name)
    if model.kind is not Kind.RECOGNITION:
        raise EngineMisconfiguredError(
            f"{name} finds faces and does not tell them apart; it is always in use."
        )
    return model


def network_of(model: KnownModel, directory: Path) -> SiteNetwork | None:
    """Return a recognition model as the encoder loads it; None for the one that comes with it."""
    if model.name == BUILT_IN:
        return None
    return SiteNetwork(
        path=directory / model.file_name,
        name=model.name,
        mean=model.intake.mean,
        scale=model.intake.scale,
        channels=model.intake.channels,
        sha256=model.sha256,
        known=model.name,
        by_name=True,
    )
