"""The service's own collection: on record, and of a model that the engine has."""

import structlog

from app.domain.collection import Collection
from app.domain.errors import EngineMisconfiguredError
from app.domain.model_change import ModelStanding
from app.ports.face_engine import EngineDescription
from app.ports.records import Records
from app.services.check_model import check_model
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)


async def open_own_collection(
    records: Records,
    collection_id: str,
    engine: EngineDescription,
    next_model: str | None = None,
) -> None:
    """Put the collection on record, and begin the change to the next model.

    Raises EngineMisconfiguredError where its faces are of a model that the engine has not.
    """
    async with records.view() as view:
        if engine.holds_faces:
            check_model(engine, await view.faces.other_models(engine.model))
        known = await view.models.standing()
    if _is_settled(known, engine.model, next_model):
        return
    async with records.unit() as unit:
        await unit.collections.add(Collection(collection_id, engine.model, utc_now()))
        standing = await unit.models.standing()
        if standing is None:  # it was there a moment ago
            raise EngineMisconfiguredError(f"The collection {collection_id} was deleted.")
        if standing.served not in {engine.model, next_model}:
            _check_empty(standing, engine.model, next_model)
            await unit.collections.set_model(engine.model)
        if next_model is not None and standing.served != next_model:
            _check_same_change(standing, next_model)
            await unit.models.begin(next_model)
            log.info("model_change_begins", next=next_model)


def _is_settled(known: ModelStanding | None, model: str, next_model: str | None) -> bool:
    """Say whether there is nothing to write."""
    if known is None:
        return False
    if next_model is not None and known.served == next_model:
        log.info("model_was_switched", served=next_model, settings_still_name=model)
        return True
    return known.served == model and next_model in {None, known.next}


def _check_empty(standing: ModelStanding, model: str, next_model: str | None) -> None:
    """Let a collection without faces be of any model; others are changed in the open."""
    if not standing.faces:
        return
    models = " and ".join(filter(None, (model, next_model)))
    raise EngineMisconfiguredError(
        f"The collection is served with the model {standing.served}, and the settings name "
        f"{models}: nobody would be found. Name {standing.served} in CANDID_ENGINE__MODEL, or in "
        "CANDID_ENGINE__MODEL_PATH and CANDID_ENGINE__MODEL_NAME (none of them: the built-in one), "
        "with its CANDID_ENGINE__PROVIDER and every other CANDID_ENGINE__MODEL_* that it had, and "
        "a model to change to in CANDID_ENGINE__NEXT__MODEL, or in CANDID_ENGINE__NEXT__MODEL_PATH "
        "and CANDID_ENGINE__NEXT__MODEL_NAME. After a switch every CANDID_ENGINE__NEXT__X goes to "
        "CANDID_ENGINE__X; see docs/change-the-model.md."
    )


def _check_same_change(standing: ModelStanding, next_model: str) -> None:
    if standing.next in {None, next_model}:
        return
    raise EngineMisconfiguredError(
        f"The collection is changing to the model {standing.next}, and CANDID_ENGINE__NEXT__* "
        f"names {next_model}. Name the first again, or start without CANDID_ENGINE__NEXT__*, give "
        "that change up by `candid model give-up`, and then begin this one."
    )
