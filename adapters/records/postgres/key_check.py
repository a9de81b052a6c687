"""Whether the data keys here are those of this database: with others, nobody would be found."""

import os
from typing import Final, LiteralString

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated
from app.domain.errors import DataKeysMisconfiguredError
from app.ports.data_keys import DataKeys

_NAME: Final = "check/records"
_NONCE: Final = 12
_TEXT: Final = b"the data keys of this database"

_KINDS: Final = ("photo/", "face/", "probe/")
"""How names begin of keys that a database has had made."""

_ADD = "INSERT INTO key_check (sealed) VALUES (%(sealed)s) ON CONFLICT DO NOTHING"
_REPLACE = """
INSERT INTO key_check (sealed) VALUES (%(sealed)s)
ON CONFLICT (is_only) DO UPDATE SET sealed = EXCLUDED.sealed
"""
_READ = "SELECT sealed FROM key_check"

_OTHERS = (
    "The data keys here are not those that the templates of this database were sealed with: nobody "
    "would be found. All services and workers of one database need the same key store; see "
    "CANDID_DATA_KEYS__* and docs/seal-existing-data.md."
)

_ANOTHERS = (
    "This database has never used the data keys here, and they are of another one: "
    "CANDID_DATABASE_URL or CANDID_DATA_DIR names a wrong or an empty database. Name the right "
    "one. Only where this one was truly begun anew, or restored from before its first key, run "
    "`candid encryption adopt`."
)


async def check_keys(pool: ConnectionPool, keys: DataKeys) -> None:
    """Open what the first program on this database sealed; DataKeysMisconfiguredError.

    A database that never sealed anything takes only a store without keys of others: it would hold
    every one of them for an orphan's.
    """
    kept = await _kept(pool)
    if kept is None:
        if await _holds_keys(keys) and await _kept(pool) is None:  # it may have begun meanwhile
            raise DataKeysMisconfiguredError(_ANOTHERS)
        await _write(pool, keys, _ADD)
        kept = await _kept(pool)
    key = (await keys.of([_NAME])).get(_NAME)
    if key is None or kept is None or not _opens(key, kept):
        raise DataKeysMisconfiguredError(_OTHERS)


async def adopt_keys(pool: ConnectionPool, keys: DataKeys) -> None:
    """Let the keys here be those of this database, whatever it used before."""
    await _write(pool, keys, _REPLACE)


async def _holds_keys(keys: DataKeys) -> bool:
    for start in _KINDS:
        if (await keys.names(start, None)).items:
            return True
    return False


def _opens(key: bytes, kept: bytes) -> bool:
    try:
        AESGCM(key).decrypt(kept[:_NONCE], kept[_NONCE:], None)
    except InvalidTag:
        return False
    return True


async def _kept(pool: ConnectionPool) -> bytes | None:
    with translated(), Patience() as patience:
        async with pool.connection() as connection:
            with patience.farewell_of(connection), patience.answer_of(connection):
                row = await (await connection.execute(_READ)).fetchone()
    return None if row is None else bytes(row[0])


async def _write(pool: ConnectionPool, keys: DataKeys, statement: LiteralString) -> None:
    key = (await keys.made([_NAME]))[_NAME]
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, _TEXT, None)
    with translated(), Patience() as patience:
        async with pool.connection() as connection:
            with patience.farewell_of(connection), patience.answer_of(connection):
                await connection.execute(statement, {"sealed": sealed})
