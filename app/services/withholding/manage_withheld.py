"""Use case: what is hidden and waits to be removed, and an administrator's word on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import RemovalsChangedError
from app.domain.withheld import RemovalTerms, WithheldList, WithheldState
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now
from app.services.withholding.keep_withheld import KeepWithheld


@dataclass(frozen=True, slots=True)
class ManageWithheld:
    """Look at what is hidden; let what asks go on, or have the JMS asked again. All is recorded."""

    records: Records
    keep: KeepWithheld

    @property
    def terms(self) -> RemovalTerms:
        """When what is hidden is removed."""
        return self.keep.terms

    async def page(
        self, actor: Actor, state: WithheldState | None, after: int | None, limit: int
    ) -> WithheldList:
        """Return what is, or was, hidden, newest first, and how many ask."""
        async with self.records.unit() as unit:
            entry = AuditEntry(utc_now(), AuditAction.VIEW_WITHHELD, actor, "answered")
            await unit.audit.append(entry)
            items = await unit.withheld.page(state, after, limit)
            return WithheldList(items, await unit.withheld.asking())

    async def confirm(self, digest: str, actor: Actor) -> int:
        """Let the very photos go on that were seen to ask; return how many.

        Raises RemovalsChangedError where others ask, more or fewer, or as something else.
        """
        told = {"change": "confirm", "digest": digest}

        def entry(outcome: str) -> AuditEntry:
            return _changed(actor, outcome, told)

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            agreed = await unit.withheld.agree()
            if agreed.digest != digest:
                raise RemovalsChangedError(agreed.photos)
            await unit.audit.append(_changed(actor, "answered", told | {"photos": agreed.photos}))
        self.keep.soon()
        return agreed.photos

    async def read_again(self, actor: Actor) -> int:
        """Have the JMS asked again about all that is hidden; return how many photos."""
        async with self.records.unit() as unit:
            photos = sum((await unit.withheld.counts()).values())
            await unit.withheld.read_soon(utc_now())
            told = {"change": "read_again", "photos": photos}
            await unit.audit.append(_changed(actor, "answered", told))
        self.keep.soon()
        return photos


def _changed(actor: Actor, outcome: str, told: Mapping[str, object]) -> AuditEntry:
    return AuditEntry(utc_now(), AuditAction.CHANGE_WITHHELD, actor, outcome, details=told)
