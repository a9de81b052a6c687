"""The unit of work: one pipelined transaction, numbered in the order of its commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from typing_extensions import override

from adapters.records.postgres.answers import PostgresAnswers
from adapters.records.postgres.audit import PostgresAudit
from adapters.records.postgres.blocks import PostgresBlocks
from adapters.records.postgres.booking_numbers import PostgresBookingNumbers
from adapters.records.postgres.calibrations import PostgresCalibrations
from adapters.records.postgres.collections import PostgresCollections
from adapters.records.postgres.face_changes import FaceChanges
from adapters.records.postgres.faces import PostgresFaces
from adapters.records.postgres.holds import PostgresHolds
from adapters.records.postgres.imports import PostgresImports
from adapters.records.postgres.intents import PostgresIntents
from adapters.records.postgres.jms_events import PostgresJmsEvents
from adapters.records.postgres.keys import PostgresKeys
from adapters.records.postgres.models import PostgresModels
from adapters.records.postgres.patience import Patience
from adapters.records.postgres.photo_keys import PostgresPhotoKeys
from adapters.records.postgres.photos import PostgresPhotos
from adapters.records.postgres.pool import ConnectionPool, translated, without_transaction
from adapters.records.postgres.probes import PostgresProbes, PostgresPurgeTurns
from adapters.records.postgres.removals import PostgresRemovals
from adapters.records.postgres.reviews import PostgresReviews
from adapters.records.postgres.sealing import Seal
from adapters.records.postgres.searches import PostgresSearches
from adapters.records.postgres.standings import PostgresStandings
from adapters.records.postgres.template_seal import TemplateSeal
from adapters.records.postgres.transaction import Reads, Transaction
from adapters.records.postgres.users import PostgresUsers
from adapters.records.postgres.withheld import PostgresWithheld
from app.domain.audit_record import Origin
from app.domain.errors import RecordsUnavailableError
from app.ports.data_keys import DataKeys
from app.ports.records import Records, RecordsOfCollections, Unit

_WRITABLE = (
    "SELECT current_setting('transaction_read_only'), has_table_privilege('audit', 'INSERT')"
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the records of every collection of one deployment have in common."""

    answers_key: bytes = field(repr=False)  # 32 bytes; seals what was answered (AES-256-GCM)
    access_keys_key: bytes = field(repr=False)  # 32 bytes; seals the secrets of access keys
    terms_reference: str | None  # stands in every audit entry
    host: str | None = None  # where this process runs, and what it is: in every audit entry, too
    program: str | None = None
    data_keys: DataKeys | None = field(default=None, repr=False)  # None: nobody puts templates


@dataclass(frozen=True, slots=True)
class PostgresUnit(Unit):
    """The parts of one transaction."""

    changes: FaceChanges
    photos: PostgresPhotos
    faces: PostgresFaces
    collections: PostgresCollections
    models: PostgresModels
    users: PostgresUsers
    standings: PostgresStandings
    photo_keys: PostgresPhotoKeys
    searches: PostgresSearches
    reviews: PostgresReviews
    audit: PostgresAudit
    intents: PostgresIntents
    answers: PostgresAnswers
    keys: PostgresKeys
    blocks: PostgresBlocks
    imports: PostgresImports
    probes: PostgresProbes
    purge_turns: PostgresPurgeTurns
    holds: PostgresHolds
    removals: PostgresRemovals
    withheld: PostgresWithheld
    booking_numbers: PostgresBookingNumbers
    jms_events: PostgresJmsEvents
    calibrations: PostgresCalibrations

    @classmethod
    def on(
        cls, transaction: Transaction, seal: Seal, keys_seal: Seal, deployment: Deployment
    ) -> "PostgresUnit":
        """Return the parts over one transaction."""
        seal_of_templates = TemplateSeal(deployment.data_keys, transaction.collection)
        changes = FaceChanges(transaction, seal_of_templates)
        origin = Origin(transaction.collection, deployment.host, deployment.program)
        intents = PostgresIntents(transaction)
        photos, faces = PostgresPhotos(transaction, changes), PostgresFaces(transaction, changes)
        return cls(
            changes=changes,
            photos=photos,
            faces=faces,
            collections=PostgresCollections(transaction, photos, faces),
            models=PostgresModels(transaction, changes),
            users=PostgresUsers(transaction, changes),
            standings=PostgresStandings(transaction),
            photo_keys=PostgresPhotoKeys(transaction, intents),
            searches=PostgresSearches(transaction, seal),
            reviews=PostgresReviews(transaction, seal),
            audit=PostgresAudit(transaction, origin, deployment.terms_reference),
            intents=intents,
            answers=PostgresAnswers(transaction, seal),
            keys=PostgresKeys(transaction, keys_seal),
            blocks=PostgresBlocks(transaction),
            imports=PostgresImports(transaction),
            probes=PostgresProbes(transaction),
            purge_turns=PostgresPurgeTurns(transaction),
            holds=PostgresHolds(transaction),
            removals=PostgresRemovals(transaction),
            withheld=PostgresWithheld(transaction),
            booking_numbers=PostgresBookingNumbers(transaction),
            jms_events=PostgresJmsEvents(transaction),
            calibrations=PostgresCalibrations(transaction),
        )

    async def number_changes(self) -> None:
        """Write what was kept back; what is numbered last of all."""
        await self.photos.write()
        await self.intents.write()
        await self.changes.write()
        await self.audit.write_records()


class PostgresRecords(Records):
    """The records of one collection."""

    def __init__(self, pool: ConnectionPool, collection: str, deployment: Deployment) -> None:
        self._pool = pool
        self._collection = collection
        self._seal = Seal(deployment.answers_key, collection)
        self._keys_seal = Seal(deployment.access_keys_key)
        self._deployment = deployment

    @override
    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection, connection.pipeline():
                with patience.farewell_of(connection):
                    unit = self._on(Transaction(connection, self._collection))
                    yield unit
                    await unit.number_changes()
                    with patience.answer_of(connection):
                        await connection.commit()

    @override
    @asynccontextmanager
    async def view(self) -> AsyncIterator[Unit]:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection):
                    async with without_transaction(connection):
                        yield self._on(Reads(connection, self._collection))

    @override
    async def ping(self) -> None:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = await connection.execute(_WRITABLE)
                    row = await cursor.fetchone()
        if row != ("off", True):
            why = "The audit" if row and row[0] == "off" else "The database"
            raise RecordsUnavailableError(f"{why} can be read but not written.")

    def _on(self, transaction: Transaction) -> PostgresUnit:
        return PostgresUnit.on(transaction, self._seal, self._keys_seal, self._deployment)


class PostgresRecordsOfCollections(RecordsOfCollections):
    """Records that share a pool and keys; answers are sealed for their own collection."""

    def __init__(self, pool: ConnectionPool, deployment: Deployment) -> None:
        self._pool = pool
        self._deployment = deployment

    @override
    def of(self, collection_id: str) -> Records:
        return PostgresRecords(self._pool, collection_id, self._deployment)
