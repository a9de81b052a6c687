"""The OpenAPI document: every error a Problem, every example recorded from a real run."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.examples import recorded
from app.api.schemas.problem import Problem
from app.ports.token_verifier import SignInPlaces

_REF: Final = "#/components/schemas/{model}"
_UNUSED: Final = ("HTTPValidationError", "ValidationError")

Json = dict[str, Any]


def document(app: FastAPI) -> Json:
    """Describe the API, once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        models = schema["components"]["schemas"]
        models["Problem"] = Problem.model_json_schema(ref_template=_REF)
        models |= models["Problem"].pop("$defs", {})
        for unused in _UNUSED:
            models.pop(unused, None)
        for operation in _operations(schema):
            _complete(operation, models)
        app.openapi_schema = schema
    return app.openapi_schema


def with_sign_in(document: Json, places: SignInPlaces, scopes: str) -> Json:
    """Return the document with a second way to show who calls: as a person, in the browser."""
    told = deepcopy(document)
    flow = {
        "authorizationUrl": places.authorization_endpoint,
        "tokenUrl": places.token_endpoint,
        "scopes": dict.fromkeys(scopes.split(), ""),
    }
    told["components"]["securitySchemes"]["SignIn"] = {
        "type": "oauth2",
        "description": "Sign in with your agency's identity provider.",
        "flows": {"authorizationCode": flow},
    }
    for operation in _operations(told):
        if "security" in operation:
            operation["security"].append({"SignIn": []})
    return told


def _operations(schema: Json) -> Iterator[Json]:
    for path in schema["paths"].values():
        yield from path.values()


def _complete(operation: Json, models: Json) -> None:
    for status, body in recorded().answers.get(operation["operationId"], {}).items():
        for media in operation["responses"][status]["content"].values():
            media["example"] = body
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _plain(parameter["schema"])
        if parameter["name"] in recorded().parameters:
            parameter["example"] = recorded().parameters[parameter["name"]]
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        if kind == "application/json":
            _complete_json(operation["operationId"], media)
        else:
            _complete_form(operation["operationId"], media, models)


def _complete_json(operation: str, media: Json) -> None:
    media["schema"] = _plain(media["schema"])
    if operation in recorded().requests:
        media["example"] = recorded().requests[operation]


def _complete_form(operation: str, media: Json, models: Json) -> None:
    form = models[media["schema"]["$ref"].rsplit("/", 1)[1]]
    form["properties"] = {name: _unsaid(one) for name, one in form["properties"].items()}
    form["additionalProperties"] = False
    fields = recorded().requests.get(operation)
    if fields is None:
        return
    media["example"] = fields
    for name in fields.keys() & set(form["required"]):
        form["properties"][name]["examples"] = [fields[name]]


def _unsaid(field: Json) -> Json:
    """Say that a form field is empty by default, or the docs page would make up a value."""
    plain = _plain(field)
    return plain if plain is field else {**plain, "default": ""}


def _plain(field: Json) -> Json:
    """Leave out null: a form field, a parameter or a header can be missing, never null."""
    kinds = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return field
    rest = {name: value for name, value in field.items() if name != "anyOf"}
    return {**kinds[0], **rest}
