"""Use case: keep people out whose tokens are still good; all of it is recorded."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import PersonNotBlockedError, SignInOffError
from app.domain.sign_in import BlockedPerson
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class BlockPeople:
    """People of one identity provider; it holds from the next call on, in every process."""

    records: Records
    issuer: str | None  # None: nobody signs in here

    async def block(self, subject: str, actor: Actor) -> BlockedPerson:
        """Keep a person out; SignInOffError. One who was blocked before stays so."""
        action, said = AuditAction.BLOCK_PERSON, {"subject": subject}
        async with self._refusals(action, actor, said):
            blocked = BlockedPerson(self._known_issuer(), subject, utc_now(), actor.name)
            async with self.records.unit() as unit:
                kept = await unit.blocks.add(blocked)
                await unit.audit.append(_entry(action, actor, _details(kept)))
        return kept

    async def unblock(self, subject: str, actor: Actor) -> BlockedPerson:
        """Let a person in again and return what held; SignInOffError, PersonNotBlockedError."""
        action, said = AuditAction.UNBLOCK_PERSON, {"subject": subject}
        async with self._refusals(action, actor, said):
            issuer = self._known_issuer()
            async with self.records.unit() as unit:
                lifted = await unit.blocks.remove(issuer, subject)
                if lifted is None:
                    raise PersonNotBlockedError
                await unit.audit.append(_entry(action, actor, _details(lifted)))
        return lifted

    async def all(self, actor: Actor) -> Sequence[BlockedPerson]:
        """Return who is blocked, of earlier providers too; the look is recorded."""
        async with self.records.unit() as unit:
            blocked = await unit.blocks.all()
            await unit.audit.append(_entry(AuditAction.VIEW_BLOCKED, actor, {}))
        return blocked

    def _known_issuer(self) -> str:
        if self.issuer is None:
            raise SignInOffError
        return self.issuer

    def _refusals(
        self, action: AuditAction, actor: Actor, details: Mapping[str, object]
    ) -> AbstractAsyncContextManager[None]:
        return refusals_recorded(self.records, lambda code: _entry(action, actor, details, code))


def _details(blocked: BlockedPerson) -> Mapping[str, object]:
    return {"issuer": blocked.issuer, "subject": blocked.subject}


def _entry(
    action: AuditAction, actor: Actor, details: Mapping[str, object], outcome: str = "answered"
) -> AuditEntry:
    return AuditEntry(utc_now(), action, actor, outcome, details=details)
