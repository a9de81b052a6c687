"""Weights of the local engine: fetched, pinned, converted and kept; never committed."""

from adapters.face_engine.local.models.catalogue import (
    WEIGHTS,
    ModelFiles,
    Network,
    Provenance,
    Weights,
)
from adapters.face_engine.local.models.install import (
    install_models,
    installed_models,
    verified,
)
from adapters.face_engine.local.models.install_known import install_known, is_installed
from adapters.face_engine.local.models.known import (
    Intake,
    Kind,
    KnownModel,
    Published,
    Rights,
)
from adapters.face_engine.local.models.licence import Acceptance, acceptance_of
from adapters.face_engine.local.models.registry import (
    BUILT_IN,
    NOT_OFFERED,
    REGISTRY,
    known,
    known_by_sha256,
    known_file,
    known_recognition,
    network_of,
)

__all__ = [
    "BUILT_IN",
    "NOT_OFFERED",
    "REGISTRY",
    "WEIGHTS",
    "Acceptance",
    "Intake",
    "Kind",
    "KnownModel",
    "ModelFiles",
    "Network",
    "Provenance",
    "Published",
    "Rights",
    "Weights",
    "acceptance_of",
    "install_known",
    "install_models",
    "installed_models",
    "is_installed",
    "known",
    "known_by_sha256",
    "known_file",
    "known_recognition",
    "network_of",
    "verified",
]
