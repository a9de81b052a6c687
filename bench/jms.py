"""What a slow or hanging JMS costs searches, at 50 a second: `python -m bench.jms`.

Whole searches but for HTTP and the engine, whose faces are made up and cost no computing: turns,
records in PostgreSQL, audit, and a JMS on a socket in a process of its own. Every search finds five
others, and no booking is kept, so that every search needs the JMS. It is searched without a JMS,
with one that takes 300 ms for every answer, and with one that hangs. Searches are sent when their
time comes, whether those before were answered or not. Added is the difference of medians of one run
on one machine, held against the JMS's own latency; `enrich` is what the service itself says that
a search waited for it.

All candidates are asked for in one call, or each alone with `--one-by-one`.
"""

import argparse
import asyncio
import logging
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from adapters.records.embedded import EmbeddedPostgres
from adapters.records.migrations import upgrade
from adapters.records.postgres import PostgresRecords, connected
from app.domain.errors import TooManyCallsError
from app.domain.purpose import Purpose
from app.domain.search import SearchContext
from app.ports.jms import Jms
from app.services.calibration.calibrated import ReadCalibration
from app.services.enrichment import Enrichment
from app.services.search_faces import SearchFaces
from app.services.search_request import SearchRequest
from app.services.waiting_room import WaitingRoom
from app.settings import JmsLookupsSettings, LimitsSettings, Settings
from app.wiring.jms import open_jms
from app.wiring.jms_guards import guarded_jms
from bench.percentiles import percentile, told
from bench.results import Results, results
from bench.slow_jms import OutsideJms, outside
from tests.databases import COLLECTION, DEPLOYMENT
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail

LATENCY = 0.3  # seconds, the JMS's own
SLOW = "takes 300 ms"
FACES = 300
_BULKHEAD = {"by": "bulkhead"}
_CONCURRENCY = 128  # 50 searches a second, 0.3 s each, five calls one by one: 75 at a time
_CONTEXT = SearchContext(Purpose.CRIMINAL_INVESTIGATION, "26-001234", "Det. N")


@dataclass(frozen=True, slots=True)
class Searched:
    """One search as its sender saw it."""

    sent_at: float  # seconds
    milliseconds: float
    enrich: float  # milliseconds, as the service told
    statuses: frozenset[str]  # of the bookings


@dataclass(frozen=True, slots=True)
class Part:
    """Searches under one condition, and what they cost."""

    searches: Sequence[Searched]
    refused: int  # for want of a turn: the machine does not keep up
    most_waiting: int  # for a turn
    processor_ms: float  # of this process, a search

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(one.milliseconds for one in self.searches)

    @property
    def row(self) -> str:
        """Its cells of a table."""
        waited = statistics.median(one.enrich for one in self.searches)
        cells = (_quantiles(self.searches), f"{waited:.1f} ms", f"{self.processor_ms:.1f} ms")
        return " | ".join((*cells, str(self.most_waiting), str(self.refused)))


@dataclass
class Load:
    """Searches that come when their time comes."""

    jail: Jail
    rate: float  # a second
    seconds: float
    room: WaitingRoom
    sent: int = 0
    _most_waiting: int = 0

    async def searches(self, jms: Jms | None, deadline: float) -> Part:
        """Send them, and return what came of them."""
        search, sending = self._search(jms, deadline), list[asyncio.Task[Searched | None]]()
        began, used, self._most_waiting = time.perf_counter(), time.process_time(), 0
        for at in range(int(self.rate * self.seconds)):
            await asyncio.sleep(began + at / self.rate - time.perf_counter())
            self.sent += 1
            sending.append(asyncio.create_task(self._one(search, f"probe {self.sent}")))
        all_came = await asyncio.gather(*sending)
        came = [one for one in all_came if one is not None]
        processor_ms = 1e3 * (time.process_time() - used) / len(came)
        return Part(came, len(all_came) - len(came), self._most_waiting, processor_ms)

    def _search(self, jms: Jms | None, deadline: float) -> SearchFaces:
        jail = self.jail
        enrichment = Enrichment(jms, deadline)
        calibrated = ReadCalibration(jail.records)
        return SearchFaces(
            jail.engine, jail.records, enrichment, jail.policy, calibrated, jail.terms
        )

    async def _one(self, search: SearchFaces, person: str) -> Searched | None:
        request = SearchRequest(drawn_photo(person), _CONTEXT)
        began = time.perf_counter()
        self._most_waiting = max(self._most_waiting, self.room.waiting)
        try:
            async with self.room.turn(ACTOR.name):
                answer = await search(request, ACTOR)
        except TooManyCallsError:
            return None
        taken = 1e3 * (time.perf_counter() - began)
        assert len(answer.candidates) == 5, answer
        statuses = frozenset(one.booking_status.value for one in answer.candidates)
        return Searched(began, taken, answer.timings.enrich, statuses)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a slow or hanging JMS costs searches.")
    parser.add_argument("--rate", type=float, default=50.0, help="searches a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each part")
    parser.add_argument("--one-by-one", action="store_true", help="a call for each candidate")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with (
        results("jms", parser) as kept,
        tempfile.TemporaryDirectory() as folder,
        outside() as jms,
    ):
        asyncio.run(_measured(kept, Path(folder), jms))


async def _measured(kept: Results, folder: Path, around: OutsideJms) -> None:
    asked = kept.asked
    settings, registry = _settings(around, asked), CollectorRegistry()
    async with _load(folder, asked) as load, AsyncExitStack() as stack:
        without = await load.searches(None, settings.enrich_seconds)
        jms = await open_jms(settings, stack, registry)
        guarded = guarded_jms(jms, settings, stack, registry)
        assert guarded is not None
        around.change(seconds=str(LATENCY))
        slow = await load.searches(guarded.jms, settings.enrich_seconds)
        counts = around.told()
        _print_slow(without, slow, counts)
        full = registry.get_sample_value("candid_jms_not_asked_total", _BULKHEAD) or 0
        print(f"Not asked because {settings.jms_lookups.at_once} asked already: {full:.0f}.")
        around.change(seconds=str(LATENCY), hangs="1")
        opening = asyncio.create_task(_opened(registry))
        hanging = await load.searches(guarded.jms, settings.enrich_seconds)
        opened = await opening
        _print_hanging(without, hanging, opened, settings.enrich_seconds)
        parts = {"none": without.searches, SLOW: slow.searches, **_around(opened, hanging)}
        _keep(kept, parts, counts["calls"] / len(slow.searches))


def _around(opened: float, hanging: Part) -> dict[str, list[Searched]]:
    """Part the searches at the moment when the breaker opened."""
    return {
        "hangs, until the breaker opens": [one for one in hanging.searches if one.sent_at < opened],
        "hangs, from then on": [one for one in hanging.searches if one.sent_at >= opened],
    }


def _keep(kept: Results, parts: Mapping[str, Sequence[Searched]], calls: float) -> None:
    plain = statistics.median(one.milliseconds for one in parts["none"])
    for name, searches in parts.items():
        taken = [one.milliseconds for one in searches]
        median = statistics.median(taken)
        added = {"added_ms": median - plain, "added_at_most_ms": max(taken) - plain}
        kept.keep(
            "searches",
            jms=name,
            a_second=kept.asked.rate,
            searches=len(searches),
            p50_ms=median,
            **added if name != "none" else {},
            **{"calls_a_search": calls} if name == SLOW else {},
        )


async def _opened(registry: CollectorRegistry) -> float:
    """Return when the breaker opened, to some milliseconds."""
    while not registry.get_sample_value("candid_jms_breaker_open"):  # noqa: ASYNC110 - told there only
        await asyncio.sleep(0.005)
    return time.perf_counter()


def _settings(around: OutsideJms, asked: argparse.Namespace) -> Settings:
    jms = {"kind": "rest", "base_url": around.url, "concurrency": _CONCURRENCY}
    if not asked.one_by_one:
        jms["bookings"] = {"batch": "query"}
    return Settings.read(jms=jms, jms_lookups=JmsLookupsSettings(cache_seconds=0))


@asynccontextmanager
async def _load(folder: Path, asked: argparse.Namespace) -> AsyncGenerator[Load]:
    """Index the faces, and get everything warm."""
    limits = LimitsSettings()
    room = WaitingRoom(limits.calls_at_once, limits.per_caller, limits.calls_waiting)
    async with EmbeddedPostgres(folder) as server:
        await upgrade(server.conninfo)
        async with connected(server.conninfo) as pool:
            jail = Jail(PostgresRecords(pool, COLLECTION, DEPLOYMENT), keys=True)
            jail.jms = None
            await jail.book({f"P{at}": f"person {at}" for at in range(FACES)})
            load = Load(jail, asked.rate, 2.0, room)
            await load.searches(None, 1.0)
            load.seconds = asked.seconds
            yield load


def _print_slow(without: Part, slow: Part, counts: Mapping[str, int]) -> None:
    own, answered = 1e3 * LATENCY, len(slow.searches)
    print("\n| searches | median | p95 | p99 | enrich | processor | waiting, most | refused |")
    print("|---|---|---|---|---|---|---|---|")
    print(f"| without a JMS | {without.row} |")
    print(f"| JMS of 300 ms | {slow.row} |")
    added = slow.median - without.median
    bookings = Counter(status for one in slow.searches for status in one.statuses)
    print(f"\nAdded, median: {added:.0f} ms, {added / own:.3f} of the JMS's own 300 ms.")
    print(f"Of {answered} searches, bookings: {dict(bookings)}.")
    print(f"Calls to the JMS a search: {counts['calls'] / answered:.2f}", end=", ")
    print(f"bookings {counts['bookings'] / answered:.2f}; {counts['most_at_once']} at once.")


def _print_hanging(without: Part, hanging: Part, opened: float, deadline: float) -> None:
    parts = _around(opened, hanging)
    before, after = parts.values()
    print("\n| JMS | searches | median | p95 | p99 | waited for it, median and most |")
    print("|---|---|---|---|---|---|")
    for name, part in parts.items():
        waited = sorted(one.enrich for one in part)
        most = f"{statistics.median(waited):.2f} ms, {waited[-1]:.2f} ms"
        print(f"| {name} | {len(part)} | {_quantiles(part)} | {most} |")
    most_added = max(one.milliseconds for one in before) - without.median
    median = statistics.median(one.milliseconds for one in after)
    share = most_added / (1e3 * deadline)
    print(f"\nBefore, at most {share:.3f} of the deadline of {deadline:g} s added.")
    print(f"After, median: {median - without.median:+.1f} ms.", end=" ")
    print(f"Waiting for a turn, at most: {hanging.most_waiting}; refused: {hanging.refused}.")


def _quantiles(searches: Sequence[Searched]) -> str:
    taken = [one.milliseconds for one in searches]
    return " | ".join(told(percentile(taken, percent), " ms") for percent in (50, 95, 99))


if __name__ == "__main__":
    main()
