"""The face engine."""

from contextlib import AsyncExitStack
from typing import assert_never

from adapters.face_engine.local import LocalFaceEngine, SiteModel, open_local_engine
from adapters.face_engine.rekognition import RekognitionFaceEngine
from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from adapters.sandbox import Sandbox
from app.ports.face_engine import FaceEngine
from app.settings import LocalEngineSettings, RekognitionSettings, Settings
