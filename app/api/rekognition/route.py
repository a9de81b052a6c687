"""`POST /`: Amazon Rekognition's calls. AWS documents them, so the OpenAPI document does not."""

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.types import Scope

from app.api.deps import EdgeDep, ServicesDep
from app.api.edge import Edge
from app.api.middleware import LABEL
from app.api.rekognition.asked import Asked
from app.api.rekognition.body import body_of
from app.api.rekognition.caller import Signed, Unsigned, call_of, signed, unsigned
from app.api.rekognition.errors import DENIED, Refusal, refusal_of
from app.api.rekognition.model import SERVED, Fields, rekognition_model
from app.api.rekognition.operations import OPERATIONS, Operation
from app.api.rekognition.responses import answered, refused
from app.domain.errors import ScopeMissingError
from app.services import Services
from app.services.authenticate import Caller
from app.services.authorize import Attempt
from app.services.collections.call import CollectionCall

_TARGET = "RekognitionService."

router = APIRouter()


@router.post("/", include_in_schema=False)
async def rekognition(request: Request, services: ServicesDep, edge: EdgeDep) -> JSONResponse:
    """Serve one call; whatever goes wrong is answered as AWS would."""
    fields: Fields = {}
    try:
        name = await _operation(request)
        request.scope[LABEL] = name
        sender = await _sender(request, services, edge)
        body = await body_of(request)
        fields = await to_thread.run_sync(_opened, sender, name, body)
        call = call_of(request, sender.caller, name)
        await _authorize(services, sender.caller, OPERATIONS[name], call)
        asked = Asked(fields, services.collections, call, sender.region)
        return answered(request, await OPERATIONS[name].serve(asked))
    except Exception as error:  # noqa: BLE001 -- no SDK reads any other form of error
        return refused(request, refusal_of(error, fields))


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
    return await signed(request, services.authenticate.secret_of)


def _opened(sender: Signed | Unsigned, name: str, body: bytes) -> Fields:
    """Check who sent a body and read it: for megabytes that takes a while."""
    sender.check(body)
    return rekognition_model().request(name, body)


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
