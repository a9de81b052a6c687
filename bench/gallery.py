"""How fast the gallery answers, against reading its templates once from memory.

Prints, at 300,000 and 1,000,000 templates of 128 numbers on one core: the match alone (as many as
a search for five people takes first), the same through `Gallery.rank`, reading the templates once
(a sum over the same bytes), the ratio, the load time through a feed in memory, and the memory held.
"""

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Callable
from statistics import median

import faiss
import numpy as np
import numpy.typing as npt
from typing_extensions import override

from adapters.face_engine.local.gallery import Gallery, first_batch
from adapters.face_engine.local.templates import Templates
from app.ports.gallery_feed import GalleryChanges, GalleryFeed
from bench.results import Results, results

DIMENSIONS = 128
SEARCHES = 60
PEOPLE = 5  # that a search asks for
Halves = npt.NDArray[np.float16]


class PackedFeed(GalleryFeed):
    """Hands out one large gallery, page by page."""

    def __init__(self, templates: Halves) -> None:
        self._templates = templates
        self._face_ids = np.random.default_rng(2).bytes(16 * len(templates))

    @override
    async def changes(self, model: str, after: int, limit: int) -> GalleryChanges:
        end = min(after + limit, len(self._templates))
        page = self._templates[after:end].tobytes()
        more = end < len(self._templates)
        return GalleryChanges(end, self._face_ids[16 * after : 16 * end], page, b"", more)


def templates(count: int, *, alike: bool, seed: int = 1) -> Halves:
    """Return unit vectors in all directions, or as close together as faces are."""
    chance = np.random.default_rng(seed)
    values = np.empty((count, DIMENSIONS), np.float16)
    common = chance.standard_normal(DIMENSIONS) if alike else np.zeros(DIMENSIONS)
    spread = 1.2 * np.exp(-np.arange(DIMENSIONS) / 30) if alike else np.ones(DIMENSIONS)
    for start in range(0, count, 50_000):
        block = values[start : start + 50_000]
        drawn = common + spread * chance.standard_normal(block.shape)
        block[...] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return values


def timed(*works: Callable[[int], object]) -> list[float]:
    """Return the median milliseconds of each, taken in turns so that all see the same machine."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(SEARCHES):
        for work, times in zip(works, taken, strict=True):
            begun = time.perf_counter()
            work(number)
            times.append(1000 * (time.perf_counter() - begun))
    return [median(times) for times in taken]


def match_and_read(values: Halves, queries: Halves) -> tuple[float, float]:
    """Return the milliseconds of one match and of one reading of the templates."""
    held = Templates(DIMENSIONS)
    face_ids = np.random.default_rng(3).bytes(16 * len(values))
    for start in range(0, len(values), 16_384):
        end = start + 16_384
        held.change(face_ids[16 * start : 16 * end], values[start:end].tobytes(), b"")
    numbers, words = queries.astype(np.float32), values.view(np.uint64)
    match, read = timed(
        lambda number: held.strongest(numbers[number], first_batch(PEOPLE)), lambda _: words.sum()
    )
    return match, read


async def ranked(gallery: Gallery, queries: Halves) -> float:
    """Return the milliseconds to the first batch, event loop and thread included."""
    times = []
    for query in queries[:SEARCHES]:
        begun = time.perf_counter()
        async for _batch in gallery.rank(query.tobytes(), PEOPLE, -1.0):
            break
        times.append(1000 * (time.perf_counter() - begun))
    return median(times)


def resident() -> float:
    """Return the most megabytes that this process has held."""
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


async def measure(kept: Results, count: int, *, alike: bool) -> None:
    """Print and keep one row."""
    values, queries = templates(count, alike=alike), templates(SEARCHES, alike=alike, seed=7)
    feed, before, begun = PackedFeed(values), resident(), time.perf_counter()
    async with Gallery(feed, "bench", DIMENSIONS) as gallery:
        load, held = time.perf_counter() - begun, resident() - before
        rank = await ranked(gallery, queries)
    match, read = match_and_read(values, queries)
    kind = "close together" if alike else "all directions"
    kept.keep(
        "match",
        templates=count,
        lie=kind,
        match_ms=match,
        read_ms=read,
        ratio=match / read,
        first_batch_ms=rank,
        load_s=load,
        templates_mb=values.nbytes / 1e6,
        peak_grew_mb=held,
    )
    print(
        f"{count:>9,} {kind}: match {match:5.2f} ms, read {read:5.2f} ms, "
        f"ratio {match / read:4.2f}; "
        f"first batch of rank {rank:5.2f} ms; load {load:4.2f} s; "
        f"templates {values.nbytes / 1e6:.0f} MB, peak grew by {held:.0f} MB"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[300_000, 1_000_000])
    faiss.omp_set_num_threads(1)
    with results("gallery", parser) as kept:
        for count in kept.asked.sizes:
            for alike in (False, True):
                asyncio.run(measure(kept, count, alike=alike))


if __name__ == "__main__":
    main()
