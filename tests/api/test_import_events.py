"""The events of an import on a real socket: whoever leaves, whatever breaks, whenever it stops."""

import asyncio
import json
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import httpx
import pytest

from app.api import import_events
from app.api.ending import Ending
from app.api.import_events import ImportEvents
from app.domain.errors import RecordsUnavailableError, UnauthenticatedError
from app.domain.imports import ImportState
from tests.e2e.processes import eventually
from tests.fakes_imports import FakeImports
from tests.served_imports import ServedImports, served_imports

Event = tuple[str, dict[str, object]]


@pytest.fixture
def served() -> Generator[ServedImports]:
    """Serve imports in memory."""
    with served_imports() as served:
        yield served


@contextmanager
def _watched(served: ServedImports, import_id: str, **headers: str) -> Generator[Iterator[str]]:
    path = f"{served.url}/imports/{import_id}/events"
    with httpx.stream("GET", path, headers=headers, timeout=20) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield response.iter_lines()


def _event(lines: Iterator[str]) -> Event:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            return name, json.loads(line.removeprefix("data: "))
    return "", {}


def test_the_whole_state_comes_at_once_then_each_change_then_the_end(served: ServedImports) -> None:
    known = served.imports.add()
    served.imports.waiting = 5

    with _watched(served, known.import_id, **{"Last-Event-ID": "17"}) as lines:
        first = _event(lines)
        served.imports.waiting = 4
        second = _event(lines)
        served.imports.change(known.import_id, state=ImportState.FINISHED)
        last, end = _event(lines), _event(lines)
        rest = list(lines)

    whole = httpx.get(f"{served.url}/imports/{known.import_id}").json()
    assert [one[0] for one in (first, second, last, end)] == ["progress"] * 3 + ["end"]
    assert first[1].keys() == whole.keys()
    assert [one[1]["counts"]["waiting"] for one in (first, second)] == [5, 4]  # type: ignore[index]  # JSON
    assert end[1]["state"] == "finished"
    assert "".join(rest) == ""


def test_of_an_import_that_has_ended_there_is_its_end(served: ServedImports) -> None:
    known = served.imports.add(state=ImportState.CANCELLED)

    with _watched(served, known.import_id) as lines:
        assert [_event(lines)[0], _event(lines)[0], _event(lines)[0]] == ["progress", "end", ""]


def test_where_nothing_changes_only_heartbeats_come(
    served: ServedImports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_events, "PERIOD_SECONDS", 0.05)
    monkeypatch.setattr(import_events, "HEARTBEAT_SECONDS", 0.1)

    with _watched(served, served.imports.add().import_id) as lines:
        _event(lines)
        quiet = [line for line, _ in zip(lines, range(6), strict=False) if line]

    assert quiet == [":"] * len(quiet)
    assert quiet


def test_while_records_are_down_the_stream_says_so_once_and_goes_on(
    served: ServedImports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_events, "PERIOD_SECONDS", 0.05)
    known = served.imports.add()

    with _watched(served, known.import_id) as lines:
        _event(lines)
        served.imports.error = RecordsUnavailableError()
        down = _event(lines)
        time.sleep(0.3)
        served.imports.error = None
        up = _event(lines)

    assert down == ("unavailable", {"code": "records_unavailable"})
    assert up[0] == "progress"


def test_a_watcher_who_goes_leaves_nothing_behind(served: ServedImports) -> None:
    known = served.imports.add()

    with _watched(served, known.import_id) as lines:
        _event(lines)
        assert served.answering == 1

    assert eventually(lambda: served.answering == 0)


def test_so_many_may_watch_and_whoever_goes_makes_room_for_another(served: ServedImports) -> None:
    known = served.imports.add()
    address = f"{served.url}/imports/{known.import_id}/events"
    served.watchers.most = 2

    with _watched(served, known.import_id) as lines:
        _event(lines)
        with _watched(served, known.import_id) as others:
            _event(others)
            refused = httpx.get(address)
        assert eventually(lambda: served.answering == 1)
        with _watched(served, known.import_id) as others:
            assert _event(others)[0] == "progress"

    assert refused.status_code == 503
    assert refused.json()["code"] == "too_many_watchers"
    assert "GET /imports/{import_id}" in refused.json()["detail"]
    assert int(refused.headers["Retry-After"]) > 0


def test_a_service_that_stops_does_not_wait_for_those_who_watch(served: ServedImports) -> None:
    known = served.imports.add()

    with _watched(served, known.import_id) as lines:
        _event(lines)
        began = time.monotonic()
        served.stop()
        took = time.monotonic() - began
        assert _event(lines) == ("", {})

    assert took < 3


async def test_a_stop_is_heard_by_all_who_wait() -> None:
    ending = Ending()
    waiting = [asyncio.create_task(ending.within(60)) for _ in range(3)]
    await asyncio.sleep(0)

    assert not await ending.within(0.01)
    ending.say()
    assert await asyncio.gather(*waiting) == [True] * 3


async def test_a_key_that_is_taken_back_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_events, "PERIOD_SECONDS", 0.01)
    monkeypatch.setattr(import_events, "HEARTBEAT_SECONDS", 0.02)
    imports = FakeImports()
    known = imports.add()
    asked: list[Exception] = [RecordsUnavailableError(), UnauthenticatedError()]

    async def still_allowed() -> None:
        raise asked.pop(0)

    read = imports.services.read
    events = ImportEvents(read, known.import_id, Ending(), still_allowed)
    async with asyncio.timeout(5):
        progress = await read.progress(known.import_id)
        sent = [event async for event in events.after(progress)]

    assert sent[-1] == b":\n\n"  # while nobody could say
    assert not asked
