import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop

from adapters.sandbox.pool import Sandbox
from app.domain.errors import (
    CandidError,
    EngineMisconfiguredError,
    EngineUnavailableError,
    PhotoTooCostlyError,
    PhotoUnreadableError,
    TooManyCallsError,
)

DEEDS = "tests.sandbox.deeds:"
GIGABYTE = 1024**3


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(2, GIGABYTE, 2.0, warm_up=[(DEEDS + "echo", {})]) as running:
        yield running


async def echoes(sandbox: Sandbox, count: int = 4) -> bool:
    calls = (sandbox.call(DEEDS + "echo", {"n": n}, b"x" * n) for n in range(count))
    return await asyncio.gather(*calls) == [({"n": n}, b"x" * n) for n in range(count)]


async def test_a_call_answers_with_an_object_and_bytes(sandbox: Sandbox) -> None:
    photo = os.urandom(20_000_00)

    answer, payload = await sandbox.call(DEEDS + "echo", {"face": None}, photo)

    assert answer == {"face": None}
    assert payload == photo


async def test_many_calls_at_once_all_get_their_own_answer(sandbox: Sandbox) -> None:
    assert await echoes(sandbox, 200)


async def test_a_domain_error_travels_back_as_itself(sandbox: Sandbox) -> None:
    with pytest.raises(PhotoUnreadableError, match="cut short"):
        await sandbox.call(DEEDS + "refuse", {})

    assert await echoes(sandbox)


async def test_an_unexpected_error_is_reported_without_its_text(sandbox: Sandbox) -> None:
    with pytest.raises(CandidError, match=r"ValueError at .*deeds.py") as caught:
        await sandbox.call(DEEDS + "stumble", {}, b"a secret of the photo")

    assert "secret" not in str(caught.value)
    assert await echoes(sandbox)


async def test_what_a_library_prints_does_not_get_among_the_answers(sandbox: Sandbox) -> None:
    answer = await sandbox.call(DEEDS + "chatter", {"n": 1}, b"photo")

    assert answer == ({"n": 1}, b"photo")


async def test_a_crash_costs_its_own_call_only(sandbox: Sandbox) -> None:
    crash = asyncio.create_task(sandbox.call(DEEDS + "crash", {}))
    others = await asyncio.gather(*(echoes(sandbox, 10) for _ in range(5)))

    with pytest.raises(PhotoTooCostlyError):
        await crash
    assert all(others)


async def test_ten_gigabytes_cost_their_own_call_only(sandbox: Sandbox) -> None:
    greedy = asyncio.create_task(sandbox.call(DEEDS + "allocate", {"bytes": 10 * GIGABYTE}))
    others = await asyncio.gather(*(echoes(sandbox, 10) for _ in range(5)))

    with pytest.raises(PhotoTooCostlyError):
        await greedy
    assert all(others)


async def test_an_answer_longer_than_any_template_ends_the_worker(sandbox: Sandbox) -> None:
    with pytest.raises(PhotoTooCostlyError):
        await sandbox.call(DEEDS + "echo", {}, bytes(5 * 1024**2))

    assert await echoes(sandbox)


async def test_memory_within_the_limit_is_given() -> None:
    """Given time: a busy machine fills it slowly."""
    async with Sandbox(1, GIGABYTE, 60.0, warm_up=[(DEEDS + "echo", {})]) as patient:
        answer, _ = await patient.call(DEEDS + "allocate", {"bytes": GIGABYTE // 4})

    assert answer == {"taken": GIGABYTE // 4}


async def test_a_call_that_never_ends_is_ended(sandbox: Sandbox) -> None:
    begun = time.perf_counter()

    with pytest.raises(PhotoTooCostlyError):
        await sandbox.call(DEEDS + "hang", {})

    assert time.perf_counter() - begun > 1.5
    assert await echoes(sandbox)


async def test_calls_behind_one_that_never_ends_are_not_lost(sandbox: Sandbox) -> None:
    hanging = [asyncio.create_task(sandbox.call(DEEDS + "hang", {})) for _ in range(2)]
    await asyncio.sleep(0)

    assert await echoes(sandbox, 20)
    outcomes = await asyncio.gather(*hanging, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [PhotoTooCostlyError] * 2


async def test_a_call_sent_behind_a_slow_one_is_shared_with_an_idle_process(
    sandbox: Sandbox,
) -> None:
    slow = asyncio.create_task(sandbox.call(DEEDS + "work", {"seconds": 1.5}))

    assert await echoes(sandbox, 10)
    assert not slow.done()
    assert (await slow)[0]["seconds"] == 1.5


async def test_a_worker_sees_no_environment_and_writes_no_file(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    answer, _ = await sandbox.call(DEEDS + "environment", {})

    with pytest.raises(CandidError, match=r"(OS|Permission)Error"):
        await sandbox.call(DEEDS + "leave_a_file", {"path": str(tmp_path / "left")})
    assert not [name for name in answer["names"] if name in {"PATH", "HOME", "USER"}]
    assert not (tmp_path / "left").exists()


async def test_every_other_call_answers_while_workers_are_killed_at_random(
    sandbox: Sandbox,
) -> None:
    chance = random.Random(7)  # noqa: S311 (which worker is killed is no secret)
    calls = [
        asyncio.create_task(sandbox.call(DEEDS + "work", {"seconds": 0.05, "n": n}))
        for n in range(50)
    ]
    killed = 0
    for _ in range(5):
        await asyncio.sleep(chance.uniform(0.1, 0.3))
        if sandbox.pids:
            os.kill(chance.choice(sandbox.pids), signal.SIGKILL)
            killed += 1

    outcomes = await asyncio.gather(*calls, return_exceptions=True)

    lost = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert {type(outcome) for outcome in lost} <= {PhotoTooCostlyError}
    assert len(lost) <= killed
    answered = [outcome[0]["n"] for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert len(answered) == len(set(answered)) == 50 - len(lost)


async def test_cancelled_callers_leave_the_workers_as_they_were(sandbox: Sandbox) -> None:
    calls = [
        asyncio.create_task(sandbox.call(DEEDS + "work", {"seconds": 0.2, "n": n}))
        for n in range(12)
    ]
    await asyncio.sleep(0.1)

    for call in calls[::2]:
        call.cancel()
    outcomes = await asyncio.gather(*calls[1::2])

    assert [answer["n"] for answer, _ in outcomes] == list(range(1, 12, 2))
    assert await echoes(sandbox)


async def test_calls_beyond_the_line_are_refused_as_busy(sandbox: Sandbox) -> None:
    calls = [
        asyncio.create_task(sandbox.call(DEEDS + "work", {"seconds": 0.5}, bytes(60 * 1024**2)))
        for _ in range(10)
    ]

    outcomes = await asyncio.gather(*calls, return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, TooManyCallsError)]
    assert len(refused) == 2  # four are sent, 256 MiB hold four more
    assert await echoes(sandbox)


async def test_a_function_that_cannot_load_stops_the_start() -> None:
    with pytest.raises(EngineMisconfiguredError, match="FileNotFoundError"):
        async with Sandbox(2, GIGABYTE, 2.0, warm_up=[(DEEDS + "fail_to_load", {})]):
            pytest.fail("started")


@pytest.mark.parametrize(("deed", "request_"), [("crash", {}), ("allocate", {"bytes": 2**33})])
async def test_a_process_that_ends_while_it_loads_is_told_what_it_may_take(
    deed: str, request_: dict[str, int]
) -> None:
    with pytest.raises(EngineMisconfiguredError, match=r"1024 MB .CANDID_ENCODER__MEMORY_MB"):
        async with Sandbox(1, GIGABYTE, 2.0, warm_up=[(DEEDS + deed, request_)]):
            pytest.fail("started")


async def test_a_process_that_loads_for_ever_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.sandbox.starting.START_SECONDS", 2.0)

    with pytest.raises(EngineMisconfiguredError, match="not loaded what it needs after 2 seconds"):
        async with Sandbox(1, GIGABYTE, 2.0, warm_up=[(DEEDS + "hang", {})]):
            pytest.fail("started")


async def test_calls_after_the_end_and_those_cut_off_by_it_say_so() -> None:
    async with Sandbox(1, GIGABYTE, 5.0, warm_up=[(DEEDS + "echo", {})]) as sandbox:
        calls = [asyncio.create_task(sandbox.call(DEEDS + "hang", {})) for _ in range(4)]
        await asyncio.sleep(0.2)

    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [EngineUnavailableError] * 4
    with pytest.raises(EngineUnavailableError):
        await sandbox.call(DEEDS + "echo", {})


def test_an_idle_process_that_is_killed_takes_no_call_with_it_once_it_is_known_to_be_gone() -> None:
    """uvloop, which the service runs on, knows of the end some turns before its keeper does."""

    async def one_is_called_as_soon_as_it_is_gone() -> bool:
        async with Sandbox(1, GIGABYTE, 2.0, warm_up=[(DEEDS + "echo", {})]) as sandbox:
            os.kill(sandbox.pids[0], signal.SIGKILL)
            while sandbox.pids:  # noqa: ASYNC110 - at the very first turn
                await asyncio.sleep(0)
            return await echoes(sandbox, 1)

    assert uvloop.run(one_is_called_as_soon_as_it_is_gone())


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX word")
async def test_workers_die_with_a_service_that_is_killed() -> None:
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.sandbox.doomed_service"), stdout=subprocess.PIPE
    )
    assert service.stdout is not None
    workers = [int(pid) for pid in (await service.stdout.readline()).split()]

    service.kill()
    await service.communicate()

    assert len(workers) == 2
    assert await gone(workers, seconds=3)


async def gone(pids: list[int], seconds: float) -> bool:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        if not [pid for pid in pids if runs(pid)]:
            return True
        await asyncio.sleep(0.05)
    return False


def runs(pid: int) -> bool:
    """Whether a process works still; one that ended and was not yet waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
