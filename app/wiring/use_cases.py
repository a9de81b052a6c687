"""The use cases, made of the ports."""

from dataclasses import dataclass

from adapters.darkroom.sandboxed import SandboxedDarkroom
from adapters.work_queue.procrastinate import QueueWorker
from app.domain.policy_in_force import Policy
from app.ports.call_quota import CallQuota
from app.ports.data_keys import DataKeys
from app.ports.face_collections import FaceCollections
from app.ports.face_engine import FaceEngine
from app.ports.jms import Jms
from app.ports.object_source import ObjectSource
from app.ports.photo_source import PhotoSources
from app.ports.photo_store import PhotoStore
from app.ports.recent_bookings import RecentBookings
from app.ports.records import Records, RecordsOfCollections
from app.ports.work_queue import WorkQueue
from app.services import Services
from app.services.audit import AuditServices
from app.services.authenticate import Authenticate
from app.services.authorize import Authorize
from app.services.block_people import BlockPeople
from app.services.calibration.calibrated import ReadCalibration
from app.services.check_readiness import CheckReadiness, Ping
from app.services.collections import CollectionServices
from app.services.collections.galleries import Galleries
from app.services.collections.purposes import Purposes
from app.services.collections.sweep_collections import SweepCollections
from app.services.enrichment import Enrichment
from app.services.forgetting.forget_probes import ForgetProbes
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.purge import PurgeDaily
from app.services.forgetting.read_probe import ReadProbe
from app.services.imports import ImportServices
from app.services.imports.check_imports import CheckImports
from app.services.imports.manage_imports import ManageImports
from app.services.imports.read_imports import ReadImports
from app.services.index_photo import IndexPhoto
from app.services.jms_events.follow_events import FollowEvents
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
from app.services.search_faces import SearchFaces
from app.services.sign_in import SignIn
from app.services.sweep_intents import SweepIntents
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto
from app.services.withholding.check_withheld import CheckWithheld
from app.services.withholding.forgotten_bookings import none_kept
from app.services.withholding.keep_withheld import KeepWithheld
from app.settings import Settings
from app.wiring.audit import signer_of
from app.wiring.aws import Aws
from app.wiring.forgetting import forgetting_of, keep_probe_of, purge_of, removals_of
from app.wiring.jms_events import (
    follow_events_of,
    jms_events_of,
    keep_withheld_of,
    withholding_of,
)
from app.wiring.provider_terms import provider_terms_of
from app.wiring.reviews import Pictures, disclose_of, reviews_of
from app.wiring.secret import secret_of


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside, open; `engine` and `records` are those of the service's collection."""

    collections: FaceCollections
    engine: FaceEngine
    next_engine: FaceEngine | None  # of the model to change to
    records_of: RecordsOfCollections
    records: Records
    keys: DataKeys
    store: PhotoStore
    probes: PhotoStore  # of searches; never enrolled
    objects: ObjectSource
    darkroom: SandboxedDarkroom
    jms: Jms | None  # guarded: for those who wait
    patient_jms: Jms | None  # itself: for work in the background, which lets searches go first
    recent_bookings: RecentBookings | None
    sources: PhotoSources
    quota: CallQuota | None
    queue: WorkQueue
    worker: QueueWorker
    aws: Aws
    sign_in: SignIn | None = None


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Who undoes what no record counts on any more."""

    own: SweepIntents
    others: SweepCollections
    models: ForgetModels
    removals: GoOnRemoving
    purge: PurgeDaily
    withheld: KeepWithheld
    events: FollowEvents


def _galleries(settings: Settings, ports: Ports) -> Galleries:
    """Return the collections with their records."""
    own = settings.engine.collection_id
    return Galleries(ports.collections, ports.records_of, ports.objects, own)


def sweeps_of(settings: Settings, ports: Ports) -> Sweeps:
    """Return the sweepers, not yet running."""
    own = SweepIntents(ports.engine, ports.records, ports.store)
    others = SweepCollections(_galleries(settings, ports), ports.store, own)
    probes = ForgetProbes(ports.records, ports.records_of, ports.probes)
    removals = removals_of(settings, own, probes, ports.keys)
    daily = PurgeDaily(ports.records, purge_of(settings, ports.records_of, ports.probes))
    enrichment = Enrichment(ports.jms, settings.enrich_seconds)
    index = IndexPhoto(
        ports.engine, ports.records, ports.store, enrichment, own, settings.index_views
    )
    itself = Enrichment(ports.patient_jms, settings.enrich_seconds)
    forget = ports.recent_bookings.forget if ports.recent_bookings else none_kept
    withheld = keep_withheld_of(settings, itself, removals, forget)
    return Sweeps(
        own=own,
        others=others,
        models=ForgetModels(ports.engine, ports.records),
        removals=removals,
        purge=daily,
        withheld=withheld,
        events=follow_events_of(settings, index, _manage_imports(ports), withheld),
    )


def _model_services(ports: Ports, forget: ForgetModels) -> ModelServices:
    records = ports.records
    encode = EncodeBeside(ports.next_engine, records, ports.store)
    return ModelServices(
        read=ReadModel(records),
        switch=SwitchModel(records, encode, forget),
        give_up=GiveUpModel(records, forget),
    )


def services_of(settings: Settings, ports: Ports, sweeps: Sweeps, policy: Policy) -> Services:
    """Return every use case, ready to call."""
    engine, records, store = ports.engine, ports.records, ports.store
    enrichment = Enrichment(ports.jms, settings.enrich_seconds)
    needed = {
        "records": records.ping,
        "engine": engine.ping,
        "photos": store.ping,
        "keys": ports.keys.ping,
    }
    useful: dict[str, Ping] = {
        "imports": CheckImports(records),
        "removals": CheckWithheld(records),
    }
    if settings.probes.keep_days:
        needed["probes"] = ports.probes.ping
    if ports.jms:
        useful["jms"] = ports.jms.ping
    if ports.sign_in:
        useful["identity_provider"] = ports.sign_in.verifier.ping
    terms = provider_terms_of(settings)
    authenticate = _authenticate(settings, records, ports.sign_in)
    forgetting = forgetting_of(sweeps.removals, ports.probes, ports.darkroom)
    pictures = Pictures(store, ReadProbe(records, ports.probes), ports.darkroom)
    return Services(
        audit=AuditServices.over(records, signer_of(settings, secret_of(settings))),
        authenticate=authenticate,
        authorize=Authorize(records, settings.auth.require_on_behalf_of),
        check_readiness=CheckReadiness(needed, useful),
        collections=CollectionServices.over(
            _galleries(settings, ports), enrichment, Purposes(terms, policy), sweeps.others
        ),
        disclose=disclose_of(settings, policy, records, engine, pictures),
        engine=engine,
        forgetting=forgetting,
        imports=_imports(ports, enrichment),
        block_people=_block_people(ports),
        index_photo=sweeps.events.renumber.index,
        jms_events=jms_events_of(settings, authenticate, sweeps.withheld, sweeps.events),
        keys=ManageKeys(records),
        model=_model_services(ports, sweeps.models),
        policy=policy,
        read_index=ReadIndex(records),
        read_searches=ReadSearches(records),
        remove_photo=RemovePhoto(forgetting.removals),
        reviews=reviews_of(settings, policy, records, pictures),
        search_faces=SearchFaces(
            *(engine, records, enrichment, policy),
            ReadCalibration(records, settings.high_confidence.limits),
            terms,
            keep_probe_of(settings, ports.probes),
        ),
        view_booking=ViewBooking(records, enrichment),
        view_photo=ViewPhoto(records, store, ports.darkroom),
        withholding=withholding_of(sweeps.withheld),
    )


def _authenticate(settings: Settings, records: Records, sign_in: SignIn | None) -> Authenticate:
    lockout = Lockout(settings.auth.lockout_after, settings.auth.lockout_seconds)
    return Authenticate(records, settings.authentication, lockout, sign_in=sign_in)


def _block_people(ports: Ports) -> BlockPeople:
    issuer = ports.sign_in.verifier.issuer if ports.sign_in else None
    return BlockPeople(ports.records, issuer)


def _imports(ports: Ports, enrichment: Enrichment) -> ImportServices:
    records, sources = ports.records, ports.sources
    return ImportServices(
        manage=_manage_imports(ports),
        read=ReadImports(records, sources, ports.darkroom, enrichment, ports.quota),
    )


def _manage_imports(ports: Ports) -> ManageImports:
    changes_model = ports.next_engine is not None
    return ManageImports(ports.records, ports.sources, ports.queue, changes_model=changes_model)
