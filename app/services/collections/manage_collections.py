"""Use case: make, describe, list and delete collections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from app.domain.audit import AuditAction
from app.domain.collection import Collection
from app.domain.errors import (
    CollectionExistsError,
    CollectionInUseError,
    CollectionNotFoundError,
    EngineUnavailableError,
)
from app.domain.record import Intent, IntentKind
from app.services.collections.answers import CollectionFacts
from app.services.collections.call import CollectionCall
from app.services.collections.galleries import Galleries
from app.services.collections.sweep_collections import SweepCollections
from app.services.recorded import refusals_recorded, utc_now

_ACTION = AuditAction.MANAGE_COLLECTION


@dataclass(frozen=True, slots=True)
class ManageCollections:
    """A collection exists while its row does: made last, removed first."""

    galleries: Galleries
    sweep: SweepCollections

    async def create(
        self, collection_id: str, tags: Mapping[str, str], call: CollectionCall
    ) -> Collection:
        """Make an empty collection of the engine's model; CollectionExistsError."""
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry):
            async with records.view() as view:
                if await view.collections.get(collection_id):
                    raise CollectionExistsError
            if not await self.sweep.collection(collection_id):  # one of this id is half deleted
                raise EngineUnavailableError
            model = await self.galleries.collections.create(collection_id)
            collection = Collection(collection_id, model, utc_now(), tags)
            async with records.unit() as unit:
                if not await unit.collections.add(collection):
                    raise CollectionExistsError
                await unit.audit.append(entry())
        return collection

    async def describe(self, collection_id: str, call: CollectionCall) -> CollectionFacts:
        """Say what a collection holds; CollectionNotFoundError."""
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), records.unit() as unit:
            collection = await unit.collections.get(collection_id)
            if collection is None:
                raise CollectionNotFoundError
            faces, users = await unit.faces.count(), await unit.users.count()
            await unit.audit.append(entry())
        return CollectionFacts(collection, faces, users)

    async def page(
        self, after: str | None, limit: int, call: CollectionCall
    ) -> Sequence[Collection]:
        """List collections in the order of their ids."""
        async with self.galleries.records.of(self.galleries.own).unit() as unit:
            found = await unit.collections.page(after, limit)
            await unit.audit.append(call.entry(_ACTION))
        return found

    async def delete(self, collection_id: str, call: CollectionCall) -> None:
        """Delete a collection with its faces and users: hidden at once, then gone.

        Raises CollectionNotFoundError, and CollectionInUseError for the service's own.
        """
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry):
            if collection_id == self.galleries.own:
                raise CollectionInUseError
            async with records.unit() as unit:
                if not await unit.collections.remove():
                    raise CollectionNotFoundError
                await unit.intents.open(_deletion())
                await unit.audit.append(entry())
        if not await self.sweep.collection(collection_id):
            self.sweep.soon()


def _deletion() -> Intent:
    """Return what stays open until the engine has forgotten the collection too."""
    kind = IntentKind.DELETE_COLLECTION
    return Intent(str(uuid4()), kind, "", None, (), utc_now())
