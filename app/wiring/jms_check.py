"""What `candid jms check` needs: the JMS of the settings, with nothing around it."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from app.domain.errors import JmsNotConfiguredError
from app.services.check_jms import CheckJms
from app.settings import Settings
from app.wiring.jms import open_adapter


@asynccontextmanager
async def opened_jms_check(settings: Settings) -> AsyncGenerator[CheckJms]:
    """Open it; raises JmsNotConfiguredError and SettingsError."""
    async with AsyncExitStack() as stack:
        adapter = await open_adapter(settings, stack)
        if adapter is None:
            raise JmsNotConfiguredError
        yield CheckJms(adapter)
