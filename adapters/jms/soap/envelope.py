"""SOAP envelopes, 1.1 and 1.2: what goes out, and what comes back in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lxml import etree

from adapters.jms.soap.errors import misconfigured
from adapters.jms.soap.safe_xml import Element


class SoapVersion(StrEnum):
    """Which SOAP the service speaks."""

    V11 = "1.1"
    V12 = "1.2"

    @property
    def namespace(self) -> str:
        """Return the namespace of its envelope."""
        return _NAMESPACES[self]


_NAMESPACES: Final = {
    SoapVersion.V11: "http://schemas.xmlsoap.org/soap/envelope/",
    SoapVersion.V12: "http://www.w3.org/2003/05/soap-envelope",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it goes over HTTP."""

    content: bytes = field(repr=False)  # the password may be in it
    headers: Mapping[str, str]


def enveloped(
    version: SoapVersion,
    action: str,
    header: Iterable[Element],
    body: Iterable[Element],
) -> Message:
    """Put header blocks and a body into an envelope; its HTTP headers name the action."""
    space = version.namespace
    envelope = etree.Element(f"{{{space}}}Envelope", nsmap={"soap": space})
    blocks = list(header)
    if blocks:
        etree.SubElement(envelope, f"{{{space}}}Header").extend(blocks)
    etree.SubElement(envelope, f"{{{space}}}Body").extend(body)
    content = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return Message(content, _http_headers(version, action))


def blocks_of(root: Element) -> Sequence[Element]:
    """Return what is in the body of an envelope; JmsMisconfiguredError where there is none.

    A service that speaks 1.2 answers a question of another version in 1.1, so both are read.
    """
    for space in _NAMESPACES.values():
        if root.tag == f"{{{space}}}Envelope":
            body = root.find(f"{{{space}}}Body")
            if body is None:
                raise misconfigured("answers with a SOAP envelope that has no body")
            return list(body)
    raise misconfigured("answers with XML that is no SOAP envelope")


def _http_headers(version: SoapVersion, action: str) -> Mapping[str, str]:
    if version is SoapVersion.V11:
        return {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{action}"',
            "Accept": "text/xml",
        }
    said = f'; action="{action}"' if action else ""
    return {
        "Content-Type": f"application/soap+xml; charset=utf-8{said}",
        "Accept": "application/soap+xml",
    }
