"""An audit record as it is chained: one text, whose bytes are what is hashed."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.purpose import Purpose

GENESIS = "0" * 64
"""What the first record is chained to."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ACTOR = {"name": "actor", "address": "address", "request_id": "request_id"}
_ACTOR |= {"on_behalf_of": "on_behalf_of"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record is written."""

    collection: str
    host: str | None = None
    program: str | None = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A record as it was written: the text holds its number, the hash covers all before it."""

    number: int
    text: str
    hash: str  # 64 hexadecimal digits

    @property
    def fields(self) -> Mapping[str, Any]:
        """What it says; nothing where somebody made something else of it."""
        try:
            said = json.loads(self.text)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def entry(self) -> AuditEntry:
        """Read it back; KeyError and ValueError where it is not as it was written."""
        said = dict(self.fields)
        actor = Actor(**{name: said.get(key) for name, key in _ACTOR.items()})  # type: ignore[arg-type]  # by name
        known = {one.name: said[one.name] for one in fields(AuditEntry) if one.name in said}
        known |= {"at": datetime.fromisoformat(said["at"]), "actor": actor}
        known |= {"action": AuditAction(said["action"]), "details": said.get("details", {})}
        if purpose := said.get("purpose"):
            known["purpose"] = Purpose(purpose)
        return AuditEntry(**known)


def canonical(entry: AuditEntry, origin: Origin) -> str:
    """Return the canonical form, which yet lacks its number.

    JSON with sorted keys, no spaces, characters as they are, times as RFC 3339 in UTC with
    milliseconds; what has nothing to say is left out.
    """
    said: dict[str, object] = {one.name: getattr(entry, one.name) for one in fields(AuditEntry)}
    said |= {key: getattr(entry.actor, name) for name, key in _ACTOR.items()}
    said |= {one.name: getattr(origin, one.name) for one in fields(Origin)}
    said |= {"at": moment(entry.at), "details": dict(entry.details) or None}
    return canonical_json({key: value for key, value in said.items() if value is not None})


def canonical_json(said: Mapping[str, object]) -> str:
    """Write JSON in its canonical form; what PostgreSQL cannot hold is replaced."""
    text = _written(said)
    if "\\u0000" in text or _UNSTORABLE.search(text):
        text = _written(_storable(said))
    return text


def moment(at: datetime) -> str:
    """Write a time as records do: RFC 3339, UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def numbered(number: int, text: str) -> str:
    """Return the text of a record with its number, as the database puts it in."""
    return f'{{"number":{number},{text[1:]}'


def chained(previous: str, text: str) -> str:
    """Return a record's hash: SHA-256 of the previous hash in hexadecimal and of its text."""
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def _written(said: object) -> str:
    return json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _storable(said: object) -> object:
    if isinstance(said, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", said)
    if isinstance(said, Mapping):
        return {_storable(str(key)): _storable(value) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [_storable(one) for one in said]
    return said
