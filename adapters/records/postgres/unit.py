"""The unit of work: one pipelined transaction, numbered in the order of its commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from typing_extensions import override

from adapters.records.postgres.answers import PostgresAnswers
from adapters.records.postgres.audit import PostgresAudit
from adapters.records.postgres.faces import PostgresFaces
from adapters.records.postgres.intents import PostgresIntents
from adapters.records.postgres.keys import PostgresKeys
from adapters.records.postgres.patience import Patience
from adapters.records.postgres.photo_keys import PostgresPhotoKeys
from adapters.records.postgres.photos import PostgresPhotos
from adapters.records.postgres.pool import ConnectionPool, translated, without_transaction
from adapters.records.postgres.sealing import Seal
from adapters.records.postgres.searches import PostgresSearches
from adapters.records.postgres.standings import PostgresStandings
from adapters.records.postgres.transaction import Reads, Transaction
from app.domain.errors import RecordsUnavailableError
from app.ports.records import Records, Unit


@dataclass(frozen=True, slots=True)
class PostgresUnit(Unit):
    """The parts of one transaction."""

    photos: PostgresPhotos
    faces: PostgresFaces
    standings: PostgresStandings
    photo_keys: PostgresPhotoKeys
    searches: PostgresSearches
    audit: PostgresAudit
    intents: PostgresIntents
    answers: PostgresAnswers
    keys: PostgresKeys

    @classmethod
    def on(cls, transaction: Transaction, seal: Seal) -> "PostgresUnit":
        """Return the parts over one transaction."""
        faces = PostgresFaces(transaction)
        return cls(
            photos=PostgresPhotos(transaction, faces),
            faces=faces,
            standings=PostgresStandings(transaction),
            photo_keys=PostgresPhotoKeys(transaction),
            searches=PostgresSearches(transaction, seal),
            audit=PostgresAudit(transaction),
            intents=PostgresIntents(transaction),
            answers=PostgresAnswers(transaction, seal),
            keys=PostgresKeys(transaction),
        )

    async def number_changes(self) -> None:
        """Write what is numbered, last of all."""
        await self.faces.write_changes()
        await self.audit.write_entries()


class PostgresRecords(Records):
    """The records of one collection; `key` (32 bytes) seals what was answered (AES-256-GCM)."""

    def __init__(self, pool: ConnectionPool, collection: str, key: bytes) -> None:
        self._pool = pool
        self._collection = collection
        self._seal = Seal(key, collection)

    @override
    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection, connection.pipeline():
                with patience.farewell_of(connection):
                    unit = PostgresUnit.on(Transaction(connection, self._collection), self._seal)
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
                        reads = Reads(connection, self._collection)
                        yield PostgresUnit.on(reads, self._seal)

    @override
    async def ping(self) -> None:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = await connection.execute("SHOW transaction_read_only")
                    row = await cursor.fetchone()
        if row != ("off",):
            raise RecordsUnavailableError("The database can be read but not written.")
