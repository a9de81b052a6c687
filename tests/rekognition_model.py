"""Checks requests and answers against the API model that botocore carries."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from app.api.rekognition.errors import Refusal
from app.api.rekognition.limits import decoded, faults
from app.api.rekognition.model import rekognition_model

Fields = dict[str, Any]


class InvalidRequestError(Exception):
    """The request does not fit the model."""


class RekognitionModel:
    """The shapes of Amazon Rekognition, with the limits that the AWS SDKs leave to the server."""

    def __init__(self) -> None:
        description = Loader().load_service_model("rekognition", "service-2")
        self._service = ServiceModel(description, "rekognition")

    @property
    def errors(self) -> frozenset[str]:
        """The names of all errors that are declared."""
        return frozenset(shape.name for shape in self._service.error_shapes)

    def request(self, operation: str, body: object) -> Fields:
        """Return the request's fields with blobs decoded; raises InvalidRequestError."""
        try:
            return rekognition_model().request(operation, json.dumps(body).encode())
        except (KeyError, Refusal) as error:
            raise InvalidRequestError(str(error)) from error

    def answer(self, operation: str, fields: Fields) -> object:
        """Return the answer as it goes over the wire; AssertionError where it fits no shape."""
        wire = _encoded(fields)
        self.check_answer(operation, wire)
        return wire

    def check_answer(self, operation: str, wire: object) -> None:
        """Raise AssertionError where an answer has a member or a value that its shape has not."""
        shape: Shape | None = self._service.operation_model(operation).output_shape
        assert shape is not None
        fitting = decoded(shape, wire, operation)
        found = list(faults(shape, fitting, operation))
        assert fitting == wire, f"{operation} answers what no client knows"
        assert not found, found


def examples() -> Mapping[str, list[Fields]]:
    """Return AWS's own examples by operation."""
    found: Mapping[str, list[Fields]] = Loader().load_service_model("rekognition", "examples-1")[
        "examples"
    ]
    return found


def _encoded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _encoded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_encoded(inner) for inner in value]
    return value.timestamp() if isinstance(value, datetime) else value
