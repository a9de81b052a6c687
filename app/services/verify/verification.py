"""Use case: hold the JMS, the photo store and the engine against the records, and repair."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from app.domain.errors import (
    DataKeysMisconfiguredError,
    DataKeysUnavailableError,
    EngineMisconfiguredError,
    EngineUnavailableError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsUnavailableError,
    PhotoStoreMisconfiguredError,
    PhotoStoreUnavailableError,
)
from app.domain.verification import Found, Models, NotCompared, Part, Tally
from app.ports.face_engine import EngineDescription
from app.ports.jms import Jms
from app.ports.photo_store import PhotoStore
from app.ports.verification_records import VerificationRecords
from app.services.verify.compare_bookings import CompareBookings
from app.services.verify.compare_content import CompareContent, CompareSample
from app.services.verify.compare_doubles import CompareDoubles
from app.services.verify.compare_engine import CompareEngine
from app.services.verify.compare_faces import CompareFaces
from app.services.verify.compare_keys import CompareKeys
from app.services.verify.compare_listing import CompareListing
from app.services.verify.compare_other_keys import CompareOtherKeys
from app.services.verify.compare_photos import ComparePhotos
from app.services.verify.compare_templates import CompareTemplates
from app.services.verify.find_intents import FindIntents
from app.services.verify.listing import Listing
from app.services.verify.outside import Outside
from app.services.verify.streams import in_batches
from app.services.verify.suspicion import Suspicion

_JMS_ERRORS = (JmsUnavailableError, JmsMisconfiguredError, JmsCannotListError)
_OUTSIDE_ERRORS = (
    *_JMS_ERRORS,
    *(PhotoStoreUnavailableError, PhotoStoreMisconfiguredError),
    *(DataKeysUnavailableError, DataKeysMisconfiguredError),
    *(EngineUnavailableError, EngineMisconfiguredError),
)
_MENDED_AT_ONCE = 8

Findings = AsyncGenerator[Found]
Comparison = Callable[[], Findings]
Parts = Iterator[tuple[Part, Comparison | str]]  # or why there is no comparison


@dataclass(frozen=True, slots=True)
class Depth:
    """How far to look: reading every stored photo, and some of the JMS's."""

    content: bool = False
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Verify:
    """One part after the other; each reads both lists in pages and holds neither."""

    checked: VerificationRecords
    outside: Outside
    listing: Listing
    repairer: Suspicion | None = None  # None: only look

    async def __call__(self, depth: Depth, tally: Tally, began: Callable[[Part], None]) -> Findings:
        """Yield what is found, mended where it can be; `began` is told each part.

        A part that fails is put into the tally, and the others go on; RecordsUnavailableError.
        """
        faces = await self._faces(tally)
        for part, comparison in self._parts(depth, tally, faces):
            began(part)
            if isinstance(comparison, str):
                tally.not_compared.append(NotCompared(part, comparison))
                continue
            try:
                async for found in self._mended(part, comparison):
                    tally.count(found)
                    yield found
            except _OUTSIDE_ERRORS as error:
                if (failed := NotCompared(part, str(error))) not in tally.not_compared:
                    tally.not_compared.append(failed)

    def _parts(self, depth: Depth, tally: Tally, faces: Parts) -> Parts:
        yield Part.INTENTS, FindIntents(self.checked, tally)
        yield Part.DOUBLES, CompareDoubles(self.checked, tally)
        yield from self._of_jms(tally)
        yield from self._of_store(depth, tally)
        yield from self._of_templates(tally)
        yield from faces
        if depth.sample:
            yield Part.SAMPLE, self._sample(depth.sample, tally)

    def _of_jms(self, tally: Tally) -> Parts:
        jms = self.outside.jms
        if isinstance(jms, str):
            yield Part.LISTING, jms
            yield Part.BOOKINGS, jms
        else:
            yield Part.LISTING, partial(self._listed, jms, tally)
            yield Part.BOOKINGS, CompareBookings(self.checked, jms, self.listing, tally)

    def _of_store(self, depth: Depth, tally: Tally) -> Parts:
        store = self.outside.store
        if isinstance(store, str):
            yield Part.PHOTOS, store
            yield Part.KEYS, store
        else:
            yield Part.PHOTOS, ComparePhotos(self.checked, store, tally)
            yield Part.KEYS, self._keys(store, tally)
            if depth.content:
                yield Part.CONTENT, CompareContent(self.checked, store, tally)

    def _of_templates(self, tally: Tally) -> Parts:
        keys, own, patience = self.outside.keys, self.outside.collection, self.outside.patience
        yield Part.KEYS, CompareTemplates(self.checked, keys, own)
        yield Part.KEYS, CompareOtherKeys(self.checked, keys, own, tally, patience)

    def _keys(self, store: PhotoStore, tally: Tally) -> Comparison:
        outside = self.outside
        patience = outside.patience
        return CompareKeys(self.checked, outside.keys, store, outside.collection, tally, patience)

    def _sample(self, most: int, tally: Tally) -> Comparison | str:
        jms = self.outside.jms
        if isinstance(jms, str):
            return jms
        return CompareSample(self.checked, jms, self.listing, tally, most)

    async def _faces(self, tally: Tally) -> Parts:
        """Ask once which model counts; an engine that runs another one could find nobody."""
        models, engine = await self.checked.models(), self.outside.engine
        description = await self._description()
        if isinstance(description, str) or isinstance(engine, str):
            faces = CompareFaces(self.checked, tally, models, needs_templates=False)
            return iter([(Part.FACES, faces), (Part.ENGINE, str(description))])
        if description.model not in {models.served, *models.passing}:
            models = Models(description.model, models.passing)
        holds_faces = description.holds_faces
        faces = CompareFaces(self.checked, tally, models, needs_templates=not holds_faces)
        parts: list[tuple[Part, Comparison | str]] = [(Part.FACES, faces)]
        if holds_faces:
            parts.append((Part.ENGINE, CompareEngine(self.checked, engine, tally)))
        return iter(parts)

    async def _description(self) -> EngineDescription | str:
        engine = self.outside.engine
        if isinstance(engine, str):
            return engine
        try:
            return await engine.describe()
        except (EngineUnavailableError, EngineMisconfiguredError) as error:
            return str(error)

    async def _listed(self, jms: Jms, tally: Tally) -> Findings:
        """Compare what was listed, though the listing came to no end."""
        try:
            await self.listing.read(jms, self.outside.views, tally)
        except _JMS_ERRORS as error:
            tally.not_compared.append(NotCompared(Part.LISTING, str(error)))
        async for found in CompareListing(self.checked, self.listing, tally)():
            yield found

    async def _mended(self, part: Part, comparison: Comparison) -> Findings:
        mends = await self.repairer.mender_of(part, comparison) if self.repairer else None
        async with aclosing(comparison()) as findings:
            if mends is None:
                async for found in findings:
                    yield found
                return
            async for batch in in_batches(findings, _MENDED_AT_ONCE):
                for found in await asyncio.gather(*map(mends, batch)):
                    yield found
