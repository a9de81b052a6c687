"""`POST /`: Amazon Rekognition's calls. AWS documents them, so the OpenAPI document does not."""

from collections.abc import Mapping
from datetime import UTC, datetime

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.types import Scope

from app.api.deps import CALLER, EdgeDep, ServicesDep
from app.api.edge import Edge
from app.api.middleware import LABEL
from app.api.rekognition.asked import Asked
from app.api.rekognition.body import body_of
from app.api.rekognition.caller import Signed, Unsigned, call_of, signed, unsigned
from app.api.rekognition.errors import DENIED, BadSignature, Refusal, refusal_of
from app.api.rekognition.model import SERVED, Fields, rekognition_model
from app.api.rekognition.operations import OPERATIONS, Operation
from app.api.rekognition.responses import answered, refused
from app.api.turns import turn_of
from app.domain.audit import AuditAction
from app.domain.errors import ScopeMissingError
from app.domain.purpose import Purpose
from app.services import Services
from app.services.authorize import Attempt
from app.services.callers import Caller
from app.services.collections.call import CollectionCall

_TARGET = "RekognitionService."
_UNDER_POLICY = (AuditAction.SEARCH, AuditAction.COMPARE)

router = APIRouter()


@router.post("/", include_in_schema=False)
async def rekognition(request: Request, services: ServicesDep, edge: EdgeDep) -> JSONResponse:
    """Serve one call; whatever goes wrong is answered as AWS would."""
    fields: Fields = {}
    try:
        name = await _operation(request)
        request.scope[LABEL] = name
        sender = await _sender(request, services, edge)
        request.scope[CALLER] = sender.caller  # whose the body is, that is taken in next
        body = await body_of(request)
        await _admit(sender, body)
        async with turn_of(request.scope, sender.caller):
            fields = await to_thread.run_sync(rekognition_model().request, name, body)
            call = call_of(request, sender.caller, name)
            await _authorize(services, sender.caller, OPERATIONS[name], call)
            asked = Asked(fields, services.collections, call, sender.region)
            answer = await OPERATIONS[name].serve(asked)
        return answered(request, answer, _said_of_policy(services, OPERATIONS[name], call))
    except Exception as error:  # noqa: BLE001 -- no SDK reads any other form of error
        return refused(request, refusal_of(error, fields))


def _said_of_policy(
    services: Services, operation: Operation, call: CollectionCall
) -> Mapping[str, str]:
    """Return, as headers, under which profile a search was made, and what it warns of."""
    if operation.action not in _UNDER_POLICY:
        return {}
    policy = services.policy
    training = policy.training(call.trained_until, datetime.now(UTC))
    warning = policy.training_warning(call.purpose or Purpose.TRAINING_TEST, training)
    said = {"x-candid-policy": f"{policy.facts.profile}/{policy.facts.version}"}
    return said | ({"x-candid-warning": warning} if warning else {})


def is_call(scope: Scope) -> bool:
    """Say whether a request is one of Rekognition's, whatever else is wrong with it."""
    return (scope["method"], scope["path"]) == ("POST", "/")


async def _operation(request: Request) -> str:
    """Return the operation that is asked for; raises Refusal."""
    target = request.headers.get("x-amz-target", "")
    name = target.removeprefix(_TARGET)
    if name in OPERATIONS and target != name:
        return name
    known = (await to_thread.run_sync(rekognition_model)).known
    if target != name and name in known:
        raise Refusal(
            DENIED,
            f"rekognition:{name} is not served here. Served are {', '.join(SERVED)}.",
        )
    raise Refusal(
        "UnknownOperationException",
        f"X-Amz-Target must name an operation, as in {_TARGET}SearchFacesByImage.",
    )


async def _sender(request: Request, services: Services, edge: Edge) -> Signed | Unsigned:
    if not edge.authentication:
        return unsigned(request)
    sender = await signed(request, services.authenticate)
    try:
        sender.check_stated()
    except BadSignature:
        await sender.turned_away()
        raise
    return sender


async def _admit(sender: Signed | Unsigned, body: bytes) -> None:
    """Check who sent a body: for megabytes that takes a while."""
    try:
        await to_thread.run_sync(sender.check, body)
    except BadSignature:
        await sender.turned_away()
        raise
    await sender.admitted()


async def _authorize(
    services: Services, caller: Caller, operation: Operation, call: CollectionCall
) -> None:
    try:
        await services.authorize(caller, operation.any_of, Attempt(operation.action, call.actor))
    except ScopeMissingError as error:
        raise Refusal(
            DENIED,
            f"User: {caller.name} is not authorized to perform: rekognition:{call.operation} "
            f"because the key does not have the scope {' or '.join(operation.any_of)}.",
        ) from error
