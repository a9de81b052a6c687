"""The requests file: what a SOAP service is asked, in the words of its own example request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adapters.field_mapping.checks import namespaces_of
from adapters.field_mapping.sections import MappingFault, sections_of, text_of
from adapters.jms.soap.envelope import SoapVersion
from adapters.jms.soap.template import Template
from adapters.plain_yaml import MOST_BYTES, Place, PlainYamlError, Written, written_yaml
from app.domain.errors import JmsMisconfiguredError

MOST_AT_ONCE: Final = 100
"""Ids in one question; a search asks for fifty at most."""

_SECTIONS: Final = ("soap", "namespaces", "header", "bookings", "photos", "photo", "ping")
_OPERATION: Final = ("address", "action", "body", "within", "each", "next", "not_found")
_OF_BOOKINGS: Final = ("at_once", "repeat")
_NEEDS: Final = {"bookings": "id", "photo": "id"}

Prefixes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression, and where it stands in the file."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Operation:
    """One question that the service answers."""

    place: Place
    body: Template
    action: str = ""
    address: str = ""  # relative to the service's own
    within: Placed | None = None  # a text of the answer that is XML itself, and read in its place
    each: Placed | None = None  # the records of the answer; None: as the adapter has it
    next: Placed | None = None  # the cursor of the following page
    not_found: tuple[str, ...] = ()  # faults that only say that there is no such thing
    at_once: int = 1  # ids in one question


@dataclass(frozen=True, slots=True)
class RequestsFile:
    """What can be asked, in which version of SOAP, with which header blocks."""

    path: Path
    version: SoapVersion
    bookings: Operation
    header: Template | None = None
    photos: Operation | None = None
    photo: Operation | None = None
    ping: Operation | None = None
    namespaces: Prefixes = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "RequestsFile":
        """Read a requests file.

        Raises JmsMisconfiguredError, which names line and column, for what is no YAML, no such
        file, no XML, or has a placeholder that is not known.
        """
        try:
            with path.open("rb") as file:
                text = file.read(MOST_BYTES + 1)
        except OSError as error:
            told = f"The requests file {path} cannot be read: {error.strerror or error}."
            raise JmsMisconfiguredError(told) from error
        try:
            return _requests(path, written_yaml(text))
        except (PlainYamlError, MappingFault) as error:
            raise JmsMisconfiguredError(f"The requests file {path}: {error}.") from error

    def refused(self, place: Place, told: str) -> JmsMisconfiguredError:
        """Return the error for what this file says at a place and cannot be used."""
        return JmsMisconfiguredError(f"The requests file {self.path}: {place}: {told}.")


def _requests(path: Path, written: Written | None) -> RequestsFile:
    if written is None:
        raise MappingFault(Place(1, 1), "it is empty; write  bookings:  and what is asked there")
    sections = sections_of(written, _SECTIONS, "the file")
    if "bookings" not in sections:
        raise MappingFault(written.place, "there is no  bookings:  that says what is asked")
    prefixes = namespaces_of(sections["namespaces"]) if "namespaces" in sections else {}
    return RequestsFile(
        path,
        _version(sections.get("soap")),
        _operation(sections["bookings"], "bookings", prefixes),
        _template(sections["header"], prefixes) if "header" in sections else None,
        _optional(sections, "photos", prefixes),
        _optional(sections, "photo", prefixes),
        _optional(sections, "ping", prefixes),
        prefixes,
    )


def _version(written: Written | None) -> SoapVersion:
    if written is None:
        return SoapVersion.V11
    said = text_of(written, "soap")
    try:
        return SoapVersion(said)
    except ValueError as error:
        raise MappingFault(written.place, f"{said} is no version of SOAP: 1.1 or 1.2") from error


def _optional(sections: Mapping[str, Written], name: str, prefixes: Prefixes) -> Operation | None:
    return _operation(sections[name], name, prefixes) if name in sections else None


def _operation(written: Written, name: str, prefixes: Prefixes) -> Operation:
    known = (*_OPERATION, *(_OF_BOOKINGS if name == "bookings" else ()))
    said = sections_of(written, known, name)
    if "body" not in said:
        raise MappingFault(written.place, f"{name} has no  body:  that is sent")
    body = _template(said["body"], prefixes, said.get("repeat"))
    needed = _NEEDS.get(name)
    if needed is not None and needed not in body.placeholders:
        raise MappingFault(said["body"].place, f"the body of {name} has no {{{needed}}} in it")
    return Operation(
        written.place,
        body,
        _text(said, "action"),
        _text(said, "address"),
        _placed(said, "within"),
        _placed(said, "each"),
        _placed(said, "next"),
        _texts(said.get("not_found")),
        _at_once(said.get("at_once")),
    )


def _template(written: Written, prefixes: Prefixes, repeat: Written | None = None) -> Template:
    text = text_of(written, "what is sent")
    first = {prefix: uris[0] for prefix, uris in prefixes.items()}
    try:
        return Template.read(text, first, text_of(repeat, "repeat") if repeat else None)
    except ValueError as error:
        raise MappingFault(written.place, str(error)) from error


def _text(said: Mapping[str, Written], name: str) -> str:
    """Return a text without what would end a header or an address, "" where nothing is said."""
    if name not in said:
        return ""
    text = text_of(said[name], name).strip()
    if not text.isascii() or not text.isprintable() or set(text) & set(' "<>\\'):
        raise MappingFault(said[name].place, f"{name} is no address")
    return text


def _placed(said: Mapping[str, Written], name: str) -> Placed | None:
    if name not in said:
        return None
    text = text_of(said[name], name).strip()
    if not text:
        raise MappingFault(said[name].place, f"{name} has no expression; leave the line out")
    return Placed(text, said[name].place)


def _texts(written: Written | None) -> tuple[str, ...]:
    if written is None:
        return ()
    listed = [text for one in _elements(written) if (text := text_of(one, "a fault").strip())]
    if not listed:
        raise MappingFault(written.place, "not_found names no fault")
    return tuple(listed)


def _elements(written: Written) -> list[Written]:
    if written.kind != "a list":
        return [written]
    return [one for one in written.content if isinstance(one, Written)]


def _at_once(written: Written | None) -> int:
    if written is None:
        return 1
    said = text_of(written, "at_once")
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= MOST_AT_ONCE:
        raise MappingFault(written.place, f"at_once is no number from 1 to {MOST_AT_ONCE}")
    return int(said)
