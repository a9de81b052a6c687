"""Everything outside, opened for a process that serves or one that only indexes."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

from prometheus_client import CollectorRegistry

from adapters.darkroom.sandboxed import SandboxedDarkroom
from adapters.face_engine.keyed import KeyedFaceCollections
from adapters.face_engine.metered import EngineMetrics, MeteredFaceCollections, MeteredFaceEngine
from adapters.records.postgres import ConnectionPool, PostgresRecordsOfCollections, check_keys
from adapters.work_queue.procrastinate import ProcrastinateQueue
from app.domain.imports import SourceKind
from app.ports.data_keys import DataKeys
from app.services.imports.records_source import open_records_source
from app.services.open_own_collection import open_own_collection
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from app.wiring.engine import OpenedEngine, Readers, open_engine, readers_of
from app.wiring.jms import connect_jms
from app.wiring.jms_guards import guarded_jms
from app.wiring.model_licences import tell_licences
from app.wiring.photos import open_photos, open_probes
from app.wiring.queue import open_jobs, worker_of
from app.wiring.records import deployment_of, open_database
from app.wiring.remote_sources import jms_source, s3_source
from app.wiring.sealing import tell_what_is_in_the_clear
from app.wiring.secret import secret_of
from app.wiring.sign_in import open_sign_in
from app.wiring.sources import photo_sources
from app.wiring.use_cases import Ports


async def opened_ports(
    settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry, *, holds_gallery: bool
) -> Ports:
    """Open everything the settings name; the service's collection is there afterwards.

    Without a gallery the local engine loads no template, and searches nothing.
    """
    secret, aws = secret_of(settings), Aws(stack)
    keys = await open_data_keys(settings, aws, stack)
    deployment = deployment_of(settings, secret, keys)
    pool, readers = await _pool_and_readers(settings, stack, keys)
    own, database = settings.engine.collection_id, str(pool.conninfo)
    loaded = keys if holds_gallery else None
    opened = await open_engine(settings, stack, pool, readers, aws, loaded)
    metrics, following = EngineMetrics(registry), opened.next_engine
    collections = KeyedFaceCollections(MeteredFaceCollections(opened.collections, metrics), keys)
    photos = await open_photos(settings, aws, keys)
    keeps_probes = holds_gallery and settings.probes.keep_days > 0  # who only indexes keeps none
    records_of = PostgresRecordsOfCollections(pool, deployment)
    records = records_of.of(own)
    connected = await connect_jms(settings, stack, registry)
    unhurried = connected.unhurried if connected else None
    guarded = guarded_jms(connected.jms if connected else None, settings, stack, registry)
    jobs = await open_jobs(settings, database, stack)
    ports = Ports(
        collections=collections,
        engine=await collections.engine(own),
        next_engine=MeteredFaceEngine(following, metrics) if following else None,
        records_of=records_of,
        records=records,
        keys=keys,
        store=photos.store,
        probes=await open_probes(settings, aws, keys, writes=keeps_probes),
        objects=photos.objects,
        darkroom=SandboxedDarkroom(readers.sandbox),
        jms=guarded.jms if guarded else None,
        patient_jms=unhurried,
        recent_bookings=guarded.recent if guarded else None,
        sources=photo_sources(
            settings,
            {
                SourceKind.JMS: jms_source(settings, unhurried),
                SourceKind.S3: s3_source(settings, aws),
                SourceKind.RECORDS: partial(open_records_source, records, photos.store),
            },
        ),
        quota=opened.quota,
        queue=ProcrastinateQueue(jobs),
        worker=worker_of(settings, jobs),
        aws=aws,
        sign_in=await open_sign_in(settings, stack),
    )
    await _open_own_collection(ports, own, opened)
    return ports


async def _pool_and_readers(
    settings: Settings, stack: AsyncExitStack, keys: DataKeys
) -> tuple[ConnectionPool, Readers]:
    """Start what reads photos while the database is opened; the keys are that database's."""
    readers = await readers_of(settings)
    tell_licences(readers.networks)
    opening = asyncio.create_task(stack.enter_async_context(readers.sandbox))
    try:
        pool = await open_database(settings, stack)
    finally:  # its error is raised below, unless another one or the end of the service comes first
        await asyncio.gather(opening, return_exceptions=True)
    opening.result()
    await check_keys(pool, keys)
    await tell_what_is_in_the_clear(pool, keys)
    return pool, readers


async def _open_own_collection(ports: Ports, own: str, opened: OpenedEngine) -> None:
    following = (await opened.next_engine.describe()).model if opened.next_engine else None
    await open_own_collection(ports.records, own, opened.description, following)
