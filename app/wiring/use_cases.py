"""The use cases, made of the ports."""

from dataclasses import dataclass

from adapters.darkroom.sandboxed import SandboxedDarkroom
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import FaceEngine
from app.ports.jms import Jms
from app.ports.object_source import ObjectSource
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, RecordsOfCollections
from app.services import Services
from app.services.authenticate import Authenticate
from app.services.authorize import Authorize
from app.services.check_readiness import CheckReadiness
from app.services.collections import CollectionServices
from app.services.collections.galleries import Galleries
from app.services.collections.purposes import Purposes
from app.services.collections.sweep_collections import SweepCollections
from app.services.enrichment import Enrichment
from app.services.index_photo import IndexPhoto
from app.services.read_index import ReadIndex
from app.services.read_searches import ReadSearches
from app.services.remove_photo import RemovePhoto
from app.services.search_faces import SearchFaces
from app.services.sweep_intents import SweepIntents
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto
from app.settings import Settings
from app.wiring.provider_terms import provider_terms_of


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside, open; `engine` and `records` are those of the service's collection."""

    collections: FaceCollections
    engine: FaceEngine
    records_of: RecordsOfCollections
    records: Records
    store: PhotoStore
    objects: ObjectSource
    darkroom: SandboxedDarkroom
    jms: Jms | None


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Who undoes what no record counts on any more."""

    own: SweepIntents
    others: SweepCollections


def _galleries(settings: Settings, ports: Ports) -> Galleries:
    """Return the collections with their records."""
    own = settings.engine.collection_id
    return Galleries(ports.collections, ports.records_of, ports.objects, own)


def sweeps_of(settings: Settings, ports: Ports) -> Sweeps:
    """Return the sweepers, not yet running."""
    own = SweepIntents(ports.engine, ports.records, ports.store)
    return Sweeps(own, SweepCollections(_galleries(settings, ports), ports.store, own))


def services_of(settings: Settings, ports: Ports, sweeps: Sweeps) -> Services:
    """Return every use case, ready to call."""
    engine, records, store = ports.engine, ports.records, ports.store
    enrichment = Enrichment(ports.jms, settings.enrich_seconds)
    needed = {"records": records.ping, "engine": engine.ping, "photos": store.ping}
    useful = {"jms": ports.jms.ping} if ports.jms else {}
    purposes = Purposes(provider_terms_of(settings), settings.authentication)
    views = settings.index_views
    return Services(
        authenticate=Authenticate(records, settings.authentication),
        authorize=Authorize(records),
        check_readiness=CheckReadiness(needed, useful),
        collections=CollectionServices.over(
            _galleries(settings, ports), enrichment, purposes, sweeps.others
        ),
        engine=engine,
        index_photo=IndexPhoto(engine, records, store, enrichment, sweeps.own, views),
        read_index=ReadIndex(records),
        read_searches=ReadSearches(records),
        remove_photo=RemovePhoto(records, sweeps.own),
        search_faces=SearchFaces(engine, records, enrichment, provider_terms_of(settings)),
        view_booking=ViewBooking(records, enrichment),
        view_photo=ViewPhoto(records, store, ports.darkroom),
    )
