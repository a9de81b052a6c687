"""With what, and on whose behalf, the photos of an import are indexed."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.audit import Actor
from app.domain.imports import ImportOptions
from app.ports.face_engine import EngineDescription, FaceEngine
from app.ports.import_meter import ImportMeter
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.services.indexing import IndexRules
from app.services.sweep_intents import SweepIntents


@dataclass(frozen=True, slots=True)
class Indexing:
    """What photos are indexed with."""

    engine: FaceEngine
    records: Records
    store: PhotoStore
    sweep: SweepIntents
    rules: IndexRules
    meter: ImportMeter


@dataclass(frozen=True, slots=True)
class Job:
    """On whose behalf the photos of one import are indexed, and how."""

    import_id: str
    worker_id: str
    options: ImportOptions
    started_at: datetime
    actor: Actor
    engine: EngineDescription
