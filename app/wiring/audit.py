"""What `candid audit` needs: the records alone, and the key that signs heads."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.services.audit import AuditServices
from app.services.signatures import Signer
from app.settings import Settings
from app.wiring.records import opened_records
from app.wiring.secret import derived, secret_of


@asynccontextmanager
async def opened_audit(settings: Settings) -> AsyncGenerator[AuditServices]:
    """Open the records, also beside a running service.

    Raises RecordsUnavailableError and SettingsError.
    """
    signer = signer_of(settings, secret_of(settings))
    async with opened_records(settings) as records:
        yield AuditServices.over(records, signer)


def signer_of(settings: Settings, secret: bytes) -> Signer:
    """Return who signs: the key of the settings, or one that all who share the secret share."""
    return Signer.of(settings.audit.seed or derived(secret, "audit heads"))
