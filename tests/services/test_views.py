"""Looking at what is on record: each look is recorded, and what was sealed since is not shown."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import (
    BookingNotFoundError,
    CandidError,
    InvalidExternalImageIdError,
    JmsNotConfiguredError,
    JmsUnavailableError,
    NotIndexedError,
    RecordsUnavailableError,
    RecordWithheldError,
    SearchNotFoundError,
)
from app.ports.photo_store import PhotoStream
from app.ports.records import Records, Unit
from app.services.view_photo import ViewPhoto
from tests.fakes import FakePhotoStore, drawn_photo
from tests.jails import ACTOR, Jail, booking


@dataclass
class LentStore(FakePhotoStore):
    """Counts the streams it lends and gets back."""

    lent: int = 0
    given_back: int = 0

    @override
    async def stream(self, key: str) -> PhotoStream | None:
        pieces = self._pieces(key)
        return PhotoStream(len(self.photos[key]), await anext(pieces), pieces)

    async def _pieces(self, key: str) -> AsyncGenerator[bytes]:
        self.lent += 1
        try:
            yield self.photos[key]
        finally:
            self.given_back += 1


@dataclass(frozen=True, slots=True)
class ReadOnlyRecords(Records):
    """Records on which nothing can be written now."""

    records: Records

    @override
    def unit(self) -> AbstractAsyncContextManager[Unit]:
        raise RecordsUnavailableError

    @override
    def view(self) -> AbstractAsyncContextManager[Unit]:
        return self.records.view()

    @override
    async def ping(self) -> None:
        raise RecordsUnavailableError


async def test_a_past_search_is_shown_as_it_was_answered(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await jail.book({"A1": "Ann"})
    answer = await jail.search("Ann")

    shown = await jail.services().read_searches.one(answer.search_id, ACTOR)

    assert shown == answer
    entry = (await jail.audit())[-1]
    assert (entry.action, entry.search_id) == (AuditAction.VIEW_SEARCH, answer.search_id)


async def test_a_removed_candidate_is_redacted_in_past_searches(jail: Jail) -> None:
    jail.fake_jms.known = {one: booking(one, one) for one in ("A1", "B1")}
    await jail.book({"A1": "Ann", "B1": "Bob"})
    answer = await jail.search("Ann")
    await jail.services().remove_photo("A1", ACTOR)

    shown = await jail.services().read_searches.one(answer.search_id, ACTOR)

    first, second = shown.candidates
    assert (first.redacted, first.booking, first.taken_at) == (True, None, None)
    assert second == answer.candidates[1]


async def test_a_candidate_sealed_since_is_redacted_with_all_photos(jail: Jail) -> None:
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}
    await jail.book({"A1": "Ann", "A2": "Ann"})
    answer = await jail.search("Ann")
    best = answer.candidates[0].external_image_id
    jail.fake_jms.known[best] = booking(best, "P-1", RecordStatus.SEALED)
    with pytest.raises(RecordWithheldError):
        await jail.services().view_booking(best, ACTOR)

    [shown] = await jail.services().read_searches.page(ACTOR, None, None, 10)

    assert shown.candidates[0].redacted
    assert shown.candidates[0].other_photos == ()


async def test_another_photo_removed_since_is_left_out(jail: Jail) -> None:
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}
    await jail.book({"A1": "Ann", "A2": "Ann"})
    answer = await jail.search("Ann")
    [other] = answer.candidates[0].other_photos
    await jail.services().remove_photo(other.external_image_id, ACTOR)

    shown = await jail.services().read_searches.one(answer.search_id, ACTOR)

    assert not shown.candidates[0].redacted
    assert shown.candidates[0].other_photos == ()


async def test_past_searches_are_listed_newest_first_by_case(jail: Jail) -> None:
    answers = [await jail.search("Ann") for _ in range(3)]
    services = jail.services()

    page = await services.read_searches.page(ACTOR, "26-001234", None, 2)
    rest = await services.read_searches.page(ACTOR, "26-001234", page[-1].search_id, 2)

    ids = {answer.search_id for answer in answers}
    assert {answer.search_id for answer in (*page, *rest)} == ids
    assert await services.read_searches.page(ACTOR, "26-000000", None, 2) == []


async def test_a_search_that_is_not_on_record_is_not_found(jail: Jail) -> None:
    services = jail.services()

    with pytest.raises(SearchNotFoundError):
        await services.read_searches.one("S-0", ACTOR)
    with pytest.raises(SearchNotFoundError):
        await services.read_searches.page(ACTOR, None, "S-0", 2)


async def test_the_index_is_read_in_the_order_of_the_ids(jail: Jail) -> None:
    await jail.book({"B1": "Bob", "A1": "Ann", "C1": "Cyd"})
    services = jail.services()
    await services.remove_photo("B1", ACTOR)

    page = await services.read_index.page(None, 1)
    rest = await services.read_index.page("A1", 5)

    shown = (*page.records, *rest.records)
    assert [record.external_image_id for record in shown] == ["A1", "C1"]
    assert (page.next, rest.next) == ("A1", None)
    with pytest.raises(NotIndexedError):
        await services.read_index.one("B1")


async def test_a_booking_photo_is_shown_and_the_look_recorded(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})

    photo = await jail.services().view_photo("A1", None, ACTOR)
    thumbnail = await jail.services().view_photo("A1", 160, ACTOR)

    assert photo.first == drawn_photo("Ann", note="A1")
    assert photo.size == len(photo.first)
    assert b"160 pixels" in thumbnail.first
    assert [entry.action for entry in (await jail.audit())[1:]] == 2 * [AuditAction.VIEW_PHOTO]


async def test_a_photo_whose_look_cannot_be_recorded_is_let_go_of_unseen(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    view_photo = jail.services().view_photo
    store = LentStore(photos=jail.store.photos)
    unrecorded = ViewPhoto(ReadOnlyRecords(view_photo.records), store, view_photo.darkroom)

    with pytest.raises(RecordsUnavailableError):
        await unrecorded("A1", None, ACTOR)

    assert (store.lent, store.given_back) == (1, 1)


async def test_a_sealed_booking_photo_is_not_shown_and_the_refusal_recorded(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.SEALED)
    await jail.book({"A1": "Ann"})

    with pytest.raises(RecordWithheldError):
        await jail.services().view_photo("A1", None, ACTOR)

    assert (await jail.audit())[-1].outcome == "record_withheld"


async def test_a_photo_that_is_not_there_is_not_shown(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    jail.store.photos.clear()

    for external_image_id in ("A1", "B1"):
        with pytest.raises(NotIndexedError):
            await jail.services().view_photo(external_image_id, None, ACTOR)


async def test_a_booking_is_shown_and_the_look_recorded(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")

    shown = await jail.services().view_booking("A1", ACTOR)

    assert shown == booking("A1", "P-1")
    [entry] = await jail.audit()
    assert (entry.action, entry.external_image_id) == (AuditAction.VIEW_BOOKING, "A1")


@pytest.mark.parametrize(
    ("down", "connected", "error"),
    [
        (False, True, BookingNotFoundError),
        (True, True, JmsUnavailableError),
        (False, False, JmsNotConfiguredError),
    ],
)
async def test_a_booking_that_cannot_be_shown_says_why(
    jail: Jail, *, down: bool, connected: bool, error: type[CandidError]
) -> None:
    jail.fake_jms.down = down
    jail.jms = jail.fake_jms if connected else None

    with pytest.raises(error):
        await jail.services().view_booking("A1", ACTOR)

    assert [entry.outcome for entry in await jail.audit()] == [error.code]


async def test_a_sealed_booking_is_withheld_and_remembered_as_sealed(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.SEALED)

    with pytest.raises(RecordWithheldError):
        await jail.services().view_booking("A1", ACTOR)

    with pytest.raises(RecordWithheldError):
        await jail.services().read_index.one("A1")
    async with jail.records.view() as view:
        assert (await view.standings.of(["A1"]))["A1"].status is RecordStatus.SEALED


async def test_an_id_that_could_be_no_join_is_refused_everywhere(jail: Jail) -> None:
    services = jail.services()

    for call in (
        services.read_index.one("..."),
        services.remove_photo("...", ACTOR),
        services.view_booking("...", ACTOR),
        services.view_photo("...", None, ACTOR),
    ):
        with pytest.raises(InvalidExternalImageIdError):
            await call
