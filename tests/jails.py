"""A jail for tests: every use case on real records, with the outside in memory."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from PIL import Image
from prometheus_client import CollectorRegistry
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typing_extensions import override

from adapters.disclosure_paper import PdfPaper
from adapters.policy import read_profile, shipped_text
from app.domain.audit import Actor, AuditEntry, Visitor
from app.domain.blinding import Blinding
from app.domain.booking import Booking, Person, RecordStatus
from app.domain.high_confidence import HighConfidence
from app.domain.photo import View
from app.domain.policy import Profile
from app.domain.policy_in_force import Policy
from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import Purpose
from app.domain.record import IndexAnswer
from app.domain.search import SearchAnswer, SearchContext, SearchOptions
from app.domain.withheld import RemovalTerms
from app.ports.darkroom import Darkroom
from app.ports.data_keys import DataKeys
from app.ports.jms import Jms
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, RecordsOfCollections
from app.services import Services
from app.services.audit import AuditServices
from app.services.audit.sign_head import SignHead
from app.services.authenticate import Authenticate
from app.services.authorize import Authorize
from app.services.block_people import BlockPeople
from app.services.calibration.calibrated import ReadCalibration
from app.services.call_limits import CallLimits
from app.services.check_readiness import CheckReadiness
from app.services.collections import CollectionServices
from app.services.collections.galleries import Galleries
from app.services.collections.purposes import Purposes
from app.services.collections.sweep_collections import SweepCollections
from app.services.disclosure import Disclose
from app.services.enrichment import Enrichment
from app.services.forgetting import ForgettingServices
from app.services.forgetting.ask_places import AskPlaces
from app.services.forgetting.forget_probes import ForgetProbes
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.keep_probe import KeepProbe
from app.services.forgetting.manage_holds import ManageHolds
from app.services.forgetting.read_probe import ReadProbe
from app.services.forgetting.read_removals import ReadRemovals
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.forgetting.view_probe import ViewProbe
from app.services.imports.manage_imports import ManageImports
from app.services.imports.refresh_standings import RefreshStandings
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.jms_events import JmsEventServices
from app.services.jms_events.follow_events import FollowEvents
from app.services.jms_events.hide_named import HideNamed
from app.services.jms_events.import_told import ImportTold
from app.services.jms_events.receive_events import ReceiveEvents
from app.services.jms_events.renumber_photo import RenumberPhoto
from app.services.jms_events.verify_sender import VerifySender
from app.services.lockout import Lockout
from app.services.manage_keys import ManageKeys
from app.services.model import ModelServices
from app.services.model.encode_beside import EncodeBeside
from app.services.model.forget_models import ForgetModels
from app.services.model.give_up_model import GiveUpModel
from app.services.model.read_model import ReadModel
from app.services.model.switch_model import SwitchModel
from app.services.read_index import ReadIndex
from app.services.read_searches import ReadSearches
from app.services.remove_photo import RemovePhoto
from app.services.reviews import ReviewServices
from app.services.reviews.read_reviews import ReadReviews
from app.services.reviews.record_review import RecordReview
from app.services.reviews.view_picture import ViewPicture
from app.services.search_faces import SearchFaces
from app.services.search_request import SearchRequest
from app.services.sign_in import SignIn
from app.services.signatures import Signer
from app.services.sweep_intents import SweepIntents
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto
from app.services.withholding import WithholdingServices
from app.services.withholding.keep_withheld import KeepWithheld
from app.services.withholding.manage_withheld import ManageWithheld
from app.services.withholding.remove_withheld import RemoveWithheld
from app.services.withholding.tell_withheld import TellWithheld
from app.services.withholding.unknown_twice import UnknownTwice
from tests.databases import COLLECTION, KEY
from tests.fakes import FakeFaceEngine, FakeObjectSource, FakePhotoStore, drawn_photo
from tests.fakes_collections import FakeFaceCollections
from tests.fakes_data_keys import FakeDataKeys
from tests.fakes_imports import FakeImports
from tests.fakes_jms import FakeJms

ACTOR = Actor("front desk (0a1b2c3d)", "192.0.2.7", "request-1", "Sgt. O")
VISITOR = Visitor("192.0.2.7", "request-1", "GET /index")
DEADLINE = 0.2
BLINDING = Blinding(KEY)
AT_ONCE = RemovalTerms(
    frozenset({RecordStatus.EXPUNGED, RecordStatus.SEALED}), timedelta(), timedelta(), 0.005, 5
)
"""What is hidden may go as soon as the JMS says so a second time."""
SECRETS = (b"a secret of two dozen bytes", b"the secret of the time before")
DEFAULT_PROFILE = read_profile(shipped_text("default"), "default.yaml")


class FakeDarkroom(Darkroom):
    """Says how wide it was asked to make the picture."""

    @override
    async def thumbnail(self, photo: bytes, width: int) -> bytes:
        return b"\xff\xd8\xff a picture %d pixels wide" % width

    @override
    async def stamped(self, photo: bytes, width: int, caption: str) -> bytes:
        picture = (
            io.BytesIO()
        )  # a real one, which a paper can take in; what follows it is not drawn
        Image.new("RGB", (8, 10), "grey").save(picture, "JPEG")
        told = await self.thumbnail(photo, width) + f", stamped: {caption}".encode()
        return picture.getvalue() + told


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


def removing(
    sweep: SweepIntents, keys: DataKeys | None = None, probes: PhotoStore | None = None
) -> GoOnRemoving:
    """Return who proves removals, over what a sweeper sweeps."""
    records = sweep.records
    forget = ForgetProbes(records, OneCollection(records), probes or FakePhotoStore())
    ask = AskPlaces(records, sweep.engine, sweep.store, COLLECTION, forget, keys or FakeDataKeys())
    return GoOnRemoving(sweep.records, sweep, ask, Signer.of(KEY))


def removal(sweep: SweepIntents) -> RemovePhoto:
    """Return who removes photos of what a sweeper sweeps."""
    return RemovePhoto(RemovePhotos(sweep.records, removing(sweep)))


@dataclass
class Jail:
    """The outside in memory, and what the service makes of it."""

    records: Records
    engine: FakeFaceEngine = field(default_factory=FakeFaceEngine)
    store: FakePhotoStore = field(default_factory=FakePhotoStore)
    probes: FakePhotoStore = field(default_factory=FakePhotoStore)
    data_keys: FakeDataKeys | None = None
    fake_jms: FakeJms = field(default_factory=lambda: FakeJms({}))
    imports: FakeImports = field(default_factory=FakeImports)
    jms: Jms | None = field(init=False)
    keys: bool = False
    lockout: Lockout = field(default_factory=Lockout)
    limits: CallLimits = field(default_factory=CallLimits)
    person_required: bool = False
    terms: ProviderTerms = field(default_factory=ProviderTerms)
    profile: Profile = DEFAULT_PROFILE
    high_confidence: HighConfidence = field(default_factory=HighConfidence)
    evaluation: str | None = None
    sign_in: SignIn | None = None
    views: frozenset[View] = frozenset({View.FRONT})
    keeps_probes: bool = True
    darkroom: Darkroom = field(default_factory=FakeDarkroom)
    removal_terms: RemovalTerms = AT_ONCE
    secrets: Sequence[bytes] = SECRETS
    import_manager: ManageImports | None = None  # begins an import for an event
    forgotten: list[str] = field(default_factory=list)  # of what is kept of the JMS's answers
    unknown: UnknownTwice = field(default_factory=UnknownTwice)

    def __post_init__(self) -> None:
        self.jms = self.fake_jms

    @property
    def policy(self) -> Policy:
        return Policy(self.profile, self.keys, self.evaluation)

    @property
    def sweep(self) -> SweepIntents:
        return SweepIntents(self.engine, self.records, self.store)

    @property
    def go_on_removing(self) -> GoOnRemoving:
        return removing(self.sweep, self.data_keys, self.probes)

    @property
    def forgetting(self) -> ForgettingServices:
        records = self.records
        return ForgettingServices(
            holds=ManageHolds(records),
            removals=RemovePhotos(records, self.go_on_removing),
            read_removals=ReadRemovals(records, Signer.of(KEY), COLLECTION),
            view_probe=ViewProbe(records, self.probes, self.darkroom),
        )

    @property
    def withheld(self) -> KeepWithheld:
        """Return who keeps hidden what the JMS says so of."""
        records = self.records
        return KeepWithheld(
            *(records, self.enrichment, self.removal_terms),
            RemoveWithheld(records, self.go_on_removing),
            TellWithheld(records),
            self.forgotten.extend,
            self.unknown,
        )

    @property
    def index_photo(self) -> IndexPhoto:
        return IndexPhoto(
            self.engine, self.records, self.store, self.enrichment, self.sweep, self.views
        )

    @property
    def follow(self) -> FollowEvents:
        """Return who does what events ask for besides."""
        records, index = self.records, self.index_photo
        refresh = RefreshStandings(self.engine, records, self.enrichment, self.sweep)
        renumber = RenumberPhoto(
            *(records, self.store, index, self.forgetting.removals),
            self.removal_terms.confirm_after,
        )
        return FollowEvents(
            *(records, refresh, ImportTold(records, self.import_manager), renumber),
            HideNamed(records, self.removal_terms.confirm_after, self.forgotten.extend),
            self.forgotten.extend,
        )

    def jms_events(self, authenticate: Authenticate) -> JmsEventServices:
        """Return the use cases of a JMS that tells."""
        keep = self.withheld
        receive = ReceiveEvents(self.records, keep, self.follow)
        return JmsEventServices(VerifySender(authenticate, self.secrets), receive)

    @property
    def enrichment(self) -> Enrichment:
        return Enrichment(self.jms, DEADLINE)

    def services(self, registry: CollectorRegistry | None = None) -> Services:
        del registry
        engine, records, store = self.engine, self.records, self.store
        needed = {"records": records.ping, "engine": engine.ping, "photos": store.ping}
        authenticate = Authenticate(records, self.keys, self.lockout, self.limits, self.sign_in)
        return Services(
            audit=AuditServices.over(records, Signer.of(KEY)),
            authenticate=authenticate,
            authorize=Authorize(records, self.person_required),
            block_people=BlockPeople(
                records, self.sign_in.verifier.issuer if self.sign_in else None
            ),
            check_readiness=CheckReadiness(needed, {"jms": self.jms.ping} if self.jms else {}),
            collections=self.collections(),
            disclose=self.disclose(),
            engine=engine,
            forgetting=self.forgetting,
            imports=self.imports.services,
            index_photo=self.index_photo,
            jms_events=self.jms_events(authenticate),
            keys=ManageKeys(records),
            model=self.model(),
            policy=self.policy,
            read_index=ReadIndex(records),
            read_searches=ReadSearches(records),
            remove_photo=RemovePhoto(self.forgetting.removals),
            reviews=self.reviews(),
            search_faces=SearchFaces(
                *(engine, records, self.enrichment, self.policy),
                ReadCalibration(records, self.high_confidence),
                self.terms,
                KeepProbe(self.probes if self.keeps_probes else None),
            ),
            view_booking=ViewBooking(records, self.enrichment),
            view_photo=ViewPhoto(records, store, self.darkroom),
            withholding=WithholdingServices(ManageWithheld(records, self.withheld)),
        )

    def reviews(self) -> ReviewServices:
        """Return the use cases of reviewers."""
        records, policy = self.records, self.policy
        pictures = ViewPicture(records, policy, BLINDING, self.store, self.darkroom, self.probe_of)
        return ReviewServices(
            ReadReviews(records, policy, BLINDING),
            RecordReview(records, policy, BLINDING),
            pictures,
        )

    def disclose(self) -> Disclose:
        """Return what makes a search's package."""
        sign_head = SignHead(self.records, Signer.of(KEY))
        return Disclose(
            self.records,
            self.policy,
            self.engine,
            self.darkroom,
            PdfPaper(),
            sign_head,
            self.probe_of,
        )

    def named(self, search_id: str, external_image_id: str) -> str:
        """Return the opaque id of a candidate."""
        return BLINDING.picture_id(search_id, external_image_id)

    @property
    def probe_of(self) -> ReadProbe:
        """Return who reads kept probes."""
        return ReadProbe(self.records, self.probes)

    def model(self) -> ModelServices:
        """Return the use cases of a change of the model, which is not under way."""
        forget = ForgetModels(self.engine, self.records)
        encode = EncodeBeside(None, self.records, self.store)
        switch = SwitchModel(self.records, encode, forget)
        return ModelServices(ReadModel(self.records), switch, GiveUpModel(self.records, forget))

    def collections(self) -> CollectionServices:
        """Return the use cases of a jail with this collection alone."""
        galleries = Galleries(
            FakeFaceCollections(), OneCollection(self.records), FakeObjectSource(), COLLECTION
        )
        sweep = SweepCollections(galleries, self.store, self.sweep)
        purposes = Purposes(self.terms, self.policy)
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
            return [record.entry() for record in await unit.audit.page(0, 1000)]


def lock_out(database: str) -> None:
    """Make the database refuse everybody, as one that is down for maintenance."""
    name = str(conninfo_to_dict(database)["dbname"])
    maintenance = make_conninfo(database, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        closed = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
        connection.execute(closed)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(ended, (name,))
