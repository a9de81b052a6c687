"""What a handler may ask for."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, TypedDict, cast

from fastapi import Depends, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CollectorRegistry

from app.api.edge import Edge
from app.api.schemas.search import Rendering
from app.domain.audit import Actor
from app.services import Services


class State(TypedDict):
    """What the lifespan shares with every request."""

    services: Services
    edge: Edge
    registry: CollectorRegistry


async def _services(request: Request) -> Services:
    return cast("Services", request.state.services)


async def _edge(request: Request) -> Edge:
    return cast("Edge", request.state.edge)


ServicesDep = Annotated[Services, Depends(_services)]
EdgeDep = Annotated[Edge, Depends(_edge)]

_bearer = HTTPBearer(auto_error=False, description="An API key; not needed on loopback.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
OnBehalfOf = Annotated[
    str | None,
    Header(
        alias="X-Candid-On-Behalf-Of",
        max_length=200,
        description="The person for whom a system asks; recorded in the audit.",
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="A repeated request with the same key gets the first answer.",
    ),
]


async def _actor(
    request: Request, services: ServicesDep, bearer: Bearer, on_behalf_of: OnBehalfOf = None
) -> Actor:
    name = await services.authenticate(bearer.credentials if bearer else None)
    return actor_of(request, name, on_behalf_of)


def actor_of(request: Request, name: str, on_behalf_of: str | None = None) -> Actor:
    """Say who asks, from where."""
    address = request.client.host if request.client else None
    return Actor(name, address, request.scope["candid.request_id"], on_behalf_of)


ActorDep = Annotated[Actor, Depends(_actor)]


async def _rendering(edge: EdgeDep, actor: ActorDep) -> Rendering:
    return Rendering(partial(_photo_url, edge, actor.name), edge.allowed_extra)


def _photo_url(edge: Edge, caller: str, external_image_id: str) -> str:
    return edge.links.address(external_image_id, caller)


RenderingDep = Annotated[Rendering, Depends(_rendering)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items on a page.")]


def only_fields(*known: str) -> Callable[[Request], Awaitable[None]]:
    """Refuse form fields that nobody reads: a misspelt option must not be ignored in silence."""

    async def check(request: Request) -> None:
        unknown = sorted(set((await request.form()).keys()) - set(known))
        if unknown:
            hint = f"unknown field; known are {', '.join(known)}"
            raise RequestValidationError([{"loc": ("body", unknown[0][:100]), "msg": hint}])

    return check
