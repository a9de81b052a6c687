"""Timelines of calls that processes share, on the database's clock.

Nobody holds a lock while it thinks: a row is read, and written if nobody has written it meanwhile,
so a process that freezes stops no other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from typing_extensions import override

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated, without_transaction
from app.domain.call_rate import CallRate
from app.domain.call_slots import Lease, Run
from app.ports.call_quota import QuotaLedger, QuotaUse

_READ = """
SELECT extract(epoch FROM clock_timestamp())::float8, version, rate
FROM (SELECT) AS always
LEFT JOIN call_quotas ON scope = %(scope)s AND operation = %(operation)s
"""

_ADD = """
INSERT INTO call_quotas (scope, operation, version, quota, admitted, throttled, rate)
VALUES (%(scope)s, %(operation)s, 1, %(quota)s, %(admitted)s, %(throttled)s, %(rate)s)
ON CONFLICT DO NOTHING
"""

# A crash of the server may forget the last moments, which are learned again: no disk is waited for.
_REPLACE = """
UPDATE call_quotas
SET version = version + 1, quota = %(quota)s, admitted = %(admitted)s,
    throttled = %(throttled)s, rate = %(rate)s
FROM (SELECT set_config('synchronous_commit', 'off', true) AS commit) AS unhurried
WHERE scope = %(scope)s AND operation = %(operation)s AND version = %(version)s
  AND unhurried.commit = 'off'
"""

_USES = """
SELECT operation, quota, admitted, throttled FROM call_quotas WHERE scope = %(scope)s
ORDER BY operation
"""


class PostgresQuotaLedger(QuotaLedger):
    """Keeps the timelines of one scope: the account and region, or the endpoint, of the calls."""

    def __init__(self, pool: ConnectionPool, scope: str) -> None:
        self._pool = pool
        self._scope = scope

    @override
    async def lease(self, operation: str, wanted: int, *, urgent: bool, unused: int) -> Lease:
        given: list[Lease] = []

        def leased(rate: CallRate, now: float) -> CallRate:
            rate = rate.with_returned(unused)
            lease = rate.leased_urgently if urgent else rate.leased
            taken, slots = lease(now, wanted)
            given.append(slots)
            return taken

        await self._change(operation, leased)
        return given[-1]

    @override
    async def throttled(self, operation: str, slot: float) -> None:
        await self._change(operation, lambda rate, _: rate.after_throttling(slot))

    @override
    async def uses(self) -> Sequence[QuotaUse]:
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    cursor = await connection.execute(_USES, {"scope": self._scope})
                    return [QuotaUse(*row) for row in await cursor.fetchall()]

    async def _change(self, operation: str, change: Callable[[CallRate, float], CallRate]) -> None:
        key = {"scope": self._scope, "operation": operation}
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    async with without_transaction(connection):
                        while not await _changed(connection, key, change):
                            pass  # as long as one answer may take


async def _changed(
    connection: psycopg.AsyncConnection,
    key: Mapping[str, str],
    change: Callable[[CallRate, float], CallRate],
) -> bool:
    """Say whether the change was written: nobody else wrote meanwhile."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(_READ, key)
    ((now, version, kept),) = await cursor.fetchall()
    before = CallRate() if kept is None else _rate_of(kept)
    rate = change(before, now)
    if rate == before:
        return True
    await cursor.execute(
        _ADD if kept is None else _REPLACE,
        {
            **key,
            "version": version,
            "quota": rate.quota,
            "admitted": rate.admitted,
            "throttled": rate.throttled,
            "rate": Jsonb(asdict(rate)),
        },
    )
    return cursor.rowcount == 1


def _rate_of(kept: Mapping[str, Any]) -> CallRate:
    """Return what was kept; what another version kept in another form is learned again."""
    try:
        quota = None if kept["quota"] is None else float(kept["quota"])
        runs = tuple(Run(**run) for run in kept["runs"])
        return CallRate(**{**kept, "quota": quota, "runs": runs})
    except (KeyError, TypeError, ValueError):
        return CallRate()
