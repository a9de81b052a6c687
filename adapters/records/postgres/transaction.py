"""One transaction in pipeline mode: writes wait for no answer, reads and the commit do."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, LiteralString

import psycopg
from typing_extensions import override

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import translated

Row = tuple[Any, ...]

_COMMIT_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('commit:' || %(collection)s, 0))"


class KeptBack(ABC):
    """What a unit was told to write, not yet sent, so that more of the same may go with it."""

    @abstractmethod
    async def write(self) -> None:
        """Write it; nothing where there is nothing."""


class Transaction:
    """Statements on one collection; the collection is a parameter of every one of them."""

    holds_locks: ClassVar[bool] = True

    def __init__(self, connection: psycopg.AsyncConnection, collection: str) -> None:
        self._connection = connection
        self._collection = collection
        self._patience = Patience()
        self._in_commit_order = False
        self._kept_back: KeptBack | None = None

    @property
    def collection(self) -> str:
        """Which collection it is about."""
        return self._collection

    def keep_back(self, kept_back: KeptBack) -> None:
        """Have this written before the next statement, whatever that is."""
        self._kept_back = kept_back

    async def write_kept_back(self) -> None:
        """Write what was kept back."""
        if self._kept_back is not None:
            await self._kept_back.write()

    async def fetch(
        self, query: LiteralString, parameters: Mapping[str, object] | None = None
    ) -> list[Row]:
        """Return all rows of a statement."""
        await self.write_kept_back()
        with translated(), self._patience.answer_of(self._connection):
            cursor = await self._run(query, parameters)
            return await cursor.fetchall()

    async def write(
        self, query: LiteralString, parameters: Mapping[str, object] | None = None
    ) -> None:
        """Send a statement; its error, if any, comes with a later call or with the commit."""
        await self.write_kept_back()
        with translated(), self._patience.answer_of(self._connection):
            await self._run(query, parameters)

    def may_write(self) -> None:
        """Return where something is kept back to be written later; a view raises RuntimeError."""

    async def settle(self) -> None:
        """Wait until the server has read all that was written.

        For what may not fit the socket's buffer at once: a commit would wait for the answer with
        the rest unsent.
        """
        await self.fetch("SELECT true")

    async def take_commit_lock(self) -> None:
        """From here to the commit no other unit of this collection numbers anything.

        Numbers drawn after this are in the order of commit, so a follower that asks for greater
        ones never misses a transaction that commits late.
        """
        if not self._in_commit_order:
            await self.write(_COMMIT_LOCK)
            self._in_commit_order = True

    async def _run(
        self, query: LiteralString, parameters: Mapping[str, object] | None
    ) -> psycopg.AsyncCursor[Row]:
        bound = {"collection": self._collection, **(parameters or {})}
        cursor = self._connection.cursor(binary=True)
        return await cursor.execute(query, bound)


class Reads(Transaction):
    """Statements outside a transaction, which therefore only read."""

    holds_locks = False

    @override
    async def write(
        self, query: LiteralString, parameters: Mapping[str, object] | None = None
    ) -> None:
        self.may_write()

    @override
    def may_write(self) -> None:
        raise RuntimeError("a view only reads")


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str | None) -> str | None:
    """Return the text with what PostgreSQL cannot hold (NUL, half a surrogate pair) replaced."""
    return text and _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
