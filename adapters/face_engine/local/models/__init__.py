"""Weights of the local engine: fetched, pinned, converted and kept; never committed."""

from adapters.face_engine.local.models.catalogue import WEIGHTS, ModelFiles, Network, Provenance
from adapters.face_engine.local.models.install import install_models, installed_models

__all__ = [
    "WEIGHTS",
    "ModelFiles",
    "Network",
    "Provenance",
    "install_models",
    "installed_models",
]
