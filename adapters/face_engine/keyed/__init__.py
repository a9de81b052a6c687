"""Any face collections, with the data keys of their templates: what is forgotten loses its key."""

from adapters.face_engine.keyed.collections import KeyedFaceCollections

__all__ = ["KeyedFaceCollections"]
