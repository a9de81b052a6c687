"""Settings of a JMS kind that an installed package brings."""

import json
from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, TypeGuard, get_args

from pydantic import BaseModel, PlainValidator, TypeAdapter, ValidationError

from app.ports.jms import Jms
from app.ports.jms_kind import JmsKind, JmsSite

JMS_KINDS: Final = "candid.jms"
"""The entry-point group."""


@dataclass(frozen=True, slots=True)
class OwnJmsSettings:
    """The checked settings of a kind, and what opens it."""

    kind: str
    package: str
    adds: JmsKind[Any]
    settings: BaseModel

    def opened(self, site: JmsSite) -> AbstractAsyncContextManager[Jms]:
        """Return the JMS, to be entered."""
        return self.adds.open(self.settings, site)


def kinds_of(union: object) -> frozenset[str]:
    """Return the kinds of a union of settings that `kind` discriminates."""
    models, _ = get_args(union)
    kinds = (model.model_fields["kind"].annotation for model in get_args(models))
    return frozenset(name for kind in kinds for name in get_args(kind))


def or_own_kind(union: Any) -> PlainValidator:  # noqa: ANN401 - types have no type
    """Read the settings of a union's kinds, and of any other that a package brings."""
    built_in, ours = kinds_of(union), TypeAdapter[Any](union)

    def read(given: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
        if isinstance(given, OwnJmsSettings):
            return given
        kind = given.get("kind") if isinstance(given, dict) else None
        if isinstance(kind, str) and kind not in built_in:
            return own_jms(kind, given, built_in)
        return ours.validate_python(given)

    return PlainValidator(read)


def own_jms(kind: str, given: Mapping[str, Any], built_in: Collection[str]) -> OwnJmsSettings:
    """Check the settings of a kind that is not built in.

    Raises ValueError, of which pydantic's ValidationError is one, with what to change.
    """
    found = entry_points(group=JMS_KINDS)
    chosen = [one for one in found if one.name == kind]
    if not chosen:
        known = ", ".join([*sorted(built_in), *sorted({one.name for one in found} - {*built_in})])
        raise ValueError(
            f"kind {kind!r} is not known here; known are {known}. "
            "A kind of your own comes with an installed package: docs/add-a-jms.md"
        )
    if len(chosen) > 1:
        packages = " and ".join(sorted(_package(one) for one in chosen))
        raise ValueError(f"kind {kind!r} comes with {packages}; uninstall all but one of them")
    entry = chosen[0]
    adds = _loaded(entry)
    named = {name: value for name, value in given.items() if name != "kind"}
    return OwnJmsSettings(kind, _package(entry), adds, _checked(adds.settings, named))


def _loaded(entry: EntryPoint) -> JmsKind[Any]:
    told = f"kind {entry.name!r} of the package {_package(entry)}"
    try:
        adds = entry.load()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(f"{told} cannot be loaded ({reason}); repair or uninstall it") from error
    if not _is_kind(adds):
        raise ValueError(f"{told}: {entry.value} is no JmsKind with a pydantic model as settings")
    return adds


def _is_kind(adds: object) -> TypeGuard[JmsKind[Any]]:
    """Say whether it is a kind; its settings were promised by another's code."""
    settings: object = adds.settings if isinstance(adds, JmsKind) else None
    return isinstance(settings, type) and issubclass(settings, BaseModel)


def _checked(model: type[BaseModel], given: Mapping[str, Any]) -> BaseModel:
    """Validate as given; a text that a field refuses is tried as JSON, as for other settings."""
    _refuse_unknown(model, given)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        refused = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
        decoded = {name: _decoded(given[name]) for name in refused & given.keys()}
        if decoded == {name: given[name] for name in decoded}:
            raise
    return model.model_validate({**given, **decoded})


def _refuse_unknown(model: type[BaseModel], given: Mapping[str, Any]) -> None:
    """Refuse a misspelt setting, unless the model says what it makes of others."""
    known = {name for key, field in model.model_fields.items() for name in (key, field.alias)}
    unknown = sorted(given.keys() - known)
    if unknown and "extra" not in model.model_config:
        taken = ", ".join(sorted(key.upper() for key in model.model_fields)) or "none"
        raise ValueError(f"{unknown[0].upper()} is no setting of this kind, which has {taken}")


def _decoded(value: object) -> object:
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "without a name"
