"""The audit: appended to, never changed (a trigger refuses it)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from typing_extensions import override

from adapters.records.postgres.transaction import Transaction, storable
from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.purpose import Purpose
from app.ports.records import AuditRecords

_APPEND = """
INSERT INTO audit (collection, at, action, actor, address, request_id, on_behalf_of, outcome,
    external_image_id, search_id, case_number, purpose, photo_sha256, engine, model,
    gallery_faces, details, terms_reference)
VALUES (%(collection)s, %(at)s, %(action)s, %(actor)s, %(address)s, %(request_id)s,
    %(on_behalf_of)s, %(outcome)s, %(external_image_id)s, %(search_id)s, %(case_number)s,
    %(purpose)s, %(photo_sha256)s, %(engine)s, %(model)s, %(gallery_faces)s, %(details)s::jsonb,
    %(terms_reference)s)
"""

_PAGE = """
SELECT number, at, action, outcome, external_image_id, search_id, case_number, purpose,
       photo_sha256, engine, model, gallery_faces, details::text,
       terms_reference, actor, address, request_id, on_behalf_of
FROM audit WHERE collection = %(collection)s AND number > %(after)s
ORDER BY number LIMIT %(limit)s
"""


class PostgresAudit(AuditRecords):
    """Entries are numbered in the order of commit, so that a reader never misses a late one.

    Each says what the agency relied on to use the face engine (`terms_reference`).
    """

    def __init__(self, transaction: Transaction, terms_reference: str | None) -> None:
        self._transaction = transaction
        self._terms_reference = terms_reference
        self._entries: list[AuditEntry] = []

    @override
    async def append(self, entry: AuditEntry) -> None:
        self._entries.append(replace(entry, terms_reference=self._terms_reference))

    async def write_entries(self) -> None:
        """Write what was appended, under the commit lock."""
        if self._entries:
            await self._transaction.take_commit_lock()
        for entry in self._entries:
            await self._transaction.write(_APPEND, _columns_of(entry))
        self._entries.clear()

    @override
    async def page(self, after: int, limit: int) -> Sequence[tuple[int, AuditEntry]]:
        await self.write_entries()
        rows = await self._transaction.fetch(_PAGE, {"after": after, "limit": limit})
        return [(row[0], _entry_of(row)) for row in rows]


def _columns_of(entry: AuditEntry) -> Mapping[str, object]:
    details = json.dumps(dict(entry.details)).replace("\\u0000", "\\ufffd")
    return {
        "at": entry.at,
        "action": entry.action.value,
        "actor": storable(entry.actor.name),
        "address": storable(entry.actor.address),
        "request_id": storable(entry.actor.request_id),
        "on_behalf_of": storable(entry.actor.on_behalf_of),
        "outcome": entry.outcome,
        "external_image_id": storable(entry.external_image_id),
        "search_id": storable(entry.search_id),
        "case_number": storable(entry.case_number),
        "purpose": entry.purpose and entry.purpose.value,
        "photo_sha256": entry.photo_sha256,
        "engine": entry.engine,
        "model": entry.model,
        "gallery_faces": entry.gallery_faces,
        "details": details,
        "terms_reference": storable(entry.terms_reference),
    }


def _entry_of(row: Sequence[Any]) -> AuditEntry:
    return AuditEntry(
        at=row[1],
        action=AuditAction(row[2]),
        actor=Actor(*row[14:]),
        outcome=row[3],
        external_image_id=row[4],
        search_id=row[5],
        case_number=row[6],
        purpose=row[7] and Purpose(row[7]),
        photo_sha256=row[8],
        engine=row[9],
        model=row[10],
        gallery_faces=row[11],
        details=json.loads(row[12]),
        terms_reference=row[13],
    )
