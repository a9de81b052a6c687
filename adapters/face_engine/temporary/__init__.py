"""Scratch engines on the collections of any engine: a temporary one, or the faces of one."""

from adapters.face_engine.temporary.left import delete_left, temporary_name
from adapters.face_engine.temporary.scratch import HeldFaces, TemporaryCollections

__all__ = ["HeldFaces", "TemporaryCollections", "delete_left", "temporary_name"]
