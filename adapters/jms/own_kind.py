"""A JMS adapter that an installed package brings, held to what the port promises."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import structlog
from typing_extensions import override

from adapters.lookups import Ask, bookings_unhurried
from app.domain.errors import CandidError, JmsMisconfiguredError
from app.domain.photo import View
from app.ports.jms import BookingAnswers, GivesWay, Jms, PhotoRef, PhotoRefs

_log = structlog.get_logger()


class OwnKindJms(Jms, GivesWay):
    """Asks `jms`, of which nobody here has read a line.

    What it raises beside the port's errors is a JmsMisconfiguredError, and so is an answer that
    would put a booking to another id than it was asked for. The log says where in its code, and
    never what was in an answer.
    """

    def __init__(self, jms: Jms, kind: str) -> None:
        self._jms = jms
        self._kind = kind

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await self._checked(external_image_ids, self._jms.bookings)

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await self._checked(external_image_ids, partial(bookings_unhurried, self._jms))

    async def _checked(self, external_image_ids: Sequence[str], ask: Ask) -> BookingAnswers:
        with self._translated_errors():
            answers = await ask(external_image_ids)
            named = {booking.external_image_id for booking in answers.found.values()}
            asked = {*external_image_ids}
            strays = [key for key, one in answers.found.items() if key != one.external_image_id]
        if strays or not named <= asked or not answers.unavailable <= asked:
            raise self._broken("answers with another booking than was asked for")
        return answers

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        with self._translated_errors():
            return await self._jms.photos(view, since, after)

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        with self._translated_errors():
            return await self._jms.photo(ref)

    @override
    async def ping(self) -> None:
        with self._translated_errors():
            await self._jms.ping()

    @contextmanager
    def _translated_errors(self) -> Generator[None]:
        try:
            yield
        except CandidError:
            raise
        except Exception as error:
            _log.exception("jms_kind_failed", kind=self._kind)
            raise self._broken(f"fails with a {type(error).__name__}") from error

    def _broken(self, how: str) -> JmsMisconfiguredError:
        return JmsMisconfiguredError(
            f"The adapter for the jail management system of kind {self._kind} {how}; the package "
            "that brings it must be repaired."
        )
