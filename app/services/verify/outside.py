"""What the records are held against."""

from dataclasses import dataclass

from app.domain.photo import View
from app.ports.data_keys import DataKeys
from app.ports.face_engine import FaceEngine
from app.ports.jms import Jms
from app.ports.photo_store import PhotoStore

PATIENCE = 5.0
"""Seconds for enrolments under way: a key is made a moment before its face is committed."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What there is to compare with; in place of a part that is not there stands why."""

    store: PhotoStore | str
    engine: FaceEngine | str
    jms: Jms | str
    keys: DataKeys
    collection: str  # whose templates the keys are of
    views: frozenset[View] = frozenset({View.FRONT})  # those that are indexed
    patience: float = PATIENCE  # seconds, for enrolments under way
