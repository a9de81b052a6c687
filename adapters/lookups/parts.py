"""Bookings of many ids, asked for in several questions at once."""

from collections.abc import Awaitable, Callable, Sequence

import anyio
import structlog

from app.domain.booking import Booking
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from app.ports.jms import BookingAnswers

Ask = Callable[[Sequence[str]], Awaitable[BookingAnswers]]
"""Asks about so many ids in one question; raises what `Jms.bookings` does."""

_log = structlog.get_logger()


async def asked_in_parts(identifiers: Sequence[str], most: int, ask: Ask) -> BookingAnswers:
    """Ask about up to `most` of these ids a time; one question that fails costs the others nothing.

    Raises JmsUnavailableError and JmsMisconfiguredError when nothing was learnt of any id.
    """
    found: dict[str, Booking] = {}
    unavailable: set[str] = set()
    failed: dict[str, JmsUnavailableError | JmsMisconfiguredError] = {}

    async def ask_part(part: Sequence[str]) -> None:
        try:
            answers = await ask(part)
        except (JmsUnavailableError, JmsMisconfiguredError) as error:
            failed.update(dict.fromkeys(part, error))
        else:
            found.update(answers.found)
            unavailable.update(answers.unavailable)

    async with anyio.create_task_group() as group:
        for start in range(0, len(identifiers), most):
            group.start_soon(ask_part, identifiers[start : start + most])
    if failed and len(failed) + len(unavailable) == len(identifiers):
        raise _worst([*failed.values()])
    for identifier, error in failed.items():
        _log.warning("booking_unavailable", external_image_id=identifier, reason=str(error))
    return BookingAnswers(found, frozenset(failed) | unavailable)


def _worst(
    errors: Sequence[JmsUnavailableError | JmsMisconfiguredError],
) -> JmsUnavailableError | JmsMisconfiguredError:
    """Return the error that someone must do something about, if there is one."""
    return next((error for error in errors if isinstance(error, JmsMisconfiguredError)), errors[0])
