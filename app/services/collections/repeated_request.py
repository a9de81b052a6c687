"""A request about users that may come again with the same token and then gets its first answer."""

import hashlib
from dataclasses import dataclass, replace

from app.domain.audit import AuditAction
from app.domain.collection import UserAnswer, UserFacesAnswer
from app.domain.errors import IdempotencyKeyReusedError
from app.ports.records import Unit
from app.ports.search_records import StoredAnswer
from app.services.collections.call import CollectionCall

Answer = UserAnswer | UserFacesAnswer


@dataclass(frozen=True, slots=True)
class RepeatedRequest:
    """A call, the ClientRequestToken that came with it, and what it asks for."""

    call: CollectionCall
    token: str | None
    user_id: str
    more: tuple[str, ...] = ()

    async def first_answer(self, unit: Unit) -> Answer | None:
        """Return what was answered before; IdempotencyKeyReusedError for another request.

        A request that is still being carried out elsewhere is waited for.
        """
        if self.token is None:
            return None
        stored = await unit.answers.get_locked(self.call.actor.name, self._key())
        if stored is None:
            return None
        answer = stored.answer
        if stored.request_sha256 != self._fingerprint():
            raise IdempotencyKeyReusedError
        if not isinstance(answer, (UserAnswer, UserFacesAnswer)):
            raise IdempotencyKeyReusedError
        await self._record(unit, replayed=True)
        return answer

    async def answer(self, unit: Unit, answer: Answer) -> None:
        """Write the audit entry and the first answer into the unit."""
        await self._record(unit)
        if self.token is not None:
            stored = StoredAnswer(self._fingerprint(), answer)
            await unit.answers.add(self.call.actor.name, self._key(), stored)

    async def _record(self, unit: Unit, **more: object) -> None:
        entry = self.call.entry(AuditAction.MANAGE_USER)
        details = {**entry.details, "user_id": self.user_id, **more}
        await unit.audit.append(replace(entry, details=details))

    def _key(self) -> str:
        return f"rekognition {self.token}"

    def _fingerprint(self) -> str:
        parts = (self.call.operation, self.user_id, *self.more)
        return hashlib.sha256(repr(parts).encode()).hexdigest()
