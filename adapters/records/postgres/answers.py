"""First answers to requests with an Idempotency-Key, sealed, for a day."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from typing_extensions import override

from adapters.records.postgres.arrays import text_array
from adapters.records.postgres.documents import adapter_of
from adapters.records.postgres.sealing import Seal
from adapters.records.postgres.transaction import Transaction, storable
from app.domain.collection import UserAnswer, UserFacesAnswer
from app.domain.record import IndexAnswer
from app.domain.review import ReviewEntry
from app.domain.search import SearchAnswer
from app.ports.search_records import AnswerRecords, StoredAnswer

_KINDS: Final[dict[str, TypeAdapter[Any]]] = {
    "search": adapter_of(SearchAnswer),
    "index": adapter_of(IndexAnswer),
    "user": adapter_of(UserAnswer),
    "user_faces": adapter_of(UserFacesAnswer),
    "review": adapter_of(ReviewEntry),
}
_NAMES: Final[dict[type, str]] = {
    SearchAnswer: "search",
    IndexAnswer: "index",
    UserAnswer: "user",
    UserFacesAnswer: "user_faces",
    ReviewEntry: "review",
}

_GET = """
SELECT request_sha256, kind, sealed FROM answers
WHERE collection = %(collection)s AND caller = %(caller)s AND idempotency_key = %(key)s
  AND added_at > now() - interval '1 day'
"""

_LOCK = """
SELECT pg_advisory_xact_lock(
    hashtextextended(%(collection)s || '/' || %(caller)s || '/' || %(key)s, 4))
"""

# A few that are out of date go with each that comes.
_FORGET = """
DELETE FROM answers WHERE (collection, caller, idempotency_key) IN (
    SELECT collection, caller, idempotency_key FROM answers
    WHERE added_at <= now() - interval '1 day' ORDER BY added_at LIMIT 10 FOR UPDATE SKIP LOCKED)
"""

_ADD = """
INSERT INTO answers AS known (collection, caller, idempotency_key, request_sha256, kind, sealed,
                              external_image_ids)
VALUES (%(collection)s, %(caller)s, %(key)s, %(request_sha256)s, %(kind)s, %(sealed)b,
        %(external_image_ids)s::text[])
ON CONFLICT (collection, caller, idempotency_key) DO UPDATE SET
    request_sha256 = EXCLUDED.request_sha256, kind = EXCLUDED.kind, sealed = EXCLUDED.sealed,
    external_image_ids = EXCLUDED.external_image_ids, added_at = EXCLUDED.added_at
    WHERE known.added_at <= now() - interval '1 day'
RETURNING true
"""


# Where the ids are not known (NULL, from before they were kept) any photo may be named.
_NAMING = """
SELECT count(*) FROM answers
WHERE collection = %(collection)s
  AND (external_image_ids && %(ids)s::text[]) IS NOT FALSE
"""

_FORGET_NAMING = """
DELETE FROM answers
WHERE collection = %(collection)s AND (external_image_ids && %(ids)s::text[]) IS NOT FALSE
"""


class PostgresAnswers(AnswerRecords):
    """The first of two equal requests to commit has answered; the other waits and sees it."""

    def __init__(self, transaction: Transaction, seal: Seal) -> None:
        self._transaction = transaction
        self._seal = seal

    @override
    async def get(self, caller: str, idempotency_key: str) -> StoredAnswer | None:
        wanted = {"caller": storable(caller), "key": storable(idempotency_key)}
        rows = await self._transaction.fetch(_GET, wanted)
        if not rows:
            return None
        request_sha256, kind, sealed = rows[0]
        content = self._seal.opened(sealed, _place(caller, idempotency_key))
        return StoredAnswer(request_sha256, _KINDS[kind].validate_json(content))

    @override
    async def get_locked(self, caller: str, idempotency_key: str) -> StoredAnswer | None:
        # Read by a later statement than the lock's, as with photos.
        wanted = {"caller": storable(caller), "key": storable(idempotency_key)}
        await self._transaction.write(_LOCK, wanted)
        return await self.get(caller, idempotency_key)

    @override
    async def add(self, caller: str, idempotency_key: str, stored: StoredAnswer) -> bool:
        kind = _NAMES[type(stored.answer)]
        content = _KINDS[kind].dump_json(stored.answer)
        parameters = {
            "caller": storable(caller),
            "key": storable(idempotency_key),
            "request_sha256": stored.request_sha256,
            "kind": kind,
            "sealed": self._seal.sealed(content, _place(caller, idempotency_key)),
            "external_image_ids": text_array(sorted(_photos_of(stored.answer))),
        }
        await self._transaction.write(_FORGET)
        return bool(await self._transaction.fetch(_ADD, parameters))

    @override
    async def naming(self, external_image_ids: Sequence[str]) -> int:
        wanted = {"ids": text_array(external_image_ids)}
        [(number,)] = await self._transaction.fetch(_NAMING, wanted)
        return int(number)

    @override
    async def forget_naming(self, external_image_ids: Sequence[str]) -> None:
        await self._transaction.write(_FORGET_NAMING, {"ids": text_array(external_image_ids)})
        await self._transaction.settle()


def _photos_of(answer: object) -> set[str]:
    """Return the photos that an answer names; answers about users name none."""
    match answer:
        case SearchAnswer():
            return answer.photo_ids()
        case IndexAnswer():
            return {answer.record.external_image_id}
        case ReviewEntry(answer=answered, release=release):
            found = {one.external_image_id for one in answered.findings} if answered else set()
            return found | ({release.external_image_id} if release else set())
        case _:
            return set()


def _place(caller: str, idempotency_key: str) -> str:
    return f"answer/{caller}/{idempotency_key}"
