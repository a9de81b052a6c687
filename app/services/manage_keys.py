"""Use case: give out keys, list them, and take them back; all but the list is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.access import AccessKey, ApiKey, Grant, new_access_key, new_key
from app.domain.audit import Actor, AuditAction, AuditEntry
from app.ports.records import Records
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class ManageKeys:
    """Keys of every kind; their secrets are returned once and never again."""

    records: Records

    async def create(self, name: str, grant: Grant, actor: Actor) -> tuple[str, ApiKey]:
        """Make a key that is sent with each request; return it and what is kept of it."""
        presented, key = new_key(name, utc_now(), grant)
        async with self.records.unit() as unit:
            await unit.keys.add(key)
            await unit.audit.append(_entry(AuditAction.CREATE_KEY, key, actor))
        return presented, key

    async def create_access_key(self, name: str, grant: Grant, actor: Actor) -> AccessKey:
        """Make a key that signs requests as AWS's do."""
        made = new_access_key(name, utc_now(), grant)
        async with self.records.unit() as unit:
            await unit.keys.add_access_key(made)
            await unit.audit.append(_entry(AuditAction.CREATE_KEY, made.key, actor))
        return made

    async def all(self) -> Sequence[ApiKey]:
        """Return every key, oldest first."""
        async with self.records.view() as unit:
            return await unit.keys.all()

    async def revoke(self, prefix: str, actor: Actor) -> ApiKey | None:
        """Take a key back at once and for good; None when there is none with this prefix.

        One that was revoked already stays as it was.
        """
        async with self.records.unit() as unit:
            revoked = await unit.keys.revoke(prefix, utc_now())
            if revoked is not None:
                await unit.audit.append(_entry(AuditAction.REVOKE_KEY, revoked, actor))
            return revoked or await unit.keys.find(prefix)


def _entry(action: AuditAction, key: ApiKey, actor: Actor) -> AuditEntry:
    return AuditEntry(utc_now(), action, actor, "answered", details=_details(key))


def _details(key: ApiKey) -> Mapping[str, object]:
    expires_at, purpose = key.grant.expires_at, key.grant.purpose
    return {
        "prefix": key.prefix,
        "name": key.name,
        "signs": key.signs,
        "scopes": sorted(key.grant.scopes),
        "expires_at": expires_at.isoformat() if expires_at else None,
        "purpose": purpose.value if purpose else None,
        "case_number": key.grant.case_number,
    }
