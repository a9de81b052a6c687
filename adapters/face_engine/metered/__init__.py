"""Any engine, any collections, with their calls timed and their failures counted."""

from adapters.face_engine.metered.collections import MeteredFaceCollections
from adapters.face_engine.metered.engine import MeteredFaceEngine
from adapters.face_engine.metered.metrics import EngineMetrics

__all__ = ["EngineMetrics", "MeteredFaceCollections", "MeteredFaceEngine"]
