"""A jail that is verified: real records, real comparisons, the outside in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from typing_extensions import override

from adapters.records.postgres import (
    ConnectionPool,
    PostgresRecordsOfCollections,
    PostgresVerificationRecords,
)
from app.domain.audit import Actor
from app.domain.booking import Booking
from app.domain.errors import JmsUnavailableError, PhotoMissingError
from app.domain.photo import View
from app.domain.verification import Finding, Found, Part, Tally
from app.ports.data_keys import face_key_name
from app.ports.jms import PhotoRef, PhotoRefs
from app.ports.photo_store import PhotoStore
from app.services.recorded import utc_now
from app.services.verify import Depth, Outside, Verify
from app.services.verify.listing import Listing
from app.services.verify.repairs import Repairs, mending
from app.services.verify.spool import Spool
from tests.databases import COLLECTION, DATA_KEYS, DEPLOYMENT
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import DEADLINE, Jail, booking

REPAIRER = Actor("verify", None, "repair-1", "root")
LATER = timedelta(minutes=20)
"""Verified so much later, nothing is fresh."""


class ListingJms(FakeJms):
    """Lists front photos, in pages and in no order, and has their bytes."""

    def __init__(self, page: int = 2) -> None:
        super().__init__({})
        self.shown: dict[str, bytes] = {}  # by the JMS's own ids
        self.page = page
        self.asked: list[str] = []
        self.breaks_after: int | None = None  # so many pages
        self.failures = 0  # to come, of pages
        self.leads_back = False  # the last page, to the second one

    def list_photo(self, name: str, photo: bytes, known: Booking | None = None) -> None:
        self.shown[name] = photo
        self.known[name] = known or booking(name)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        start = int(after or 0)
        if self.down or (self.breaks_after is not None and start >= self.breaks_after * self.page):
            raise JmsUnavailableError
        if self.failures:
            self.failures -= 1
            raise JmsUnavailableError
        names = list(reversed(self.shown)) if view is View.FRONT else []
        page = names[start : start + self.page]
        refs = tuple(PhotoRef(name, f"B-{name}", view, None, f"/photos/{name}") for name in page)
        following = start + self.page
        last = str(self.page) if self.leads_back else None
        return PhotoRefs(refs, str(following) if following < len(names) else last)

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        self.asked.append(ref.external_image_id)
        photo = self.shown.get(ref.external_image_id)
        if photo is None:
            raise PhotoMissingError
        return photo


@dataclass
class Outcome:
    """What one run of verifying said."""

    found: list[Found]
    tally: Tally
    parts: list[Part]

    @property
    def errors(self) -> list[Found]:
        return [one for one in self.found if not one.finding.is_information]

    def of(self, finding: Finding) -> list[str | None]:
        return [one.external_image_id for one in self.found if one.finding is finding]

    def lacking(self) -> dict[Part, str]:
        return {one.part: one.why for one in self.tally.not_compared}


class KeyedFakeEngine(FakeFaceEngine):
    """Destroys the keys of what it discards, as every engine does that is wired."""

    @override
    async def discard(self, face_ids: Sequence[str]) -> None:
        await DATA_KEYS.destroy([face_key_name(COLLECTION, face_id) for face_id in face_ids])
        await super().discard(face_ids)


@dataclass
class Verifying:
    """Verifies a jail as it is."""

    jail: Jail
    pool: ConnectionPool
    jms: ListingJms = field(default_factory=ListingJms)
    store: PhotoStore | str | None = None  # None: the jail's
    later: timedelta = LATER

    def __post_init__(self) -> None:
        self.jail.jms = self.jms

    async def book(self, *names: str) -> None:
        """Have photos listed by the JMS and indexed."""
        for name in names:
            photo = drawn_photo(f"person of {name}", note=name)
            self.jms.list_photo(name, photo)
            await self.jail.index(name, photo)

    async def __call__(self, *, repair: bool = False, depth: Depth | None = None) -> Outcome:
        """Repair all there is, if anything."""
        everything = Repairs(REPAIRER, all_orphans=True, lost_keys=True)
        return await self.with_repairs(everything if repair else None, depth)

    async def with_repairs(self, repairs: Repairs | None, depth: Depth | None = None) -> Outcome:
        checked = PostgresVerificationRecords(self.pool, COLLECTION, DATA_KEYS)
        store = self.jail.store if self.store is None else self.store
        jms = self.jail.jms or "no JMS is connected"
        outside = Outside(store, self.jail.engine, jms, DATA_KEYS, COLLECTION, patience=0)
        with Spool.opened() as spool:
            listing = Listing(spool)
            records = PostgresRecordsOfCollections(self.pool, DEPLOYMENT)
            looks = Repairs(REPAIRER)
            mender = mending(checked, records, outside, listing, repairs or looks, DEADLINE)
            verify = Verify(checked, outside, listing, mender if repairs else None)
            tally, parts = Tally(utc_now() + self.later), list[Part]()
            found = [one async for one in verify(depth or Depth(), tally, parts.append)]
        return Outcome(found, tally, parts)

    async def sql(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Damage the records by hand."""
        async with self.pool.connection() as connection:
            await connection.execute(statement.encode(), parameters)


async def assert_mended(verify: Verifying, *expected: Finding) -> Outcome:
    """Find what is expected, have it repaired, and find nothing more."""
    before = await verify()
    assert sorted({one.finding for one in before.errors}) == sorted(expected)
    repaired = await verify(repair=True)
    assert all(one.mend and one.mend.is_done for one in repaired.errors), repaired.errors
    assert repaired.tally.left == 0
    assert (await verify()).errors == []
    return repaired
