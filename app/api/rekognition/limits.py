"""Checks values against shapes of botocore's model: AWS leaves to the server what no SDK checks."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.model import ListShape, MapShape, Shape, StructureShape
from typing_extensions import override

_KINDS: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
}
_CLASSES = {
    r"\p{L}": r"\w",  # with \p{N} and the underscore, which every such class has anyway
    r"\p{N}": "",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}


class MistypedError(Exception):
    """A value is of another JSON type than its shape."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A constraint that a value does not satisfy; never the value, which may be of a photo."""

    path: str
    constraint: str
    absent: bool = False

    @override
    def __str__(self) -> str:
        value = "Value null" if self.absent else "Value"
        return f"{value} at '{self.path}' failed to satisfy constraint: {self.constraint}"


def decoded(shape: Shape, value: object, path: str) -> object:
    """Return a JSON value as the shape means it, without nulls and unknown members.

    Raises MistypedError.
    """
    kind = shape.type_name
    if kind in {"integer", "long"} and isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        raise MistypedError(f"{path or 'The body'} is not of the type {kind}.")
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        known = ((name, inner, value.get(name)) for name, inner in shape.members.items())
        return {
            name: decoded(inner, one, _joined(path, name))
            for name, inner, one in known
            if one is not None
        }
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: decoded(shape.value, one, path) for name, one in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [decoded(shape.member, one, path) for one in value]
    return _bytes(value, path) if kind == "blob" and isinstance(value, str) else value


def faults(shape: Shape, value: object, path: str = "") -> Iterator[Fault]:
    """Name the constraints that a decoded value does not satisfy."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name in shape.required_members:
            if name not in value:
                yield Fault(_joined(path, name), "Member must not be null", absent=True)
        for name, one in value.items():
            yield from faults(shape.members[name], one, _joined(path, name))
    if isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _of_members(shape.key, list(value), path)
        yield from _of_members(shape.value, list(value.values()), path)
    if isinstance(shape, ListShape) and isinstance(value, list):
        yield from _of_members(shape.member, value, path)
    yield from (Fault(path, constraint) for constraint in _unsatisfied(shape, value))


def _of_members(shape: Shape, members: list[object], path: str) -> Iterator[Fault]:
    found = dict.fromkeys(fault.constraint for one in members for fault in faults(shape, one, path))
    if found:
        yield Fault(path, f"Member must satisfy constraint: [{', '.join(found)}]")


def _unsatisfied(shape: Shape, value: object) -> Iterator[str]:
    if isinstance(value, (str, bytes, list)) or isinstance(shape, MapShape):
        yield from _beyond(shape, len(value), "length")  # type: ignore[arg-type]  # it has one
    elif isinstance(value, (int, float)):
        yield from _beyond(shape, value, "value")
    if isinstance(value, str):
        yield from _unlike(shape, value)


def _beyond(shape: Shape, measure: float, what: str) -> Iterator[str]:
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    if most is not None and not measure <= most:
        yield f"Member must have {what} less than or equal to {most}"
    if least is not None and not measure >= least:
        yield f"Member must have {what} greater than or equal to {least}"


def _unlike(shape: Shape, value: str) -> Iterator[str]:
    allowed, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if allowed is not None and value not in allowed:
        yield f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    if pattern is not None and not re.fullmatch(_of_python(pattern), value):
        yield f"Member must satisfy regular expression pattern: {pattern}"


def _of_python(pattern: str) -> str:
    """Return a pattern of Java's as Python reads it."""
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python)
    return pattern


def _joined(path: str, name: str) -> str:
    """Write a place as AWS does: `image.s3Object.bucket`."""
    own = name[0].lower() + name[1:]
    return f"{path}.{own}" if path else own


def _bytes(value: str, path: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError as error:  # binascii's is one; the other is for what is not ASCII
        raise MistypedError(f"{path} is not base64.") from error
