"""Who repairs: needs the photo store and the engine, which verifying alone can do without."""

from dataclasses import dataclass

from app.domain.audit import Actor
from app.ports.records import RecordsOfCollections
from app.ports.verification_records import VerificationRecords
from app.services.enrichment import Enrichment
from app.services.index_photo import IndexPhoto
from app.services.sweep_intents import SweepIntents
from app.services.verify.listing import Listing
from app.services.verify.mend import Mender, Mending, unable
from app.services.verify.mend_missing import MendMissing
from app.services.verify.mend_orphans import MendOrphans
from app.services.verify.outside import Outside
from app.services.verify.suspicion import Suspicion


@dataclass(frozen=True, slots=True)
class Repairs:
    """Under whose name is repaired, and what only somebody's word allows."""

    actor: Actor
    all_orphans: bool = False  # destroys them however many they are
    lost_keys: bool = False  # brings back whose keys are gone


def mending(
    checked: VerificationRecords,
    records_of: RecordsOfCollections,
    outside: Outside,
    listing: Listing,
    repairs: Repairs,
    enrich_seconds: float,
) -> Suspicion:
    """Return who repairs."""
    mender = _mender(checked, records_of, outside, listing, repairs, enrich_seconds)
    return Suspicion(mender, however_many=repairs.all_orphans)


def _mender(
    checked: VerificationRecords,
    records_of: RecordsOfCollections,
    outside: Outside,
    listing: Listing,
    repairs: Repairs,
    enrich_seconds: float,
) -> Mending:
    store, engine = outside.store, outside.engine
    if isinstance(store, str):
        return unable(store)
    if isinstance(engine, str):
        return unable(engine)
    jms = None if isinstance(outside.jms, str) else outside.jms
    records = records_of.of(outside.collection)
    sweep = SweepIntents(engine, records, store)
    enrichment = Enrichment(jms, enrich_seconds)
    index = IndexPhoto(engine, records, store, enrichment, sweep, outside.views)
    return Mender(
        MendOrphans(checked, records, sweep, repairs.actor, records_of, outside.keys),
        MendMissing(checked, records, store, index, jms, listing, repairs.actor),
        outside.keys,
        repairs.lost_keys,
    )
