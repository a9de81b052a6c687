"""Amazon Rekognition's face collections as a face engine."""

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine

__all__ = ["RekognitionFaceEngine"]
