"""Whose turn it is when more is asked than is served."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from app.domain.errors import TooManyCallsError
from app.services.waiting_room import NEWS_SECONDS, WaitingRoom, standing_aside


class Crowd:
    """Callers in a room; a call that has its turn keeps it until it is let go."""

    def __init__(self, room: WaitingRoom) -> None:
        self.room = room
        self.began: list[str] = []
        self.refused: Counter[str] = Counter()
        self.calls: list[asyncio.Task[None]] = []
        self._ends: list[asyncio.Event] = []

    async def come(self, *callers: str) -> None:
        self.calls += [asyncio.create_task(self._call(caller)) for caller in callers]
        await settled()

    async def let_one_go(self) -> None:
        self._ends.pop(0).set()
        await settled()

    async def all_go(self) -> None:
        while self._ends:
            await self.let_one_go()
        await asyncio.gather(*self.calls, return_exceptions=True)

    async def _call(self, caller: str) -> None:
        try:
            async with self.room.turn(caller):
                self.began.append(caller)
                end = asyncio.Event()
                self._ends.append(end)
                await end.wait()
        except TooManyCallsError:
            self.refused[caller] += 1


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_callers_take_turns_however_many_calls_one_has() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, at_once_per_caller=1))

    await crowd.come(*["busy"] * 5, "other", "other", "third")
    await crowd.all_go()

    assert crowd.began == ["busy", "busy", "other", "third", "busy", "other", "busy", "busy"]
    assert crowd.room.served == crowd.room.waiting == 0


async def test_one_caller_leaves_turns_for_others() -> None:
    crowd = Crowd(WaitingRoom(at_once=4, at_once_per_caller=3))

    await crowd.come(*["slow"] * 10)
    held = crowd.room.served
    await crowd.come("other")

    assert (held, crowd.began) == (3, ["slow"] * 3 + ["other"])
    await crowd.all_go()


async def test_a_full_room_refuses_the_latest_call_of_who_has_most() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, at_once_per_caller=1, most_waiting=6))

    await crowd.come(*["busy"] * 20)
    await crowd.come(*["other"] * 20)

    assert crowd.room.waiting == 6
    await crowd.all_go()
    assert Counter(crowd.began) == {"busy": 4, "other": 3}
    assert crowd.refused == {"busy": 16, "other": 17}


async def test_a_caller_at_their_cap_finds_as_few_places_as_anybody() -> None:
    room = WaitingRoom(at_once=4, at_once_per_caller=3, most_waiting=5)
    crowd = Crowd(room)

    await crowd.come(*["busy"] * 50)
    waiting = room.waiting
    await crowd.come("other")

    assert (waiting, crowd.refused) == (5, {"busy": 42})
    assert crowd.began == ["busy"] * 3 + ["other"]
    await crowd.all_go()


async def test_who_waits_too_long_is_refused_and_holds_no_place() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, seconds=0.01))
    await crowd.come("first")

    with pytest.raises(TooManyCallsError):
        async with crowd.room.turn("second"):
            pytest.fail("there was no turn")

    assert crowd.room.waiting == 0
    await crowd.all_go()


async def test_nobody_waits_where_there_are_no_places() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, most_waiting=0))

    await crowd.come("first", "second")

    assert crowd.refused == {"second": 1}
    await crowd.all_go()


async def test_who_goes_away_while_waiting_leaves_the_place_to_others() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, at_once_per_caller=1))
    await crowd.come("first", "second", "third")

    crowd.calls[1].cancel()
    await settled()
    await crowd.let_one_go()

    assert crowd.began == ["first", "third"]
    await crowd.all_go()


async def test_who_is_cancelled_when_the_turn_comes_gives_it_back() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, at_once_per_caller=1))
    await crowd.come("first", "second", "third")
    crowd._ends.pop(0).set()  # noqa: SLF001 - the test's own crowd
    crowd.calls[1].cancel()
    await settled()

    assert crowd.began == ["first", "third"]
    await crowd.all_go()
    assert crowd.room.served == 0


def test_refusals_of_a_caller_are_news_once_a_minute() -> None:
    now = 0.0
    clock: Callable[[], float] = lambda: now  # noqa: E731 - a clock
    room = WaitingRoom(clock=clock)

    first, again, other = room.is_news("a"), room.is_news("a"), room.is_news("b")
    now = NEWS_SECONDS

    assert (first, again, other, room.is_news("a")) == (True, False, True, True)


async def test_who_waits_for_somebody_outside_gives_the_turn_to_others() -> None:
    room, outside = WaitingRoom(at_once=1, at_once_per_caller=1), asyncio.Event()
    went: list[str] = []

    async def call(name: str) -> None:
        async with room.turn(name):
            went.append(f"{name} begins")
            async with standing_aside():
                await outside.wait()
            went.append(f"{name} goes on")

    calls = [asyncio.create_task(call(name)) for name in ("first", "second")]
    await settled()
    held = room.served
    outside.set()
    await asyncio.gather(*calls)

    assert went[:2] == ["first begins", "second begins"]
    assert (held, room.served, room.waiting) == (0, 0, 0)


async def test_a_call_that_goes_on_counts_again() -> None:
    crowd = Crowd(WaitingRoom(at_once=1, at_once_per_caller=1))

    async with crowd.room.turn("first"):
        async with standing_aside():
            pass
        await crowd.come("second")
        began = [*crowd.began]
    await settled()

    assert (began, crowd.began) == ([], ["second"])
    await crowd.all_go()


async def test_who_stands_aside_twice_gives_one_turn_away() -> None:
    room = WaitingRoom(at_once=2, at_once_per_caller=2)

    async with room.turn("first"), room.turn("first"):
        async with standing_aside(), standing_aside():
            within = room.served
        after = room.served
        async with standing_aside():
            again = room.served

    assert (within, after, again, room.served) == (1, 2, 1, 0)


async def test_a_turn_that_ends_in_another_context_is_given_back() -> None:
    room = WaitingRoom(at_once=1)
    turn = room.turn("first")
    await asyncio.create_task(turn.__aenter__())

    with pytest.raises(ValueError, match="different Context"):
        await turn.__aexit__(None, None, None)

    assert room.served == 0


async def test_what_runs_beside_a_call_does_not_give_its_turn_away() -> None:
    room = WaitingRoom(at_once=1, at_once_per_caller=1)

    async def beside() -> int:
        async with standing_aside():
            return room.served

    async with room.turn("first"):
        served = await asyncio.create_task(beside())

    assert served == 1


async def test_without_a_turn_nothing_is_given_away() -> None:
    async with standing_aside():
        pass
