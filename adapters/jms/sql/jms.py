"""The JMS port on a database, by a view or query that only reads."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

import anyio
import structlog
from sqlalchemy import Connection
from typing_extensions import override

from adapters.jms.sql.booking_rows import TooManyRowsError
from adapters.jms.sql.database import Database
from adapters.jms.sql.faults import UnreadableRowError, told
from adapters.jms.sql.plan import Plan
from adapters.lookups import Ask
from adapters.picture_files import PictureFiles
from adapters.worker_threads import WorkerThreads
from app.domain.errors import (
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsTimeoutError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoUnreadableError,
)
from app.domain.mapped_fields import MappedField
from app.domain.photo import View
from app.ports.jms import BookingAnswers, ExplainsBookings, GivesWay, Jms, PhotoRef, PhotoRefs

PING_ID: Final = "candid-ping"
"""An id that no booking has: a database that finds nothing under it is well."""

AT_ONCE: Final = 500
"""Ids of one question; Oracle takes 1,000."""

FILE_THREADS: Final = 16
PHOTO_SECONDS: Final = 60.0

_CANNOT_LIST: Final = (
    "The jail management system's database cannot list photos: set CANDID_JMS__PHOTOS_VIEW or "
    "CANDID_JMS__PHOTOS_QUERY, as docs/connect-by-sql.md describes it."
)
_log = structlog.get_logger()
T = TypeVar("T")


class SqlJms(Jms, GivesWay, ExplainsBookings):
    """Reads bookings with one question for all ids, and photos in pages.

    The caller owns the databases: `lookups` for bookings, `imports` for the rest, so that an import
    never takes a search's turn; of `lookups`, what nobody waits for takes half of the sessions at
    most. `pictures` are the photos that are files.
    """

    def __init__(
        self,
        lookups: Database,
        imports: Database,
        plan: Plan,
        pictures: PictureFiles | None = None,
        *,
        lists_photos: bool = False,
    ) -> None:
        self._lookups = lookups
        self._unhurried = anyio.CapacityLimiter(max(1, lookups.sessions // 2))
        self._imports = imports
        self._plan = plan
        self._pictures = pictures
        self._lists_photos = lists_photos
        self._files = WorkerThreads(FILE_THREADS, "jms-photos")

    async def check(self) -> None:
        """Look at the account, the view and the columns, as it is done on the first call.

        Raises JmsMisconfiguredError, with what the database says of it, and JmsUnavailableError.
        """
        try:
            await self._imports.run(self._plan.check)
        except JmsMisconfiguredError as error:
            said = told(error.__cause__)
            if not said:
                raise
            raise JmsMisconfiguredError(f"{error} It says: {said}") from error

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await self._asked(external_image_ids, self._answers)

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        async def ask(identifiers: Sequence[str]) -> BookingAnswers:
            async with self._unhurried:
                return await self._answers(identifiers)

        return await self._asked(external_image_ids, ask)

    async def _asked(self, external_image_ids: Sequence[str], ask: Ask) -> BookingAnswers:
        asked = [*dict.fromkeys(filter(None, external_image_ids))]
        answers, failed = list[BookingAnswers](), list[Exception]()
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start : start + AT_ONCE]
            try:
                answers.append(await ask(part))
            except (JmsUnavailableError, JmsMisconfiguredError) as error:
                failed.append(error)
                answers.append(BookingAnswers({}, frozenset(part)))
        if failed and len(failed) == len(answers):
            raise failed[0]
        return _joined(answers)

    @override
    async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
        def read(connection: Connection) -> tuple[MappedField, ...] | None:
            rows = self._plan.bookings(connection)
            return rows.explained(rows.found(connection, [external_image_id]), external_image_id)

        try:
            return await self._run(self._imports, read)
        except (UnreadableRowError, TooManyRowsError) as error:
            raise _unreadable(error) from error

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        if not self._lists_photos:
            raise JmsCannotListError(_CANNOT_LIST)

        def read(connection: Connection) -> PhotoRefs:
            return self._plan.photos(connection).page(connection, view, since, after)

        try:
            return await self._run(self._imports, read)
        except UnreadableRowError as error:
            raise _unreadable(error) from error

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        if not self._lists_photos:
            raise PhotoMissingError
        try:
            image = await self._run(self._imports, partial(self._image, ref=ref))
        except UnreadableRowError as error:
            raise PhotoUnreadableError("The photo's row cannot be read.") from error
        return image if image is not None else await self._file(ref.location)

    @override
    async def ping(self) -> None:
        """Return when the database answers a question about an id that no booking has."""
        await self._answers([PING_ID])

    async def _answers(self, identifiers: Sequence[str]) -> BookingAnswers:
        """Ask for all at once; where a row among them cannot be read, for each on its own."""

        def read(connection: Connection) -> BookingAnswers:
            rows = self._plan.bookings(connection)
            return rows.answers(rows.found(connection, identifiers), identifiers)

        try:
            return await self._run(self._lookups, read)
        except (UnreadableRowError, TooManyRowsError) as error:
            if len(identifiers) > 1:
                return _joined([await self._one(identifier) for identifier in identifiers])
            reason = str(_unreadable(error))
            _log.warning("booking_unavailable", external_image_id=identifiers[0], reason=reason)
            return BookingAnswers({}, frozenset(identifiers))

    async def _one(self, identifier: str) -> BookingAnswers:
        try:
            return await self._answers([identifier])
        except (JmsUnavailableError, JmsMisconfiguredError):
            return BookingAnswers({}, frozenset([identifier]))

    async def _run(self, database: Database, work: Callable[[Connection], T]) -> T:
        try:
            return await database.run(work)
        except JmsMisconfiguredError:
            self._plan.forget()
            raise

    def _image(self, connection: Connection, ref: PhotoRef) -> bytes | None:
        """Return the bytes of a photo; None where it is a file."""
        rows = self._plan.photos(connection)
        return None if rows.has_paths else rows.images.read(connection, ref)

    async def _file(self, location: str) -> bytes:
        if self._pictures is None:
            raise PhotoMissingError
        try:
            return await self._files.run(PHOTO_SECONDS, self._pictures.read, location)
        except TimeoutError as error:
            raise JmsTimeoutError from error


def _joined(answers: Sequence[BookingAnswers]) -> BookingAnswers:
    found = {one: booking for part in answers for one, booking in part.found.items()}
    return BookingAnswers(found, frozenset().union(*(part.unavailable for part in answers)))


def _unreadable(error: Exception) -> JmsMisconfiguredError:
    rows = isinstance(error, TooManyRowsError)
    what = "more rows of one id than a booking can have" if rows else "a value that nobody can read"
    return JmsMisconfiguredError(f"The jail management system's database has {what}.")
