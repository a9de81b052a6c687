"""Templates that an earlier program left in the clear, sealed a few at a time."""

from typing_extensions import override

from adapters.records.postgres.face_changes import KEYS_LOCK
from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated, without_transaction
from adapters.records.postgres.template_seal import TemplateSeal
from app.domain.errors import RecordsUnavailableError
from app.ports.clear_records import ClearRecords, InTheClear
from app.ports.data_keys import DataKeys

_LEFT = "SELECT what FROM in_the_clear"
_DONE = "DELETE FROM in_the_clear WHERE what = %(what)s"
_COUNT = "SELECT count(*) FROM faces WHERE template IS NOT NULL AND NOT is_sealed"

_COLLECTION = """
SELECT collection FROM faces WHERE template IS NOT NULL AND NOT is_sealed
ORDER BY collection, face_id LIMIT 1
"""

# A face that is being replaced or removed is passed over: whoever does that waits for nobody.
_SOME = """
SELECT face_id::text, template FROM faces
WHERE collection = %(collection)s AND template IS NOT NULL AND NOT is_sealed
ORDER BY face_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""

# A follower has the template already, so that nothing is numbered.
_SEAL = """
UPDATE faces SET template = sealed.template, is_sealed = true
FROM unnest(%(face_ids)s::uuid[], %(templates)b::bytea[]) AS sealed (face_id, template)
WHERE collection = %(collection)s AND faces.face_id = sealed.face_id
"""

_OWNED = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'faces'::regclass"


class PostgresClearRecords(ClearRecords):
    """Works on a pool of a role that owns the tables, beside the services on them."""

    def __init__(self, pool: ConnectionPool, keys: DataKeys) -> None:
        self._pool = pool
        self._keys = keys

    @override
    async def left(self) -> frozenset[InTheClear]:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = await connection.execute(_LEFT)
                    rows = await cursor.fetchall()
        return frozenset(InTheClear(row[0]) for row in rows)

    @override
    async def templates(self) -> int:
        with translated():
            async with self._pool.connection() as connection:
                row = await (await connection.execute(_COUNT)).fetchone()
        return int(row[0]) if row else 0

    @override
    async def seal_templates(self, most: int) -> int:
        with translated():
            async with self._pool.connection() as connection, connection.transaction():
                row = await (await connection.execute(_COLLECTION)).fetchone()
                if row is None:
                    return 0
                wanted = {"collection": row[0], "most": most}
                await connection.execute(KEYS_LOCK, wanted)
                cursor = connection.cursor(binary=True)
                await cursor.execute(_SOME, wanted)
                found = {face_id: bytes(template) for face_id, template in await cursor.fetchall()}
                sealed = await TemplateSeal(self._keys, row[0]).sealed(found)
                replaced = {"face_ids": list(sealed), "templates": list(sealed.values())}
                await cursor.execute(_SEAL, {**wanted, **replaced})
        return len(sealed)

    @override
    async def rewrite(self) -> None:
        with translated():
            async with self._pool.connection() as connection:
                row = await (await connection.execute(_OWNED)).fetchone()
                if row is None or not row[0]:
                    raise RecordsUnavailableError(
                        "The table of the faces must be written anew by its owner: set "
                        "CANDID_DATABASE_OWNER_URL for this command."
                    )
                await connection.commit()
                async with without_transaction(connection):
                    await connection.execute("VACUUM (FULL) faces")

    @override
    async def done(self, what: InTheClear) -> None:
        with translated():
            async with self._pool.connection() as connection:
                await connection.execute(_DONE, {"what": what.value})
