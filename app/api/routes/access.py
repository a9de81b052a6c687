"""Who asks, and who is kept out."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from app.api.deps import ActorDep, CallerDep, EdgeDep, ServicesDep, needs, only_query
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.schemas.access import BlockIn, BlockOut, BlocksOut, WhoOut
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(tags=["access"])

Subject = Annotated[str, Path(max_length=255, description="As the list shows it.")]


@router.get(
    "/whoami",
    summary="Who am I here?",
    dependencies=[needs(AuditAction.VIEW_SELF, *Scope), Depends(only_query())],
    responses=documented(*KEYED),
)
async def whoami(services: ServicesDep, edge: EdgeDep, caller: CallerDep) -> WhoOut:
    """Say who the service takes the caller for: a key, a person, or nobody; and what they may.

    Every key and every person may ask who has any scope at all.
    """
    policy = services.policy
    training = policy.training(caller.trained_until, datetime.now(UTC))
    return WhoOut.of(caller, training, policy, edge.kind)


@router.post(
    "/blocked",
    summary="Keep a person out",
    dependencies=[needs(AuditAction.BLOCK_PERSON, Scope.ADMIN), Depends(only_query())],
    responses=documented(*KEYED, BROKEN_BODY, errors.SignInOffError),
)
async def block(services: ServicesDep, actor: ActorDep, asked: BlockIn) -> BlockOut:
    """Accept no token of this person from now on, in every process, however long it would live.

    One who was blocked before stays so, since when and by whom as it was.
    """
    return BlockOut.of(await services.block_people.block(asked.subject, actor))


@router.get(
    "/blocked",
    summary="List who is kept out",
    dependencies=[needs(AuditAction.VIEW_BLOCKED, Scope.ADMIN), Depends(only_query())],
    responses=documented(*KEYED),
)
async def blocked(services: ServicesDep, actor: ActorDep) -> BlocksOut:
    """List everybody who is blocked, longest first; the look is recorded."""
    return BlocksOut(items=[BlockOut.of(one) for one in await services.block_people.all(actor)])


@router.delete(
    "/blocked/{subject:path}",
    summary="Let a person in again",
    dependencies=[needs(AuditAction.UNBLOCK_PERSON, Scope.ADMIN), Depends(only_query())],
    responses=documented(*KEYED, errors.SignInOffError, errors.PersonNotBlockedError),
)
async def unblock(services: ServicesDep, actor: ActorDep, subject: Subject) -> BlockOut:
    """Accept the tokens of this person again; answers what held until now."""
    return BlockOut.of(await services.block_people.unblock(subject, actor))
