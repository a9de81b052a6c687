"""The body of a question, written by hand with placeholders; values go into its tree, not its text.

Ids go into a tree that was read before, so that no id can be markup. `{id}` is an id; an element
whose placeholder has no value, such as the first page's `{after}`, is left out.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from adapters.jms.soap.safe_xml import Bounds, Element, parsed_text
from app.domain.errors import JmsMisconfiguredError

PLACEHOLDERS: Final = frozenset(
    {"id", "view", "pose", "since", "after", "action", "address", "message_id", "now"}
)
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOUNDS: Final = Bounds(bytes=200_000, tags=5_000)

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Template:
    """Elements with placeholders; `repeated` is the one that stands once for each id."""

    elements: Sequence[Element]
    placeholders: frozenset[str]
    repeated: str | None = None

    @classmethod
    def read(
        cls, text: str, prefixes: Mapping[str, str], repeated: str | None = None
    ) -> "Template":
        """Read what was written; ValueError, which says what is wrong, where it is none.

        `repeated` is a prefixed name; without it, the element that `{id}` stands in is meant.
        """
        declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in prefixes.items())
        try:
            root = parsed_text(f"<template{declared}>{text}</template>", _BOUNDS)
        except JmsMisconfiguredError as error:
            told = "it is no XML that can be read, or has a prefix that is under no namespaces"
            raise ValueError(told) from error
        named = frozenset(_PLACEHOLDER.findall(text))
        if unknown := sorted(named - PLACEHOLDERS):
            known = ", ".join(sorted(PLACEHOLDERS))
            raise ValueError(f"{{{unknown[0]}}} is no placeholder; known are {known}")
        tag = _tag_of(repeated, prefixes) if repeated else None
        if tag is not None and root.find(f".//{tag}") is None:
            raise ValueError(f"no element {repeated} is in it that could be repeated")
        return cls(tuple(root), named, tag)

    def filled(self, values: Values, ids: Sequence[str] = ()) -> Sequence[Element]:
        """Return new elements with the values; with several ids, the repeated one once for each."""
        holder = etree.Element("filled")
        holder.extend(deepcopy(element) for element in self.elements)
        _fill(holder, values)
        if ids:  # last, so that nothing in an id is taken for a placeholder
            for element in self._repeated(holder):
                _repeat(element, ids)
        return list(holder)

    def _repeated(self, holder: Element) -> Sequence[Element]:
        if self.repeated is not None:
            return list(holder.iter(self.repeated))
        return [element for element in holder.iter(etree.Element) if _holds_id(element)]


def fits_xml(identifier: str) -> bool:
    """Say whether XML can hold an id at all: most control characters are in no document."""
    return _NOT_XML.search(identifier) is None


def _repeat(element: Element, ids: Sequence[str]) -> None:
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - everything is in the holder
    place = parent.index(element)
    for number, identifier in enumerate(ids):
        copy = deepcopy(element)
        _fill(copy, {"id": identifier})
        parent.insert(place + number, copy)
    parent.remove(element)


def _fill(element: Element, values: Values) -> None:
    """Fill an element and what is in it; those without their value go."""
    for child in list(element):
        if _lacks(child.text or "", values):
            element.remove(child)
        else:
            _fill(child, values)
    if element.text:
        element.text = _with_values(element.text, values)
    for name, said in element.attrib.items():
        if _lacks(said, values):
            del element.attrib[name]
        else:
            element.set(name, _with_values(said, values))


def _lacks(text: str, values: Values) -> bool:
    """Say whether a text has a placeholder whose value is known to be none."""
    return any(values.get(name, "") is None for name in _PLACEHOLDER.findall(text))


def _with_values(text: str, values: Values) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]) or "", text)


def _holds_id(element: Element) -> bool:
    return any("{id}" in said for said in (element.text or "", *element.attrib.values()))


def _tag_of(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.rpartition(":")
    if colon and prefix not in prefixes:
        raise ValueError(f"the prefix of {name} is under no namespaces")
    return f"{{{prefixes[prefix]}}}{local}" if colon else local
