"""A search keeps its probe, and nothing else does."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest
from typing_extensions import override

from adapters.photo_store.encrypted import EncryptedPhotoStore
from app.domain.audit import AuditAction
from app.domain.errors import (
    NoFaceError,
    PhotoStoreUnavailableError,
    ProbeDestroyedError,
    ProbeNotKeptError,
    RecordsUnavailableError,
    SearchNotFoundError,
)
from app.domain.kept_probe import DestroyedFor
from app.domain.photo import photo_key, sha256_of
from app.ports.data_keys import probe_key_name
from app.ports.face_engine import Matches
from app.services.forgetting.keep_probe import KeepProbe
from app.services.forgetting.view_probe import ViewProbe
from app.services.recorded import utc_now
from tests.fakes import FakeFaceEngine, FakePhotoStore, drawn_photo
from tests.fakes_data_keys import FakeDataKeys
from tests.jails import ACTOR, Jail
from tests.records.samples import search

PROBE = drawn_photo("Ann", note="probe")


async def everything_discarded() -> None:
    """Let what goes on beside a search that failed come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    waiting = [one for one in others if "_discarded" in repr(one.get_coro())]
    await asyncio.gather(*waiting)


async def test_a_search_keeps_its_probe_and_a_look_at_it_is_recorded(jail: Jail) -> None:
    await jail.book({"A1": "Ann"})

    answer = await jail.search("Ann")
    shown = await jail.services().forgetting.view_probe(answer.search_id, None, ACTOR)

    key = photo_key(answer.search_id, sha256_of(PROBE))
    assert jail.probes.photos == {key: PROBE}
    assert shown.first == PROBE
    look = (await jail.audit())[-1]
    assert (look.action, look.outcome) == (AuditAction.VIEW_PROBE, "answered")
    assert (look.search_id, look.photo_sha256) == (answer.search_id, sha256_of(PROBE))
    async with jail.records.view() as view:
        kept = await view.probes.of(answer.search_id)
    assert kept is not None
    assert (kept.kept_at, kept.review_open) == (answer.searched_at, answer.review_required)
    thumbnail = await jail.services().forgetting.view_probe(answer.search_id, 64, ACTOR)
    assert b"64 pixels wide" in thumbnail.first


async def test_a_repeated_request_keeps_one_probe(jail: Jail) -> None:
    answers = [await jail.search("Ann", idempotency_key="once") for _ in range(2)]
    answers += await asyncio.gather(
        *(jail.search("Ann", idempotency_key="at once") for _ in range(3))
    )
    await everything_discarded()

    kept = {answer.search_id for answer in answers}
    assert len(kept) == 2
    assert {key.partition("/")[0] for key in jail.probes.photos} == kept


async def test_the_probe_of_a_search_that_fails_is_deleted_again(jail: Jail) -> None:
    with pytest.raises(NoFaceError):
        await jail.search()
    await everything_discarded()

    assert jail.probes.photos == {}


@pytest.mark.parametrize("counted", [True, False])
async def test_where_a_commit_was_lost_the_probe_is_left_to_the_purge(
    jail: Jail, *, counted: bool
) -> None:
    answer = replace(search("S-1"), searched_at=utc_now())

    async def ask() -> None:
        async with KeepProbe(jail.probes).beside("S-1", sha256_of(PROBE), PROBE) as keeping:
            await keeping.stored()
            if counted:
                async with jail.records.unit() as unit:
                    await keeping.count(unit, answer)
            raise RecordsUnavailableError

    with pytest.raises(RecordsUnavailableError):
        await ask()
    await everything_discarded()

    left = [photo_key("S-1", sha256_of(PROBE))] if counted else []
    assert list(jail.probes.photos) == left


async def test_a_search_whose_probe_cannot_be_kept_answers_nothing(jail: Jail) -> None:
    jail.probes.error = PhotoStoreUnavailableError()

    with pytest.raises(PhotoStoreUnavailableError):
        await jail.search("Ann")

    assert [entry.outcome for entry in await jail.audit()] == ["photo_store_unavailable"]


async def test_without_the_setting_no_probe_is_kept(jail: Jail) -> None:
    jail.keeps_probes = False

    answer = await jail.search("Ann")

    assert jail.probes.photos == {}
    with pytest.raises(ProbeNotKeptError):
        await jail.services().forgetting.view_probe(answer.search_id, None, ACTOR)


async def test_a_probe_that_is_gone_is_said_to_be_gone_since_when(jail: Jail) -> None:
    answer, at = await jail.search("Ann"), utc_now()
    view_probe = jail.services().forgetting.view_probe
    jail.probes.photos.clear()
    for width in (None, 64):
        with pytest.raises(ProbeDestroyedError):  # between its end and the commit
            await view_probe(answer.search_id, width, ACTOR)
    async with jail.records.unit() as unit:
        await unit.probes.destroyed(answer.search_id, at, DestroyedFor.DUE)

    with pytest.raises(ProbeDestroyedError, match="by its hash only since 20"):
        await view_probe(answer.search_id, None, ACTOR)
    with pytest.raises(SearchNotFoundError):
        await view_probe("no search", None, ACTOR)

    assert [entry.outcome for entry in await jail.audit()][-2:] == [
        "probe_destroyed",
        "search_not_found",
    ]


async def test_a_probe_without_its_data_key_is_not_said_to_be_destroyed(jail: Jail) -> None:
    answer = await jail.search("Ann")
    store = EncryptedPhotoStore(jail.probes, keys := FakeDataKeys(), probe_key_name)
    jail.probes.photos.clear()
    key = photo_key(answer.search_id, sha256_of(PROBE))
    await store.put(key, PROBE)
    view_probe = ViewProbe(jail.records, store, jail.darkroom)
    assert (await view_probe(answer.search_id, None, ACTOR)).size == len(PROBE)

    await keys.destroy([probe_key_name(key)])

    for width in (None, 64):
        with pytest.raises(PhotoStoreUnavailableError, match="data key"):
            await view_probe(answer.search_id, width, ACTOR)


@dataclass
class MeetingStore(FakePhotoStore):
    """Stores only while somebody ranks."""

    ranking: asyncio.Event = field(default_factory=asyncio.Event)
    stored: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def put(self, key: str, photo: bytes) -> None:
        await self.ranking.wait()
        await super().put(key, photo)
        self.stored.set()


class MeetingEngine(FakeFaceEngine):
    """Ranks only once the probe is stored."""

    def __init__(self, store: MeetingStore) -> None:
        super().__init__()
        self._store = store

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        self._store.ranking.set()
        await self._store.stored.wait()
        return await super().search(probe, people=people, floor=floor, face=face)


async def test_the_probe_is_stored_while_the_engine_ranks(jail: Jail) -> None:
    store = MeetingStore()
    jail.probes, jail.engine = store, MeetingEngine(store)

    async with asyncio.timeout(30):
        answer = await jail.search("Ann")

    assert [key.partition("/")[0] for key in store.photos] == [answer.search_id]
