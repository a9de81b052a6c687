"""The records port: everything durable except photo bytes, one transaction a unit of work.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from app.domain.record import Intent
from app.ports.audit_records import AuditRecords
from app.ports.block_records import BlockRecords
from app.ports.booking_number_records import BookingNumberRecords
from app.ports.calibration_records import CalibrationRecords
from app.ports.collection_records import CollectionRecords, UserRecords
from app.ports.hold_records import HoldRecords
from app.ports.import_records import ImportRecords
from app.ports.jms_event_records import JmsEventRecords
from app.ports.key_records import KeyRecords
from app.ports.model_records import ModelRecords
from app.ports.photo_records import FaceRecords, PhotoKeys, PhotoRecords, Standings
from app.ports.probe_records import ProbeRecords, PurgeTurns
from app.ports.removal_records import RemovalRecords
from app.ports.review_records import ReviewRecords
from app.ports.search_records import AnswerRecords, SearchRecords
from app.ports.withheld_records import WithheldRecords


class IntentRecords(Protocol):
    """What was about to be done outside the database."""

    async def open(self, intent: Intent) -> None:
        """Write an intent."""
        ...

    async def close(self, intent_ids: Sequence[str]) -> None:
        """Forget intents that are settled; unknown ones are no error."""
        ...

    async def still_open(self, intent_ids: Sequence[str]) -> frozenset[str]:
        """Return those that nobody has settled, and keep them so until this unit ends."""
        ...

    async def due(self, enrol_before: datetime, limit: int) -> Sequence[Intent]:
        """Return the enrolments opened before a time and every other intent, for this unit alone.

        Other units skip what this one holds (SKIP LOCKED) until it ends.
        """
        ...

    async def of(self, external_image_id: str) -> Sequence[Intent]:
        """Return the open intents of one photo, oldest first."""
        ...


class Unit(Protocol):
    """One transaction: all of it is committed on a clean exit, none of it otherwise."""

    @property
    def photos(self) -> PhotoRecords:
        """Photos and their faces."""
        ...

    @property
    def faces(self) -> FaceRecords:
        """Which faces count."""
        ...

    @property
    def collections(self) -> CollectionRecords:
        """Which collections there are."""
        ...

    @property
    def models(self) -> ModelRecords:
        """Which model the collection is served with."""
        ...

    @property
    def users(self) -> UserRecords:
        """People of several faces."""
        ...

    @property
    def standings(self) -> Standings:
        """What the JMS last said."""
        ...

    @property
    def photo_keys(self) -> PhotoKeys:
        """Which stored photos are in use."""
        ...

    @property
    def searches(self) -> SearchRecords:
        """Searches as answered."""
        ...

    @property
    def reviews(self) -> ReviewRecords:
        """What people made of searches."""
        ...

    @property
    def audit(self) -> AuditRecords:
        """Who did what."""
        ...

    @property
    def intents(self) -> IntentRecords:
        """What was about to be done outside."""
        ...

    @property
    def answers(self) -> AnswerRecords:
        """First answers to repeated requests."""
        ...

    @property
    def keys(self) -> KeyRecords:
        """API keys."""
        ...

    @property
    def blocks(self) -> BlockRecords:
        """Who is kept out."""
        ...

    @property
    def imports(self) -> ImportRecords:
        """Imports, their items and the workers on them."""
        ...

    @property
    def probes(self) -> ProbeRecords:
        """Which searches' probes are kept."""
        ...

    @property
    def purge_turns(self) -> PurgeTurns:
        """Whose turn it is to purge."""
        ...

    @property
    def holds(self) -> HoldRecords:
        """What must not be forgotten."""
        ...

    @property
    def removals(self) -> RemovalRecords:
        """What was asked to be forgotten."""
        ...

    @property
    def withheld(self) -> WithheldRecords:
        """What must not be shown."""
        ...

    @property
    def booking_numbers(self) -> BookingNumberRecords:
        """Which booking numbers must not be told."""
        ...

    @property
    def jms_events(self) -> JmsEventRecords:
        """What the JMS told by itself."""
        ...

    @property
    def calibrations(self) -> CalibrationRecords:
        """What was measured on the gallery."""
        ...


class Records(Protocol):
    """Opens units of work on the records of one collection."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """Open a transaction; leave the block cleanly to commit it."""
        ...

    def view(self) -> AbstractAsyncContextManager[Unit]:
        """Look without a transaction: each read sees what is committed, nothing is written."""
        ...

    async def ping(self) -> None:
        """Return when the database can be read and written."""
        ...


class RecordsOfCollections(Protocol):
    """The records of each collection, on one database."""

    def of(self, collection_id: str) -> Records:
        """Return the records of one collection, whether there is one of that id or not."""
        ...
