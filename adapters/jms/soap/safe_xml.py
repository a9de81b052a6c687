"""XML from elsewhere, read so that it costs nothing but its own length and reaches nothing.

No document type at all, so there are no entities to expand or fetch; few encodings, all of them
decoded here; so many tags and attributes, so deep, and no more.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from lxml import etree

from adapters.jms.soap.errors import misconfigured

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no other name for it

DEEPEST: Final = 100
"""Elements one inside the other; a NIEM document has about twenty."""

MOST_ATTRIBUTES: Final = 200
"""Of one element; to rename many takes the square of their number."""

LONGEST_TEXT: Final = 10_000_000
"""Characters of one text, beyond which libxml2 has to be told that it is meant (`huge_tree`)."""

_ENCODINGS: Final = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"<\?xml[^>]{0,80}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']"
)
_FORBIDDEN: Final = ("<!DOCTYPE", "<!ENTITY")
_TOO_DEEP: Final = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an answer may be."""

    bytes: int
    tags: int  # opening and closing ones, comments and instructions


def parsed(body: bytes, charset: str | None, bounds: Bounds) -> Element:
    """Return the root of a document; `charset` is what HTTP said of it.

    Raises JmsMisconfiguredError for what is no XML, has a document type, or is larger, deeper or
    in another encoding than is read here.
    """
    return parsed_text(_text(body, charset), bounds)


def parsed_text(text: str, bounds: Bounds) -> Element:
    """Return the root of a document that is a text already."""
    if any(forbidden in text for forbidden in _FORBIDDEN):
        raise misconfigured("answers with XML that has a document type, which is never read")
    if text.count("<") > bounds.tags:
        raise misconfigured(f"answers with XML of more than {bounds.tags:,} tags")
    try:
        content = text.lstrip().encode()  # whatever it was declared to be, it is UTF-8 now
        root = etree.fromstring(content, _parser(is_long=len(content) > LONGEST_TEXT))
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        # The parser's words quote the document, so they go nowhere.
        raise misconfigured("answers with XML that cannot be read") from error
    if root.getroottree().docinfo.doctype or _TOO_DEEP(root):
        raise misconfigured("answers with XML that is too deep, or has a document type")
    if any(len(element.attrib) > MOST_ATTRIBUTES for element in root.iter(etree.Element)):
        raise misconfigured(
            f"answers with XML of more than {MOST_ATTRIBUTES} attributes an element"
        )
    return root


def _parser(*, is_long: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=is_long,  # only a photo is; nothing in a document without a type can grow
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )


def _text(body: bytes, charset: str | None) -> str:
    name = _encoding(body, charset)
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        raise misconfigured("answers in another encoding than it says") from error


def _encoding(body: bytes, charset: str | None) -> str:
    """Return the codec: by the byte order mark, then HTTP, then the declaration (RFC 7303)."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return name
    declared = _DECLARED.match(body)
    said = charset or (declared[1].decode("ascii") if declared else "utf-8")
    known = _ENCODINGS.get(said.strip("\"' ").lower())
    if known is None:
        raise misconfigured("answers in an encoding that is not read here; UTF-8 is")
    return known
