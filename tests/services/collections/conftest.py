"""Collections for tests: real records, the engine, the JMS and the photo store in memory."""

from dataclasses import dataclass, field, replace

import pytest

from adapters.records.postgres import ConnectionPool, PostgresRecordsOfCollections
from app.domain.audit import AuditEntry
from app.domain.collection import CollectionFace
from app.domain.policy import Profile
from app.domain.policy_in_force import Policy
from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import Purpose
from app.ports.jms import Jms
from app.services.collections import CollectionServices
from app.services.collections.call import CollectionCall, Image
from app.services.collections.compare_faces import CompareFaces
from app.services.collections.delete_faces import DeleteFaces
from app.services.collections.galleries import Galleries
from app.services.collections.index_faces import IndexFaces
from app.services.collections.list_faces import ListFaces
from app.services.collections.manage_collections import ManageCollections
from app.services.collections.manage_users import ManageUsers
from app.services.collections.purposes import Purposes
from app.services.collections.search_collection import SearchCollection
from app.services.collections.search_users import SearchUsers
from app.services.collections.sweep_collections import SweepCollections
from app.services.enrichment import Enrichment
from app.services.sweep_intents import SweepIntents
from tests.databases import COLLECTION, DEPLOYMENT
from tests.fakes import (
    FakeFaceEngine,
    FakeObjectSource,
    FakePhotoStore,
    drawn_photo,
)
from tests.fakes_collections import FakeFaceCollections
from tests.jails import ACTOR, DEFAULT_PROFILE

CALL = CollectionCall(ACTOR, "Operation", Purpose.CRIMINAL_INVESTIGATION, "26-001234")
ALL = 100


@dataclass
class Faces:
    """Every use case on collections; `jail` is the service's own collection."""

    records: PostgresRecordsOfCollections
    collections: FakeFaceCollections = field(default_factory=FakeFaceCollections)
    objects: FakeObjectSource = field(default_factory=FakeObjectSource)
    store: FakePhotoStore = field(default_factory=FakePhotoStore)
    jms: Jms | None = None
    terms: ProviderTerms = field(default_factory=lambda: ProviderTerms(restricted=False))
    keys: bool = True
    profile: Profile = DEFAULT_PROFILE

    @property
    def galleries(self) -> Galleries:
        return Galleries(self.collections, self.records, self.objects, COLLECTION)

    @property
    def enrichment(self) -> Enrichment:
        return Enrichment(self.jms, 0.2)

    @property
    def sweep(self) -> SweepCollections:
        own = SweepIntents(FakeFaceEngine(), self.records.of(COLLECTION), self.store)
        return SweepCollections(self.galleries, self.store, own)

    @property
    def purposes(self) -> Purposes:
        return Purposes(self.terms, Policy(self.profile, self.keys))

    @property
    def services(self) -> CollectionServices:
        return CollectionServices.over(self.galleries, self.enrichment, self.purposes, self.sweep)

    @property
    def manage(self) -> ManageCollections:
        return self.services.manage

    @property
    def index(self) -> IndexFaces:
        return self.services.index_faces

    @property
    def listing(self) -> ListFaces:
        return self.services.list_faces

    @property
    def delete(self) -> DeleteFaces:
        return self.services.delete_faces

    @property
    def search(self) -> SearchCollection:
        return self.services.search

    @property
    def compare(self) -> CompareFaces:
        return self.services.compare

    @property
    def users(self) -> ManageUsers:
        return self.services.users

    @property
    def search_users(self) -> SearchUsers:
        return self.services.search_users

    async def book(self, *people: str, collection_id: str = "mugshots") -> dict[str, str]:
        """Index one photo a person under the person's name; return the face ids by name."""
        return {
            name: (await self.add(name, drawn_photo(name), collection_id))[0].face_id
            for name in people
        }

    async def add(
        self, name: str | None, image: Image, collection_id: str = "mugshots"
    ) -> tuple[CollectionFace, ...]:
        answer = await self.index(collection_id, image, name, ALL, True, CALL)
        return answer.kept

    async def found(self, name: str, threshold: float = 80.0) -> list[str]:
        """Search a new photo of a person; return the ids found."""
        probe = drawn_photo(name, note="probe")
        answer = await self.search.by_image("mugshots", probe, ALL, threshold, CALL)
        return [match.face.external_image_id for match in answer.matches]

    async def audit(self, collection_id: str = "mugshots") -> list[AuditEntry]:
        async with self.records.of(collection_id).unit() as unit:
            records = await unit.audit.page(0, 1000)
            return [one.entry() for one in records if one.fields["collection"] == collection_id]


def purposeless(call: CollectionCall = CALL) -> CollectionCall:
    return replace(call, purpose=None, case_number=None)


@pytest.fixture
async def faces(pool: ConnectionPool) -> Faces:
    """Give an engine with one empty collection, `mugshots`, beside the service's own."""
    made = Faces(PostgresRecordsOfCollections(pool, DEPLOYMENT))
    await made.manage.create("mugshots", {}, CALL)
    return made
