"""The gallery: every current template in memory, in step with the records, searched exactly."""

import asyncio
import functools
import math
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import faiss
import structlog

from adapters.face_engine.local.templates import Templates, packed_ids, unit_vector
from app.domain.errors import CandidError, EngineUnavailableError
from app.ports.gallery_feed import GalleryFeed

PAGE = 16_384
"""Changes read at once: 4 MB of templates."""

FOLLOW_SECONDS = 1.0
"""How far a process that nobody asks may fall behind."""

_FIRST_BATCH, _FACES_A_PERSON, _GROWTH = 16, 3, 4

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


class NotServedError(Exception):
    """The collection is served with another model than the gallery's, whose faces do not count."""

    def __init__(self, serving: str) -> None:
        super().__init__(serving)
        self.serving = serving


def first_batch(people: int) -> int:
    """Return how many faces a search for so many people takes first."""
    return max(_FIRST_BATCH, _FACES_A_PERSON * people)


class Gallery:
    """Holds the templates that the feed tells of; entering it loads them all.

    One thread of its own changes and searches them, in order; the event loop never does.
    """

    def __init__(self, feed: GalleryFeed, model: str, dimensions: int) -> None:
        self._feed = feed
        self._model = model
        self._dimensions = dimensions
        self._templates = Templates(dimensions)
        self._thread = ThreadPoolExecutor(1, "gallery", lambda: faiss.omp_set_num_threads(1))
        self._last = 0
        self._loaded = False
        self._closed = False
        self._reading: _Reading | None = None
        self._follower: asyncio.Task[None] | None = None
        self._as_of = datetime.min.replace(tzinfo=UTC)
        self._serving: str | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.catch_up()
        except BaseException:
            self._closed = True
            self._thread.shutdown(wait=False)
            raise
        self._follower = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closed = True
        running = [self._follower, self._reading.task if self._reading else None]
        tasks = [task for task in running if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def faces(self) -> int:
        """How many faces can be found now."""
        return len(self._templates)

    @property
    def as_of(self) -> datetime:
        """When the last reading of changes began: everything committed before it is here."""
        return self._as_of

    @property
    def loaded(self) -> bool:
        """Whether everything was read at least once."""
        return self._loaded

    @property
    def serving(self) -> str | None:
        """The model that the collection is served with, as it was last heard; None: whichever."""
        return self._serving

    @property
    def change(self) -> int:
        """The number of the last change that is here; what is held is the same while it is."""
        return self._last

    def check_served(self) -> None:
        """Raise NotServedError where another model is served, as it was last heard."""
        if self._serving is not None and self._serving != self._model:
            raise NotServedError(self._serving)

    async def catch_up(self) -> None:
        """Return when everything committed before this call is here; raises what the feed raises.

        Callers share readings. One that has begun may be too early for this caller; the one after
        it is early enough for all who came meanwhile.
        """
        running = self._reading
        if running is not None and running.begun:
            await asyncio.wait([running.task])
        if self._reading is None or self._reading.task.done():
            self._reading = _Reading(self._read)
        await _finished(self._reading.task)

    async def with_templates(
        self,
        work: Callable[Concatenate[Templates, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Return what `work` makes of the templates, in the gallery's thread."""
        return await self.in_thread(work, self._templates, *args, **kwargs)

    async def in_thread(
        self,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Return what `work` does in the gallery's thread; EngineUnavailableError once closed."""
        if self._closed:
            raise EngineUnavailableError
        call = functools.partial(work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def template(self, face_id: str) -> bytes | None:
        """Return the template of a face; None when it is not held."""
        held, vectors = await self.with_templates(Templates.vectors, packed_ids([face_id]))
        return vectors[0].astype("<f2").tobytes() if len(held) else None

    async def rank(
        self, template: bytes, people: int, floor: float
    ) -> AsyncIterator[Sequence[tuple[str, float]]]:
        """Yield (face id, cosine), strongest first, in growing batches, down to `floor`, a cosine.

        No face comes twice. The gallery may change between batches: a face removed meanwhile no
        longer comes, and one added meanwhile comes only if its place was not yet passed.
        """
        query = unit_vector(template, self._dimensions)
        count, seen, last = first_batch(people), set[str](), math.inf
        while True:
            ranked = await self.in_thread(self._templates.strongest, query, count)
            pairs = zip(ranked.face_ids, ranked.cosines, strict=True)
            fresh = [
                (face_id, cosine)
                for face_id, cosine in pairs
                if floor <= cosine <= last and face_id not in seen
            ]
            if fresh:
                last = fresh[-1][1]
                seen.update(face_id for face_id, _ in fresh)
                yield fresh
            if ranked.whole or ranked.cosines[-1] < floor:
                return
            count *= _GROWTH

    async def _read(self, begun: Callable[[], None]) -> None:
        """Read pages of changes until there are no more."""
        began_at = datetime.now(UTC)
        begun()
        more, serving = True, self._serving
        while more:
            changes = await self._feed.changes(self._model, self._last, PAGE)
            refused = await self.in_thread(
                self._templates.change, changes.face_ids, changes.templates, changes.removed
            )
            self._last, more, serving = changes.last, changes.more, changes.serving
            if refused:
                _log.error("gallery_templates_refused", count=refused, change=changes.last)
        self._as_of, self._loaded, self._serving = began_at, True, serving

    async def _follow(self) -> None:
        """Keep step while nobody asks; whatever fails is tried again, and said once."""
        failing = False
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self.catch_up()
                failing = False
            except Exception as error:  # noqa: BLE001 - a gallery left behind misses people
                if not failing:
                    _say(error)
                failing = True


class _Reading:
    """One reading of changes that several callers may wait for."""

    def __init__(self, read: Callable[[Callable[[], None]], Coroutine[None, None, None]]) -> None:
        self.begun = False
        self.task = asyncio.create_task(read(self._begin))
        self.task.add_done_callback(_noticed)

    def _begin(self) -> None:
        self.begun = True


async def _finished(task: asyncio.Task[None]) -> None:
    """Wait for a reading that others share; raises EngineUnavailableError when it was given up."""
    await asyncio.wait([task])
    if task.cancelled():
        raise EngineUnavailableError
    task.result()


def _say(error: Exception) -> None:
    if isinstance(error, CandidError):
        _log.warning("gallery_cannot_follow", code=error.code, reason=str(error))
    else:
        _log.error("gallery_cannot_follow", exc_info=error)


def _noticed(task: asyncio.Task[None]) -> None:
    """Take note of an error whose callers have all gone, so that asyncio does not print it."""
    if not task.cancelled():
        task.exception()
