"""What must not be shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from typing_extensions import override

from adapters.records.postgres import withheld_sql as sql
from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.booking import RecordStatus
from app.domain.record_status import weaker_than
from app.domain.withheld import DIGEST_LENGTH, Asking, Withheld, WithheldState
from app.ports.withheld_records import Hiding, WithheldRecords

_STEP = 5_000


class PostgresWithheld(WithheldRecords):
    """A row a photo and time that it was hidden; triggers write it with the photo."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    async def hide(self, external_image_ids: Sequence[str], why: Hiding) -> None:
        told = {
            "ids": text_array(external_image_ids),
            "record_status": why.status.value,
            "weaker": [status.value for status in weaker_than(why.status)],
            "event_id": why.event_id,
            "at": why.at,
            "believed_at": why.believed_at,
        }
        await self._transaction.write(sql.HIDE, told)
        await self._transaction.write(sql.NOTE, told)
        await self._transaction.settle()

    @override
    async def of(self, external_image_ids: Sequence[str]) -> Mapping[str, RecordStatus]:
        rows = await self._transaction.fetch(sql.OF, {"ids": text_array(external_image_ids)})
        return {row[0]: RecordStatus(row[1]) for row in rows}

    @override
    async def removed_as(self, external_image_id: str) -> RecordStatus | None:
        wanted = {"external_image_id": storable(external_image_id)}
        rows = await self._transaction.fetch(sql.REMOVED_AS, wanted)
        return RecordStatus(rows[0][0]) if rows else None

    @override
    async def to_read(
        self, now: datetime, hidden_before: datetime, until: datetime, limit: int
    ) -> Sequence[Withheld]:
        wanted = {"now": now, "hidden_before": hidden_before, "until": until, "limit": limit}
        return await self._those(sql.TO_READ, wanted)

    @override
    async def said_again(self, read_again: Mapping[int, datetime], at: datetime) -> None:
        await self._transaction.write(sql.SAID_AGAIN, {**_times(read_again), "at": at})

    @override
    async def missed(self, read_again: Mapping[int, datetime]) -> None:
        await self._transaction.write(sql.MISSED, _times(read_again))

    @override
    async def show(self, external_image_ids: Sequence[str], at: datetime) -> None:
        told = {"ids": text_array(external_image_ids), "at": at}
        await self._transaction.write(sql.SHOW, told)
        await self._transaction.write(sql.END, told)
        await self._transaction.settle()

    @override
    async def count_new(self) -> Sequence[tuple[datetime, int]]:
        await self._all(sql.COUNTED, {})
        return [(at, int(number)) for at, number in await self._transaction.fetch(sql.BY_MINUTE)]

    @override
    async def stop(self, since: datetime, until: datetime) -> int:
        return await self._all(sql.STOP, {"since": since, "until": until})

    @override
    async def ask(self, withheld_ids: Sequence[int]) -> None:
        await self._all(sql.ASK, {"withheld_ids": list(withheld_ids)})

    @override
    async def counts(self) -> Mapping[WithheldState, int]:
        rows = await self._transaction.fetch(sql.COUNTS)
        return {WithheldState(state): int(number) for state, number in rows}

    @override
    async def asking(self) -> Asking:
        [(photos, digest)] = await self._transaction.fetch(sql.ASKING, {"length": DIGEST_LENGTH})
        return Asking(int(photos), digest)

    @override
    async def agree(self) -> Asking:
        agreed = dict[int, RecordStatus]()
        while step := await self._transaction.fetch(sql.AGREE, {"limit": _STEP}):
            agreed |= {withheld_id: RecordStatus(status) for withheld_id, status in step}
        return Asking.of(agreed)

    @override
    async def read_soon(self, at: datetime) -> None:
        await self._all(sql.READ_SOON, {"at": at})

    @override
    async def removing(self, one: Withheld, removal_id: str) -> bool:
        told = {
            "withheld_id": one.withheld_id,
            "removal_id": removal_id,
            "status": one.status.value,
            "hidden_at": one.hidden_at,
            "confirmed_at": one.confirmed_at,
        }
        return bool(await self._transaction.fetch(sql.REMOVING, told))

    @override
    async def held(self, withheld_id: int, hold_id: str, read_at: datetime) -> bool:
        told = {"withheld_id": withheld_id, "hold_id": hold_id, "read_at": read_at}
        rows = await self._transaction.fetch(sql.HELD, told)
        return bool(rows and rows[0][0])

    @override
    async def reconcile(self) -> int:
        hidden = await self._count(sql.SLIPPED, {})
        await self._transaction.write(sql.OVER)
        return hidden

    @override
    async def to_tell(self, limit: int) -> Sequence[Withheld]:
        return await self._those(sql.TO_TELL, {"limit": limit})

    @override
    async def told(self, withheld_ids: Sequence[int]) -> None:
        await self._transaction.write(sql.TOLD, {"withheld_ids": list(withheld_ids)})

    @override
    async def page(
        self, state: WithheldState | None, after: int | None, limit: int
    ) -> Sequence[Withheld]:
        wanted = {"state": storable(state and state.value), "after": after, "limit": limit}
        return await self._those(sql.PAGE, wanted)

    async def _those(
        self, query: LiteralString, wanted: Mapping[str, object]
    ) -> Sequence[Withheld]:
        return [_withheld_of(row) for row in await self._transaction.fetch(query, wanted)]

    async def _all(self, query: LiteralString, told: Mapping[str, object]) -> int:
        """Change all, in steps that are each done within the time of one answer."""
        changed = 0
        while step := await self._count(query, {**told, "limit": _STEP}):
            changed += step
        return changed

    async def _count(self, query: LiteralString, told: Mapping[str, object]) -> int:
        [(number,)] = await self._transaction.fetch(query, told)
        return int(number)


def _times(read_again: Mapping[int, datetime]) -> dict[str, object]:
    return {"withheld_ids": list(read_again), "read_at": list(read_again.values())}


def _withheld_of(row: Sequence[Any]) -> Withheld:
    withheld_id, external_image_id, status, state, hidden_at, said_by, confirmed_at = row[:7]
    hold_id, removal_id, ended_at, misses = row[7:]
    return Withheld(
        withheld_id,
        external_image_id,
        RecordStatus(status),
        WithheldState(state),
        hidden_at,
        said_by,
        confirmed_at,
        hold_id,
        removal_id,
        ended_at,
        misses,
    )
