"""A jail for tests: every use case on real records, with the outside in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg
from prometheus_client import CollectorRegistry
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typing_extensions import override

from app.domain.audit import Actor, AuditEntry
from app.domain.booking import Booking, Person, RecordStatus
from app.domain.photo import View
from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import Purpose
from app.domain.record import IndexAnswer
from app.domain.search import SearchAnswer, SearchContext, SearchOptions
from app.ports.darkroom import Darkroom
from app.ports.jms import Jms
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
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.read_index import ReadIndex
from app.services.read_searches import ReadSearches
from app.services.remove_photo import RemovePhoto
from app.services.search_faces import SearchFaces, SearchRequest
from app.services.sweep_intents import SweepIntents
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto
from tests.databases import COLLECTION
from tests.fakes import FakeFaceEngine, FakeObjectSource, FakePhotoStore, drawn_photo
from tests.fakes_collections import FakeFaceCollections
from tests.fakes_jms import FakeJms

ACTOR = Actor("front desk (0a1b2c3d)", "192.0.2.7", "request-1", "Sgt. O")
DEADLINE = 0.2


class FakeDarkroom(Darkroom):
    """Says how wide it was asked to make the picture."""

    @override
    async def thumbnail(self, photo: bytes, width: int) -> bytes:
        return b"\xff\xd8\xff a picture %d pixels wide" % width


def booking(
    external_image_id: str,
    person_id: str | None = None,
    status: RecordStatus = RecordStatus.ACTIVE,
) -> Booking:
    person = Person(person_id, "Sample", external_image_id)
    extra = {"pod": "C", "gang": "none of your business"}
    return Booking(external_image_id, f"B-{external_image_id}", person, status=status, extra=extra)


@dataclass(frozen=True)
class OneCollection(RecordsOfCollections):
    """The records of one collection, whichever is asked for."""

    records: Records

    @override
    def of(self, collection_id: str) -> Records:
        return self.records


@dataclass
class Jail:
    """The outside in memory, and what the service makes of it."""

    records: Records
    engine: FakeFaceEngine = field(default_factory=FakeFaceEngine)
    store: FakePhotoStore = field(default_factory=FakePhotoStore)
    fake_jms: FakeJms = field(default_factory=lambda: FakeJms({}))
    jms: Jms | None = field(init=False)
    keys: bool = False
    terms: ProviderTerms = field(default_factory=ProviderTerms)
    views: frozenset[View] = frozenset({View.FRONT})

    def __post_init__(self) -> None:
        self.jms = self.fake_jms

    @property
    def sweep(self) -> SweepIntents:
        return SweepIntents(self.engine, self.records, self.store)

    @property
    def enrichment(self) -> Enrichment:
        return Enrichment(self.jms, DEADLINE)

    def services(self, registry: CollectorRegistry | None = None) -> Services:
        del registry
        engine, records, store, sweep = self.engine, self.records, self.store, self.sweep
        needed = {"records": records.ping, "engine": engine.ping, "photos": store.ping}
        return Services(
            authenticate=Authenticate(records, self.keys),
            authorize=Authorize(records),
            check_readiness=CheckReadiness(needed, {"jms": self.jms.ping} if self.jms else {}),
            collections=self.collections(),
            engine=engine,
            index_photo=IndexPhoto(engine, records, store, self.enrichment, sweep, self.views),
            read_index=ReadIndex(records),
            read_searches=ReadSearches(records),
            remove_photo=RemovePhoto(records, sweep),
            search_faces=SearchFaces(engine, records, self.enrichment, self.terms),
            view_booking=ViewBooking(records, self.enrichment),
            view_photo=ViewPhoto(records, store, FakeDarkroom()),
        )

    def collections(self) -> CollectionServices:
        """Return the use cases of a jail with this collection alone."""
        galleries = Galleries(
            FakeFaceCollections(), OneCollection(self.records), FakeObjectSource(), COLLECTION
        )
        sweep = SweepCollections(galleries, self.store, self.sweep)
        purposes = Purposes(self.terms, self.keys)
        return CollectionServices.over(galleries, self.enrichment, purposes, sweep)

    async def index(
        self,
        external_image_id: str,
        photo: bytes,
        view: View = View.FRONT,
        idempotency_key: str | None = None,
    ) -> IndexAnswer:
        request = IndexRequest(photo, external_image_id, view, idempotency_key=idempotency_key)
        return await self.services().index_photo(request, ACTOR)

    async def book(self, people: Mapping[str, str]) -> None:
        """Index one photo an id, of the person drawn in it."""
        for external_image_id, person in people.items():
            await self.index(external_image_id, drawn_photo(person, note=external_image_id))

    async def search(
        self,
        *faces: str,
        options: SearchOptions | None = None,
        idempotency_key: str | None = None,
    ) -> SearchAnswer:
        context = SearchContext(Purpose.CRIMINAL_INVESTIGATION, "26-001234", "Det. N")
        request = SearchRequest(
            drawn_photo(*faces, note="probe"),
            context,
            options or SearchOptions(),
            idempotency_key=idempotency_key,
        )
        return await self.services().search_faces(request, ACTOR)

    async def audit(self) -> Sequence[AuditEntry]:
        async with self.records.unit() as unit:
            return [entry for _, entry in await unit.audit.page(0, 1000)]


def lock_out(database: str) -> None:
    """Make the database refuse everybody, as one that is down for maintenance."""
    name = str(conninfo_to_dict(database)["dbname"])
    maintenance = make_conninfo(database, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        closed = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
        connection.execute(closed)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(ended, (name,))
