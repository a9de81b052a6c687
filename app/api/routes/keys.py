"""/keys: who may ask, and what; given out, listed, replaced and taken back."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.api.deps import ActorDep, After, CallerDep, EdgeDep, Limit, ServicesDep, needs, only_query
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.schemas.keys import KeyIn, KeyMadeOut, KeyOut, RotationIn
from app.api.schemas.wire import Page
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction


async def _keys_are_on(edge: EdgeDep) -> None:
    if not edge.authentication:
        raise errors.KeysOffError


router = APIRouter(prefix="/keys", tags=["keys"])

_ON = Depends(_keys_are_on)
_PREFIX = Path(max_length=64, description="As the list shows it.")
Prefix = Annotated[str, _PREFIX]


@router.post(
    "",
    summary="Give out a key",
    status_code=HTTPStatus.CREATED,
    response_description="Made; its secret is shown only here",
    dependencies=[needs(AuditAction.CREATE_KEY, Scope.ADMIN), _ON, Depends(only_query())],
    responses=documented(
        *KEYED, BROKEN_BODY, errors.KeysOffError, errors.ScopeNotHeldError, errors.AuditAloneError
    ),
)
async def key_create(
    services: ServicesDep, actor: ActorDep, caller: CallerDep, response: Response, asked: KeyIn
) -> KeyMadeOut:
    """Make a key for a person or a system; nobody gives a scope that their own key does not have.

    Only a hash of it is kept, or, of a pair that signs as AWS's do, the encrypted secret.
    """
    _keep_nowhere(response)
    held = caller.scopes
    if asked.aws:
        made = await services.keys.create_access_key(asked.name, asked.grant, actor, held)
        return KeyMadeOut.made(made.key, made.secret)
    secret, key = await services.keys.create(asked.name, asked.grant, actor, held)
    return KeyMadeOut.made(key, secret)


@router.get(
    "",
    summary="List the keys",
    dependencies=[
        needs(AuditAction.VIEW_KEYS, Scope.ADMIN),
        _ON,
        Depends(only_query("after", "limit")),
    ],
    responses=documented(*KEYED, errors.KeysOffError),
)
async def key_list(
    services: ServicesDep, actor: ActorDep, after: After = None, limit: Limit = 100
) -> Page[KeyOut]:
    """List every key, those that ended too, oldest first and never with a secret."""
    known = await services.keys.page(actor, after, limit)
    last = known[-1].prefix if len(known) == limit else None
    return Page(items=[KeyOut.of(key) for key in known], next=last)


@router.post(
    "/{prefix}/rotate",
    summary="Replace a key",
    status_code=HTTPStatus.CREATED,
    response_description="Made; its secret is shown only here",
    dependencies=[needs(AuditAction.ROTATE_KEY, Scope.ADMIN), _ON, Depends(only_query())],
    responses=documented(
        *KEYED,
        BROKEN_BODY,
        errors.KeysOffError,
        errors.KeyNotFoundError,
        errors.KeyEndedError,
        errors.ScopeNotHeldError,
    ),
)
async def key_rotate(
    services: ServicesDep,
    actor: ActorDep,
    caller: CallerDep,
    response: Response,
    prefix: Prefix,
    asked: RotationIn,
) -> KeyMadeOut:
    """Make a key with the same name, scopes and limits, under a prefix of its own.

    The old one ends at once, or works on for `overlap_seconds`.
    """
    _keep_nowhere(response)
    overlap = timedelta(seconds=asked.overlap_seconds)
    secret, key = await services.keys.rotate(prefix, overlap, actor, caller.scopes)
    return KeyMadeOut.made(key, secret)


@router.delete(
    "/{prefix}",
    summary="Revoke a key",
    dependencies=[needs(AuditAction.REVOKE_KEY, Scope.ADMIN), _ON, Depends(only_query())],
    responses=documented(
        *KEYED, errors.KeysOffError, errors.KeyNotFoundError, errors.LastAdminKeyError
    ),
)
async def key_revoke(services: ServicesDep, actor: ActorDep, prefix: Prefix) -> KeyOut:
    """Take a key back at once, in every process, and for good.

    The last key that may manage keys by calls is kept. One that was revoked before stays so.
    """
    revoked = await services.keys.revoke(prefix, actor, keeps_an_admin=True)
    if revoked is None:
        raise errors.KeyNotFoundError
    return KeyOut.of(revoked)


def _keep_nowhere(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
