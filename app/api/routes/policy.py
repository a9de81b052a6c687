"""GET /policy: the rules under which searches are made."""

from fastapi import APIRouter, Depends

from app.api.deps import ServicesDep, needs, only_query
from app.api.documented import KEYED, documented
from app.api.schemas.policy import PolicyOut
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(tags=["search"])


@router.get(
    "/policy",
    summary="Which searches may be made?",
    dependencies=[needs(AuditAction.VIEW_POLICY, *Scope), Depends(only_query())],
    responses=documented(*KEYED),
)
async def policy(services: ServicesDep) -> PolicyOut:
    """Show the policy profile in force: what a search form needs, and every rule with its source.

    Every key may ask, whatever its scopes.
    """
    return PolicyOut.of(services.policy)
