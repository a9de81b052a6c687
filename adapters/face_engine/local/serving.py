"""Several models of one collection, of which the records say which one is served."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar

from typing_extensions import override

from adapters.face_engine.local.gallery import Gallery, NotServedError
from app.domain.errors import EngineMisconfiguredError
from app.ports.gallery_feed import GalleryFeed

Part = TypeVar("Part")
Result = TypeVar("Result")

_LATELY = 1.0
"""Seconds for which a process that holds no gallery takes an answer for true."""


class Serving(ABC):
    """Follows which of some models is served; at first it is taken for that of the settings."""

    def __init__(self, models: Collection[str]) -> None:
        self._models = models
        self._model = next(iter(models))

    @property
    def model(self) -> str:
        """The model served, as it was last heard."""
        return self._model

    async def now(self) -> str:
        """Return the model that is served at this moment.

        Where there is only one, it is that one: whether it is served, each search finds out.
        """
        if len(self._models) > 1:
            self._hear(await self._asked())
        return self._model

    async def to_enrol(self) -> str:
        """Return the model to read a new photo with.

        Raises EngineMisconfiguredError where that is not here: nobody would find the face.
        """
        serving = await self._heard_lately()
        if serving is None:
            return self._model
        if serving not in self._models:
            raise EngineMisconfiguredError(_not_here(serving, self._models))
        self._model = serving
        return serving

    async def call(
        self, parts: Mapping[str, Part], work: Callable[[Part], Awaitable[Result]]
    ) -> Result:
        """Return what comes of work with the part of the model that is served.

        Raises EngineMisconfiguredError where none of these is.
        """
        while True:
            try:
                return await work(parts[self._model])
            except NotServedError as told:
                if told.serving not in parts:
                    raise EngineMisconfiguredError(_not_here(told.serving, parts)) from told
                self._model = told.serving

    @abstractmethod
    async def _asked(self) -> str | None:
        """Ask the records."""

    @abstractmethod
    async def _heard_lately(self) -> str | None:
        """Return what may be a moment old: a face that comes too late is refused on record."""

    def _hear(self, serving: str | None) -> None:
        if serving is not None and serving in self._models:
            self._model = serving


class ServingOfGalleries(Serving):
    """Asks by a gallery, which catches up on the way."""

    def __init__(self, galleries: Mapping[str, Gallery]) -> None:
        super().__init__(galleries)
        self._galleries = galleries
        self._hear(galleries[self.model].serving)

    @override
    async def _asked(self) -> str | None:
        gallery = self._galleries[self.model]
        await gallery.catch_up()
        return gallery.serving

    @override
    async def _heard_lately(self) -> str | None:
        heard = self._galleries[self.model].serving
        if len(self._models) == 1 and heard in {None, self.model}:
            return heard
        return await self._asked()


class ServingOnRecord(Serving):
    """Asks the feed, for who holds no gallery."""

    def __init__(self, feed: GalleryFeed, models: Collection[str]) -> None:
        super().__init__(models)
        self._feed = feed
        self._heard: str | None = None
        self._heard_at = -math.inf

    @override
    async def _asked(self) -> str | None:
        self._heard = (await self._feed.changes(self.model, 0, 0)).serving
        self._heard_at = time.monotonic()
        return self._heard

    @override
    async def _heard_lately(self) -> str | None:
        is_fresh = time.monotonic() < self._heard_at + _LATELY
        return self._heard if is_fresh else await self._asked()


def _not_here(serving: str, models: Collection[str]) -> str:
    return (
        f"The collection is served with the model {serving}; this process has only "
        f"{', '.join(models)}. Name that model as the other processes do: each setting that they "
        "have of it in CANDID_ENGINE__NEXT__X goes to CANDID_ENGINE__X here, and the old model's "
        "CANDID_ENGINE__MODEL_* go away (docs/change-the-model.md). Then start again."
    )
