"""What a handler may ask for."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypedDict, cast

from fastapi import Depends, Header, Path, Query, Request, params
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CollectorRegistry
from starlette.datastructures import UploadFile
from starlette.types import Scope as Asgi

from app.api.edge import TOO_LARGE, UPLOAD_BYTES, Edge
from app.api.schemas.search import Rendering
from app.domain.access import Scope
from app.domain.audit import Actor, AuditAction, Visitor
from app.domain.errors import PhotoTooLargeError
from app.domain.photo import EXTERNAL_IMAGE_ID
from app.services import Services
from app.services.authorize import Attempt
from app.services.callers import Caller

CALLER = "candid.caller"
"""Where a request keeps who sends it, once that is known."""


_PATH = re.compile(r"[\w\-./:~]{1,300}", re.ASCII)


class State(TypedDict):
    """What the lifespan shares with every request."""

    services: Services
    edge: Edge
    registry: CollectorRegistry


async def services_of(request: Request) -> Services:
    """Return the use cases."""
    return cast("Services", request.state.services)


async def _edge(request: Request) -> Edge:
    return cast("Edge", request.state.edge)


ServicesDep = Annotated[Services, Depends(services_of)]
EdgeDep = Annotated[Edge, Depends(_edge)]

_bearer = HTTPBearer(
    scheme_name="ApiKey",
    auto_error=False,
    description=(
        "An API key, or a token of the identity provider where people sign in; not needed where "
        "authentication is off, on loopback."
    ),
)
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


# What stands in an annotation is solved anew wherever it stands, with all that it asks for itself,
# before FastAPI looks whether it is known: so dependencies call each other where they can.


async def caller_of(request: Request, bearer: Bearer) -> Caller:
    """Say whose key or token this is, asking once a request; raises as `Authenticate` does."""
    caller: Caller | None = request.scope.get(CALLER)
    if caller is None:
        services = await services_of(request)
        presented = bearer.credentials if bearer else None
        caller = await services.authenticate(presented, visitor_of(request.scope))
        request.scope[CALLER] = caller
    return caller


def visitor_of(scope: Asgi) -> Visitor:
    """Say from where a call comes, and what it asks for; a path of odd characters is left out."""
    address = scope["client"][0] if scope.get("client") else None
    path = scope["path"] if _PATH.fullmatch(scope["path"]) else "?"
    return Visitor(address, scope["candid.request_id"], f"{scope['method']} {path}")


CallerDep = Annotated[Caller, Depends(caller_of)]


async def _actor(request: Request, bearer: Bearer, on_behalf_of: OnBehalfOf = None) -> Actor:
    caller = await caller_of(request, bearer)
    return actor_of(request, caller, on_behalf_of)


def actor_of(request: Request, caller: Caller, on_behalf_of: str | None = None) -> Actor:
    """Say who asks, from where; a person who is not named is None."""
    address = request.client.host if request.client else None
    person = decoded(on_behalf_of or "").strip() or None
    request_id = request.scope["candid.request_id"]
    return Actor(caller.name, address, request_id, person, caller.signed_in)


def decoded(header: str) -> str:
    """Return a header that was sent in UTF-8; servers read every header as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


ActorDep = Annotated[Actor, Depends(_actor)]


@dataclass(frozen=True)
class Needs:
    """What a route is for, and the scopes of which its caller needs one; refusals are recorded."""

    action: AuditAction
    any_of: tuple[Scope, ...]

    async def __call__(self, request: Request, actor: ActorDep) -> None:
        """Raise ScopeMissingError unless the caller has one of them."""
        sent = request.path_params.get("external_image_id", "")
        external_image_id = sent if re.fullmatch(EXTERNAL_IMAGE_ID, sent) else None
        services, caller = await services_of(request), request.scope[CALLER]
        await services.authorize(
            caller, self.any_of, Attempt(self.action, actor, external_image_id)
        )


def needs(action: AuditAction, *any_of: Scope) -> params.Depends:
    """Let only those call a route who have one of the scopes."""
    return cast("params.Depends", Depends(Needs(action, any_of)))


async def _rendering(edge: EdgeDep, actor: ActorDep) -> Rendering:
    return Rendering(partial(_photo_url, edge, actor.name), edge.allowed_extra)


def _photo_url(edge: Edge, caller: str, external_image_id: str) -> str:
    return edge.links.address(external_image_id, caller)


RenderingDep = Annotated[Rendering, Depends(_rendering)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Items on a page.")]
After = Annotated[
    str | None, Query(max_length=255, description="`next` of the page before; the first without.")
]


ExternalImageId = Annotated[
    str,
    Path(
        description="Joins photo, face and booking.",
        json_schema_extra={"pattern": EXTERNAL_IMAGE_ID},  # told here, checked by the domain
    ),
]


def only_fields(*known: str) -> Callable[[Request, Actor], Awaitable[None]]:
    """Refuse form fields that nobody reads, and those that come twice.

    A misspelt option must not be ignored in silence. Raises PhotoTooLargeError too.
    """

    async def check(request: Request, _: ActorDep) -> None:
        form = (await request.form()).multi_items()
        names = [name for name, _ in form]
        if strange := sorted(set(names) - set(known)):
            raise _refused(strange[0], f"unknown field; known are {', '.join(known)}")
        if twice := next((name for name in known if names.count(name) > 1), None):
            raise _refused(twice, "sent more than once")
        for name, value in form:
            _check_photo(name, value)

    return check


def only_query(*known: str) -> Callable[[Request, Actor], Awaitable[None]]:
    """Refuse query parameters that nobody reads: a misspelt filter would list everything."""

    async def check(request: Request, _: ActorDep) -> None:
        if strange := sorted(set(request.query_params) - set(known)):
            text = f"unknown parameter; known are {', '.join(known)}" if known else "not read here"
            raise _refused(strange[0], text)

    return check


def _check_photo(name: str, value: UploadFile | str) -> None:
    if name == "photo" and isinstance(value, str) and value:
        raise _refused(name, "send it as a file, as `curl -F photo=@FILE` does")
    if not isinstance(value, str) and (value.size or 0) > UPLOAD_BYTES:
        raise PhotoTooLargeError(TOO_LARGE)


def _refused(name: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", name), "msg": message}])
