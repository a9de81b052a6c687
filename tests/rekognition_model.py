"""Checks requests and answers against the API model that botocore carries."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

Fields = dict[str, Any]


class InvalidRequestError(Exception):
    """The request does not fit the model."""


class RekognitionModel:
    """The shapes of Amazon Rekognition, with the limits that the AWS SDKs leave to the server."""

    def __init__(self) -> None:
        description = Loader().load_service_model("rekognition", "service-2")
        self._service = ServiceModel(description, "rekognition")

    def request(self, operation: str, body: object) -> Fields:
        """Return the request's fields with blobs decoded; raises InvalidRequestError."""
        if operation not in self._service.operation_names:
            raise InvalidRequestError(f"no operation {operation}")
        shape = self._shapes(operation)[0]
        fields = _decoded(shape, body)
        if not isinstance(fields, dict):
            raise InvalidRequestError("the body is no object")
        faults = [*_wrongly_typed(shape, fields), *_outside(shape, fields, operation)]
        if faults:
            raise InvalidRequestError("; ".join(faults))
        return fields

    def answer(self, operation: str, fields: Fields) -> object:
        """Return the answer as it goes over the wire; AssertionError where it fits no shape."""
        shape = self._shapes(operation)[1]
        faults = [*_wrongly_typed(shape, fields), *_outside(shape, fields, operation)]
        assert not faults, faults
        return _encoded(fields)

    def _shapes(self, operation: str) -> tuple[Shape, Shape]:
        model = self._service.operation_model(operation)
        assert model.input_shape is not None
        assert model.output_shape is not None
        return model.input_shape, model.output_shape


def examples() -> Mapping[str, list[Fields]]:
    """Return AWS's own examples by operation."""
    found: Mapping[str, list[Fields]] = Loader().load_service_model("rekognition", "examples-1")[
        "examples"
    ]
    return found


def _wrongly_typed(shape: Shape, fields: Fields) -> list[str]:
    report = ParamValidator().validate(fields, shape)
    return [report.generate_report()] if report.has_errors() else []


def _outside(shape: Shape, value: object, path: str) -> Iterator[str]:
    """Name the limits that botocore's own check leaves to the server."""
    for inner_shape, inner, inner_path in _inside(shape, value, path):
        yield from _outside(inner_shape, inner, inner_path)
    if isinstance(value, (str, bytes, list)):
        yield from _beyond(shape, len(value), path)
    if isinstance(value, (int, float)):
        yield from _beyond(shape, value, path)
    if isinstance(value, str):
        yield from _unlike(shape, value, path)


def _inside(shape: Shape, value: object, path: str) -> Iterator[tuple[Shape, object, str]]:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, inner in value.items():
            if name in shape.members:
                yield shape.members[name], inner, f"{path}.{name}"
    if isinstance(shape, ListShape) and isinstance(value, list):
        for inner in value:
            yield shape.member, inner, path


def _beyond(shape: Shape, measure: float, path: str) -> Iterator[str]:
    if "max" in shape.metadata and measure > shape.metadata["max"]:
        yield f"{path} is over {shape.metadata['max']}"


def _unlike(shape: Shape, value: str, path: str) -> Iterator[str]:
    if "enum" in shape.metadata and value not in shape.metadata["enum"]:
        yield f"{path} is none of {shape.metadata['enum']}"
    if "pattern" in shape.metadata and not re.fullmatch(shape.metadata["pattern"], value):
        yield f"{path} does not match {shape.metadata['pattern']}"


def _decoded(shape: Shape | None, value: object) -> object:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {name: _decoded(shape.members.get(name), inner) for name, inner in value.items()}
    if shape is not None and shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise InvalidRequestError("a blob is not base64") from error
    return value


def _encoded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _encoded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_encoded(inner) for inner in value]
    return value.timestamp() if isinstance(value, datetime) else value
