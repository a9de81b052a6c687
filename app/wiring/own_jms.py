"""A jail management system of a kind that an installed package brings."""

from contextlib import AsyncExitStack
from zoneinfo import ZoneInfo

from adapters.jms.own_kind import OwnKindJms
from app.domain.errors import CandidError
from app.ports.jms import Jms
from app.ports.jms_kind import JmsSite
from app.settings import PREFIX, OwnJmsSettings, SettingsError

_SHARE = 0.75
"""Of the deadline: one booking that hangs must not cost the others theirs."""


async def open_own_jms(
    chosen: OwnJmsSettings, zone: ZoneInfo, seconds: float, stack: AsyncExitStack
) -> Jms:
    """Open it; of the `seconds` that a search waits, it has a share.

    Raises SettingsError, which names kind and package, for whatever it raises.
    """
    try:
        jms = await stack.enter_async_context(chosen.opened(JmsSite(zone, _SHARE * seconds)))
    except Exception as error:
        told = str(error) if isinstance(error, CandidError) else type(error).__name__
        raise SettingsError(
            f"{PREFIX}JMS: kind {chosen.kind!r} of the package {chosen.package} "
            f"cannot be opened: {told}"
        ) from error
    return OwnKindJms(jms, chosen.kind)
