"""Twenty thousand records are compared in the memory of some pages."""

import tracemalloc
from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from adapters.records.postgres import ConnectionPool, PostgresVerificationRecords
from app.domain.booking import Booking
from app.domain.photo import View
from app.domain.verification import Part
from app.ports.face_engine import HeldFace, HeldFaces
from app.ports.jms import BookingAnswers, PhotoRef, PhotoRefs
from app.ports.photo_store import StoredKeys
from app.ports.records import Records
from app.ports.verification_records import VerificationRecords
from tests.databases import COLLECTION
from tests.fakes import FakeFaceEngine, FakePhotoStore
from tests.fakes_jms import FakeJms
from tests.jails import Jail
from tests.services.verify.verifying import Verifying

PAGE = 1000
MEGABYTE = 2**20
MOST = 6 * MEGABYTE

FILL = """
WITH numbers AS (
    SELECT n, 'B-' || lpad(n::text, 8, '0') AS name, lpad(to_hex(n), 64, '0') AS sha256,
           md5(n::text)::uuid AS face_id
    FROM generate_series(1, {0}) AS n
), photos AS (
    INSERT INTO photos (collection, external_image_id, status, view, sha256, photo_key, faces,
                        engine, model, changed_at, record_status)
    SELECT 'jail', name, 'indexed', 'front', sha256, name || '/' || sha256,
           jsonb_build_array(jsonb_build_object('face_id', face_id, 'face', jsonb_build_object(
               'box', '{{"left": 0.1, "top": 0.1, "width": 0.5, "height": 0.5}}'::jsonb))),
           'fake', 'fake/1', now() - interval '1 day', 'active'
    FROM numbers
)
INSERT INTO faces (collection, face_id, external_image_id, model, template, is_current, change)
SELECT 'jail', face_id, name, 'fake/1', '\\x00', true, n FROM numbers
"""


def name_of(number: int) -> str:
    return f"B-{number:08}"


class CountedStore(FakePhotoStore):
    """Has photos 1 to `count`, made up page by page."""

    count: int

    @override
    async def list(self, after: str | None) -> StoredKeys:
        first = int(after.partition("/")[0][2:]) if after else 0
        last = min(first + PAGE, self.count)
        keys = tuple(f"{name_of(n)}/{n:064x}" for n in range(first + 1, last + 1))
        return StoredKeys(keys, keys[-1] if last < self.count else None)


class CountedEngine(FakeFaceEngine):
    """Holds a face of each photo."""

    checked: VerificationRecords

    @override
    async def faces(self, after: str | None) -> HeldFaces:
        page = await self.checked.faces(after, PAGE)
        held = tuple(HeldFace(face.face_id, face.external_image_id) for face in page)
        return HeldFaces(held, held[-1].face_id if len(held) == PAGE else None)


class CountedJms(FakeJms):
    """Lists every photo, the last first, and knows no booking by itself."""

    def __init__(self, count: int) -> None:
        super().__init__({})
        self.count = count

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return BookingAnswers(dict[str, Booking]())

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        last = int(after) if after else self.count
        first = max(last - PAGE, 0)
        names = [name_of(number) for number in range(last, first, -1)]
        refs = tuple(PhotoRef(name, None, view, None, f"/photos/{name}") for name in names)
        return PhotoRefs(refs, str(first) if first else None)


async def test_memory_is_flat(records: Records, pool: ConnectionPool) -> None:
    count = 20_000
    engine = CountedEngine()
    engine.checked = PostgresVerificationRecords(pool, COLLECTION)
    verify = Verifying(Jail(records, engine=engine), pool)
    await verify()  # what is loaded once is loaded
    await verify.sql(FILL.format(count))
    verify.store = store = CountedStore()
    store.count = count
    verify.jail.jms = CountedJms(count)

    tracemalloc.start()
    seen = await verify()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert seen.found == []
    assert seen.lacking() == {}
    assert seen.tally.records == count
    looked_at = {Part.LISTING, Part.PHOTOS, Part.FACES, Part.ENGINE}
    assert {part: seen.tally.looked_at[part] for part in looked_at} == dict.fromkeys(
        looked_at, count
    )
    assert most < MOST, most / MEGABYTE
