"""Work on imports, made of the ports."""

import asyncio
import os
import socket
from uuid import uuid4

from prometheus_client import CollectorRegistry

from adapters.import_meter import PrometheusImportMeter
from app.domain.imports import ImportSource, ImportWorker
from app.ports.photo_source import PhotoSources
from app.services.enrichment import Enrichment
from app.services.imports.estimate_import import EstimateImport
from app.services.imports.import_on_schedule import ImportOnSchedule
from app.services.imports.in_memory import InMemory
from app.services.imports.job import Indexing
from app.services.imports.judge_failures import JudgeFailures
from app.services.imports.keep_going import KeepImportsGoing
from app.services.imports.list_import import ListImport
from app.services.imports.manage_imports import ManageImports
from app.services.imports.opened_imports import OpenedImports
from app.services.imports.refresh_standings import RefreshStandings
from app.services.imports.witness import Witness
from app.services.imports.work_chunk import WorkChunk
from app.services.indexing import IndexRules
from app.services.model.encode_beside import EncodeBeside
from app.services.recorded import utc_now
from app.services.sweep_intents import SweepIntents
from app.settings import RekognitionSettings, Settings
from app.wiring.use_cases import Ports
from app.wiring.worker import WorkerHandlers

_GATHERED = 64
"""Photos in memory beside those that are read: fetched ahead, or waiting to be committed."""


def worker_handlers(
    settings: Settings,
    ports: Ports,
    sweep: SweepIntents,
    registry: CollectorRegistry,
    *,
    is_helper: bool = False,
) -> WorkerHandlers:
    """Return what a worker of this process does, inside the service or as its helper."""
    meter, sources = PrometheusImportMeter(registry), ports.sources
    enrichment = Enrichment(ports.patient_jms, settings.enrich_seconds)
    rules = IndexRules(settings.index_views)
    indexing = Indexing(ports.engine, ports.records, ports.store, sweep, rules, meter)
    at_once, me = _at_once(settings), _this_process()
    opened = OpenedImports(sources, indexing, me.worker_id, asyncio.Semaphore(at_once), is_helper)
    in_memory = InMemory(at_once + _GATHERED)
    judge = JudgeFailures(Witness(ports.records, enrichment, ports.engine), ports.store)
    estimate = EstimateImport(
        ports.engine, ports.records, at_once, _dollars_a_photo(settings), ports.quota
    )
    keep_days = settings.imports.keep_days
    keeper = KeepImportsGoing(ports.records, ports.queue, opened, me, meter, keep_days)
    return WorkerHandlers(
        begin=keeper.look,
        list_import=ListImport(ports.records, opened, ports.queue, estimate, settings.index_views),
        work_chunk=WorkChunk(
            ports.records, opened, enrichment, in_memory, meter, judge, _beside(ports)
        ),
        scheduled=_on_schedule(settings, ports, sources, sweep),
        keep_going_forever=keeper.forever,
    )


def _beside(ports: Ports) -> EncodeBeside | None:
    if ports.next_engine is None:
        return None
    return EncodeBeside(ports.next_engine, ports.records, ports.store)


def _on_schedule(
    settings: Settings, ports: Ports, sources: PhotoSources, sweep: SweepIntents
) -> ImportOnSchedule:
    imports = settings.imports
    source = ImportSource(
        imports.schedule_source, imports.schedule_location, imports.schedule_pattern
    )
    enrichment = Enrichment(ports.patient_jms, settings.enrich_seconds)
    refresh = RefreshStandings(ports.engine, ports.records, enrichment, sweep)
    manage = ManageImports(ports.records, sources, ports.queue)
    return ImportOnSchedule(ports.records, manage, refresh, source)


def _at_once(settings: Settings) -> int:
    """Return how many photos the engine reads at once: one more than it has processes for."""
    match settings.engine:
        case RekognitionSettings() as chosen:
            return chosen.concurrency
        case _:
            return settings.encoder.processes + 1


def _dollars_a_photo(settings: Settings) -> float | None:
    chosen = settings.engine
    return chosen.dollars_per_1000 / 1000 if isinstance(chosen, RekognitionSettings) else None


def _this_process() -> ImportWorker:
    now = utc_now()
    return ImportWorker(str(uuid4()), socket.gethostname(), os.getpid(), now, now)
