"""The service's own collection: on record, and of the model that the engine has."""

from app.domain.collection import Collection
from app.ports.face_engine import EngineDescription
from app.ports.records import Records
from app.services.check_model import check_model
from app.services.recorded import utc_now


async def open_own_collection(
    records: Records, collection_id: str, engine: EngineDescription
) -> None:
    """Put the collection on record; raises EngineMisconfiguredError for faces of another model.

    An engine that gets its faces from the records goes on with another model: its photos are
    found again as they are indexed again.
    """
    async with records.view() as view:
        if engine.holds_faces:
            check_model(engine, await view.faces.other_models(engine.model))
        known = await view.collections.get(collection_id)
    if known is not None and known.model == engine.model:
        return
    async with records.unit() as unit:
        if not await unit.collections.add(Collection(collection_id, engine.model, utc_now())):
            await unit.collections.set_model(engine.model)
