"""The face model: GET /model, POST /model/switch and /model/give-up."""

from fastapi import APIRouter, Depends

from app.api.deps import ActorDep, ServicesDep, needs, only_query
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.schemas.model import ModelOut, SwitchIn
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.model_change import ModelStanding
from app.services import Services

router = APIRouter(prefix="/model", tags=["model"])

_LOOKING = needs(AuditAction.VIEW_MODEL, Scope.ADMIN)
_CHANGING = needs(AuditAction.CHANGE_MODEL, Scope.ADMIN)


@router.get(
    "",
    summary="Which face model is served?",
    dependencies=[_LOOKING, Depends(only_query())],
    responses=documented(*KEYED),
)
async def model_status(services: ServicesDep) -> ModelOut:
    """Say which model is served, which one is changed to, and how many faces it has already."""
    return await _shown(services, await services.model.read())


@router.post(
    "/switch",
    summary="Serve with the next model",
    dependencies=[_CHANGING],
    responses=documented(
        *KEYED,
        BROKEN_BODY,
        errors.NoModelChangeError,
        errors.ModelChangeIncompleteError,
        errors.EngineUnavailableError,
        errors.EngineMisconfiguredError,
    ),
)
async def model_switch(services: ServicesDep, actor: ActorDep, asked: SwitchIn) -> ModelOut:
    """Answer every search from now on with the next model, if its faces are complete.

    The switch is one moment for all processes. The faces of the model that is left are deleted
    afterwards.
    """
    return await _shown(services, await services.model.switch(asked.accept_loss, actor))


@router.post(
    "/give-up",
    summary="Change to no other model after all",
    dependencies=[_CHANGING],
    responses=documented(*KEYED, errors.NoModelChangeError),
)
async def model_give_up(services: ServicesDep, actor: ActorDep) -> ModelOut:
    """Delete what was made for the next model; what is served was never touched."""
    return await _shown(services, await services.model.give_up(actor))


async def _shown(services: Services, standing: ModelStanding) -> ModelOut:
    return ModelOut.of(standing, await services.model.read.calibration())
