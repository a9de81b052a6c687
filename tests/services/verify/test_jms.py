"""What the JMS lists and knows against the records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from typing_extensions import override

from adapters.jms.encoded import EncodedIdsJms
from app.domain.booking import RecordStatus
from app.domain.photo import View
from app.domain.verification import Finding, Part
from app.ports.jms import PhotoRefs
from app.services.verify import Depth
from tests.databases import DATA_KEYS
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import ACTOR, booking
from tests.services.verify.verifying import ListingJms, Verifying

ITEM = """
INSERT INTO import_items (collection, import_id, position, external_image_id, location, view,
                          status, reason)
VALUES ('jail', %s, (SELECT count(*) FROM import_items) + 1, %s, '', 'front', %s, %s)
"""
IMPORT = """
INSERT INTO imports (collection, import_id, options, state, started_by, started_at)
VALUES ('jail', %s, '{}', %s, 'somebody', now())
"""


async def import_said(
    verify: Verifying, import_id: str, state: str, **said: tuple[str, str | None]
) -> None:
    """Put an import on record with what it said of photos."""
    await verify.sql(IMPORT, [import_id, state])
    for name, (status, reason) in said.items():
        await verify.sql(ITEM, [import_id, name, status, reason])


async def test_a_listed_photo_that_is_not_in_is_found_until_it_is_indexed(
    verify: Verifying,
) -> None:
    await verify.book("A1", "A3")
    verify.jms.list_photo("A2", drawn_photo("Eve"))

    seen = await verify(repair=True)
    await verify.jail.index("A2", drawn_photo("Eve"))

    assert seen.of(Finding.MISSING_IN_RECORDS) == ["A2"]
    assert seen.tally.looked_at[Part.LISTING] == 3
    [found] = seen.errors
    assert found.mend is not None
    assert "candid import start" in found.mend.what
    assert (await verify()).errors == []


async def test_a_photo_that_an_import_refused_is_counted_by_its_reason(verify: Verifying) -> None:
    for name in ("A1", "A2", "A3", "A4", "A5"):
        verify.jms.list_photo(name, drawn_photo(name))
    await import_said(
        verify,
        "first",
        "finished",
        A1=("failed", "no_face"),
        A2=("failed", "source_timeout"),
        A3=("skipped", "withheld"),
        A4=("skipped", "already_indexed"),
        A5=("waiting", None),
    )
    await import_said(
        verify, "second", "running", A1=("failed", "several_faces"), A2=("waiting", None)
    )

    seen = await verify()

    assert seen.tally.known_reasons == {"several_faces": 1, "waiting": 1, "withheld": 1}
    assert seen.of(Finding.MISSING_IN_RECORDS) == ["A4", "A5"]


async def test_a_photo_that_the_newest_import_took_and_that_is_gone_is_missing(
    verify: Verifying,
) -> None:
    verify.jms.list_photo("A1", drawn_photo("Ann"))
    await import_said(verify, "first", "finished", A1=("failed", "no_face"))
    await import_said(verify, "second", "finished", A1=("indexed", None))

    assert (await verify()).of(Finding.MISSING_IN_RECORDS) == ["A1"]


async def test_removed_and_unsearchable_photos_have_a_reason(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    await verify.jail.services().remove_photo("A1", ACTOR)
    await verify.sql(
        "UPDATE photos SET status = 'skipped', reason = 'face_deleted', faces = '[]' "
        "WHERE external_image_id = 'A2'"
    )
    await verify.sql("UPDATE faces SET is_current = false, external_image_id = ''")
    verify.jail.engine.held.clear()
    DATA_KEYS.keys.clear()

    seen = await verify()

    assert seen.errors == []
    assert seen.tally.known_reasons == {"tombstoned": 1, "face_deleted": 1}


async def test_ids_that_need_encoding_are_compared_as_they_are_on_record(
    verify: Verifying,
) -> None:
    photo = drawn_photo("Ann")
    verify.jms.list_photo("A 1/2", photo, booking("A-1"))
    verify.jms.list_photo("x" * 300, photo)
    verify.jail.jms = EncodedIdsJms(verify.jms)
    await verify.jail.index("::A:201:2f2", photo)

    seen = await verify(depth=Depth(sample=9))

    assert seen.found == []
    assert seen.tally.known_reasons == {"id_not_encodable": 1}
    assert verify.jms.asked == ["A 1/2"]


async def test_records_of_which_the_jms_knows_nothing_are_information(verify: Verifying) -> None:
    await verify.book("A1", "A2", "A3")
    for name in ("A1", "A2"):
        del verify.jms.shown[name]
    del verify.jms.known["A2"]

    seen = await verify(repair=True)

    assert seen.of(Finding.UNKNOWN_TO_JMS) == ["A2"]
    assert seen.tally.left == 0
    assert seen.tally.looked_at[Part.BOOKINGS] == 2


async def test_withheld_records_are_counted(verify: Verifying) -> None:
    photo = drawn_photo("Ann")
    verify.jms.list_photo("A1", photo, booking("A1", "P-1", RecordStatus.SEALED))
    await verify.jail.index("A1", photo)
    await verify.book("A2")

    assert (await verify()).tally.withheld == 1


async def test_a_jms_that_cannot_list_is_asked_for_every_booking(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    verify.jail.jms = FakeJms({"A1": booking("A1")})

    seen = await verify()

    assert list(seen.lacking()) == [Part.LISTING]
    assert seen.of(Finding.UNKNOWN_TO_JMS) == ["A2"]
    assert seen.tally.looked_at[Part.BOOKINGS] == 2


@pytest.mark.parametrize("is_connected", [True, False])
async def test_without_a_jms_that_answers_the_rest_is_compared(
    verify: Verifying, *, is_connected: bool
) -> None:
    await verify.book("A1", "A2")
    verify.jail.store.photos.popitem()
    verify.jms.down = True
    if not is_connected:
        verify.jail.jms = None

    seen = await verify(depth=Depth(sample=3))

    expected = [Part.LISTING, Part.BOOKINGS] + ([] if is_connected else [Part.SAMPLE])
    assert list(seen.lacking()) == expected
    assert seen.of(Finding.MISSING_PHOTO) == ["A2"]


async def test_a_listing_that_breaks_off_is_compared_as_far_as_it_came(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    for name in ("B1", "B2", "B3"):
        verify.jms.list_photo(name, drawn_photo(name))
    verify.jms.breaks_after = 1

    seen = await verify()

    assert list(seen.lacking()) == [Part.LISTING]
    assert seen.of(Finding.MISSING_IN_RECORDS) == ["B2", "B3"]
    assert seen.of(Finding.UNKNOWN_TO_JMS) == []


async def test_bookings_that_are_not_answered_are_said(verify: Verifying) -> None:
    await verify.book("A1", "A2")
    verify.jms.shown.clear()
    verify.jms.unavailable = {"A1"}

    seen = await verify()

    assert seen.found == []
    assert seen.lacking() == {Part.BOOKINGS: "1 of the bookings were asked for and not answered"}


async def test_a_listing_that_goes_in_a_circle_ends(verify: Verifying) -> None:
    verify.jms.page = 0
    verify.jms.list_photo("A1", drawn_photo("Ann"))

    assert list((await verify()).lacking()) == [Part.LISTING]


async def test_without_a_photo_store_nothing_is_repaired_and_that_is_said(
    verify: Verifying,
) -> None:
    await verify.book("A1")
    verify.store = "its disk is gone"
    await verify.sql("UPDATE faces SET model = 'older/1'")

    seen = await verify(repair=True)

    gone = "its disk is gone"
    assert seen.lacking() == {Part.PHOTOS: gone, Part.KEYS: gone}
    [found] = seen.errors
    assert found.mend is not None
    assert found.mend.what == "nothing can be repaired now: its disk is gone"


async def test_a_listing_that_leads_through_a_ring_of_pages_ends(verify: Verifying) -> None:
    for name in ("A1", "A2", "A3", "A4", "A5"):
        verify.jms.list_photo(name, drawn_photo(name))
    verify.jms.leads_back = True

    seen = await verify()

    assert "leads back to a page it had" in seen.lacking()[Part.LISTING]
    assert len(seen.of(Finding.MISSING_IN_RECORDS)) == 5


@pytest.mark.parametrize(
    ("names", "why"), [(("A1", "A2"), "only repeats"), ((), "has no photos in its last 1,000")]
)
async def test_a_listing_that_never_ends_by_ever_new_cursors_ends(
    verify: Verifying, names: Sequence[str], why: str
) -> None:
    class EverNew(ListingJms):
        @override
        async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
            page = await super().photos(view, since, None)
            return replace(page, next=str(int(after or 0) + 1))

    verify.jms = verify.jail.jms = EverNew()
    for name in names:
        verify.jms.list_photo(name, drawn_photo(name))

    seen = await verify()

    assert why in seen.lacking()[Part.LISTING]
    assert seen.of(Finding.MISSING_IN_RECORDS) == [*names]


async def test_a_page_that_fails_now_and_then_is_asked_for_again(verify: Verifying) -> None:
    await verify.book("A1", "A2", "A3")
    verify.jms.failures = 2

    seen = await verify()

    assert seen.lacking() == {}
    assert seen.tally.looked_at[Part.LISTING] == 3


async def test_a_photo_that_was_renumbered_is_told_under_both_ids(verify: Verifying) -> None:
    """The JMS lists the picture under a new id, and no longer knows the old one."""
    photo = drawn_photo("Ann")
    verify.jms.list_photo("OLD", photo)
    await verify.jail.index("OLD", photo)
    del verify.jms.shown["OLD"], verify.jms.known["OLD"]
    verify.jms.list_photo("NEW", photo)
    await verify.jail.index("NEW", photo)

    seen = await verify()

    assert seen.errors == []
    assert seen.of(Finding.DOUBLE_PHOTO) == ["OLD"]
    assert seen.of(Finding.UNKNOWN_TO_JMS) == ["OLD"]
    [double] = [one for one in seen.found if one.finding is Finding.DOUBLE_PHOTO]
    assert double.detail == "the same picture as NEW"
