"""An evaluation as JSON and back: one schema, named in the document.

Field names are the dataclasses' own. A rate is also written with its `value` and with
`not_estimable` (null, or why not), and so is whether the ratio of two groups is, for readers who
have no part of this code; they are not read. A field with a default that an older document lacks
has the default.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.domain.audit_record import moment
from app.domain.evaluation.rate import Rate
from app.domain.evaluation.result import SCHEMA, Evaluation, SharedThreshold

Json = dict[str, Any]


class NoEvaluationError(ValueError):
    """A document that is not an evaluation of this schema; the text says what was expected."""


def to_json(evaluation: Evaluation) -> Json:
    """Return the document, of dicts, lists, strings, numbers, true, false and None alone."""
    return {"schema": SCHEMA, **_written(evaluation)}


def from_json(document: Mapping[str, Any]) -> Evaluation:
    """Return the evaluation that `to_json` wrote; NoEvaluationError for anything else."""
    if document.get("schema") != SCHEMA:
        raise NoEvaluationError(
            f"This is no evaluation that can be read here: its schema is "
            f"{document.get('schema')!r}, and {SCHEMA!r} is read. Run `candid evaluate` again."
        )
    try:
        read: Evaluation = _read(Evaluation, document)
    except (KeyError, TypeError, ValueError) as error:
        raise NoEvaluationError(f"The evaluation cannot be read: {error!r}.") from error
    return read


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a field of the dataclasses holds
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Mapping):
        return {str(key): _written(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    if is_dataclass(value):
        own = {field.name: _written(getattr(value, field.name)) for field in fields(value)}
        return {**own, **_derived(value)}
    return str(value) if isinstance(value, StrEnum) else value


def _derived(value: Any) -> Json:  # noqa: ANN401 - a dataclass
    names: tuple[str, ...] = ()
    if isinstance(value, Rate):
        names = "value", "not_estimable"
    elif isinstance(value, SharedThreshold):
        names = "false_match_ratio_not_estimable", "false_nonmatch_ratio_not_estimable"
    return {name: getattr(value, name) for name in names}


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401 - whatever a field of the dataclasses is
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        (inner,) = (each for each in get_args(kind) if each is not NoneType)
        return None if value is None else _read(inner, value)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], each) for each in value)
    if origin is not None:
        of_key, of_value = get_args(kind)
        return {_read(of_key, key): _read(of_value, each) for key, each in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        told = [one.name for one in fields(kind) if one.name in value or one.default is MISSING]
        return _checked(kind(**{name: _read(hints[name], value[name]) for name in told}))
    return _read_plain(kind, value)


def _checked(read: Any) -> Any:  # noqa: ANN401 - a dataclass
    if isinstance(read, Rate) and not 0 <= read.k <= read.n:
        raise ValueError(f"{read.k} of {read.n} is no rate")
    return read


def _read_plain(kind: Any, value: Any) -> Any:  # noqa: ANN401 - JSON's
    if kind is datetime:
        return datetime.fromisoformat(value)
    if issubclass(kind, StrEnum):
        return kind(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
