"""Prefixes of XPath expressions, each for one namespace or for all versions of one."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from adapters.jms.soap.safe_xml import Element

STRUCTURES: Final = "structures"
"""The prefix under which NIEM's `id` and `ref` are."""

NIEM: Final[Mapping[str, Sequence[str]]] = {
    "nc": (
        "https://docs.oasis-open.org/niemopen/ns/model/niem-core/*/",
        "http://release.niem.gov/niem/niem-core/*/",
        "http://niem.gov/niem/niem-core/*",
    ),
    "j": (
        "https://docs.oasis-open.org/niemopen/ns/model/domains/justice/*/",
        "http://release.niem.gov/niem/domains/jxdm/*/",
        "http://niem.gov/niem/domains/jxdm/*",
    ),
    "biom": (
        "https://docs.oasis-open.org/niemopen/ns/model/domains/biometrics/*/",
        "http://release.niem.gov/niem/domains/biometrics/*/",
        "http://niem.gov/niem/biometrics/*",
    ),
    "ncic": (
        "https://docs.oasis-open.org/niemopen/ns/model/codes/ncic/*/",
        "http://release.niem.gov/niem/codes/ncic/*/",
        "http://release.niem.gov/niem/codes/fbi_ncic/*/",
        "http://niem.gov/niem/fbi/*",
    ),
    STRUCTURES: (
        "https://docs.oasis-open.org/niemopen/ns/model/structures/*/",
        "http://release.niem.gov/niem/structures/*/",
        "http://niem.gov/niem/structures/*",
    ),
    "xsi": ("http://www.w3.org/2001/XMLSchema-instance",),
}
"""NIEM 2.0 to 6.0, where each release has namespaces of its own; `*` stands for the version."""


class Namespaces:
    """Gives every prefix one namespace, and brings documents to it.

    So one expression reads the documents of all versions that its prefix stands for.
    """

    def __init__(self, prefixes: Mapping[str, Sequence[str]]) -> None:
        self.by_prefix: Mapping[str, str] = {
            prefix: uris[0] if _is_one(uris) else f"urn:candid:any-version-of:{prefix}"
            for prefix, uris in prefixes.items()
        }
        self._patterns = [
            (_pattern(uri), self.by_prefix[prefix])
            for prefix, uris in prefixes.items()
            if not _is_one(uris)
            for uri in uris
        ]

    def apply(self, root: Element) -> None:
        """Rename the elements and attributes of a document into the prefixes' namespaces."""
        known = dict[str, str | None]()
        for element in root.iter(etree.Element):
            if (tag := self._renamed(str(element.tag), known)) is not None:
                element.tag = tag
            for name in element.keys():  # noqa: SIM118 - an element's keys are its attributes'
                if (renamed := self._renamed(name, known)) is not None:
                    element.set(renamed, element.attrib.pop(name))

    def _renamed(self, name: str, known: dict[str, str | None]) -> str | None:
        if not name.startswith("{"):
            return None
        space, _, local = name[1:].partition("}")
        if space not in known:
            known[space] = self._canonical(space)
        canonical = known[space]
        return None if canonical is None else f"{{{canonical}}}{local}"

    def _canonical(self, space: str) -> str | None:
        return next((meant for pattern, meant in self._patterns if pattern.fullmatch(space)), None)


def _is_one(uris: Sequence[str]) -> bool:
    return len(uris) == 1 and "*" not in uris[0]


def _pattern(uri: str) -> re.Pattern[str]:
    return re.compile(re.escape(uri).replace(r"\*", "[^/]{1,40}"))
