"""SOAP messages, 1.1 and 1.2, and the WS-Security username token, as the demo JMS takes them."""

import base64
import hashlib
import hmac
from typing import Final

from lxml import etree
from starlette.responses import Response

SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
USER: Final = "candid"
"""Whose password the token is."""

_WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_KINDS: Final = {SOAP_11: "text/xml", SOAP_12: "application/soap+xml"}
_CREDENTIALS: Final = "wsse:FailedAuthentication"


class RefusedError(Exception):
    """Becomes a fault: the code says more than that the sender is at fault, where there is one."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


def envelope_of(body: bytes) -> etree._Element:
    """Read a message; no entity is resolved, nothing is fetched. Raises RefusedError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError("The message is no XML that can be read.") from error
    if root.tag not in {f"{{{space}}}Envelope" for space in _KINDS}:
        raise RefusedError("The message is no SOAP envelope.")
    return root


def check_token(header: etree._Element | None, password: str) -> None:
    """Raise RefusedError unless a username token has the password, as text or as a digest."""
    token = None if header is None else header.find(f".//{{{_WSSE}}}UsernameToken")
    if token is None or token.findtext(f"{{{_WSSE}}}Username") != USER:
        raise RefusedError(f"A UsernameToken of {USER} is needed.", _CREDENTIALS)
    said = (token.findtext(f"{{{_WSSE}}}Password") or "").encode()
    right = (password.encode(), _digest(token, password))
    if not any(hmac.compare_digest(said, one) for one in right):
        raise RefusedError("The password is another.", _CREDENTIALS)


def _digest(token: etree._Element, password: str) -> bytes:
    """Return Base64(SHA-1(nonce + created + password)), as the username token profile has it."""
    created = token.findtext(f"{{{_WSU}}}Created") or ""
    try:
        nonce = base64.b64decode(token.findtext(f"{{{_WSSE}}}Nonce") or "")
    except ValueError:
        nonce = b""
    told = nonce + created.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(told, usedforsecurity=False).digest())


def fault_of(space: str, refused: RefusedError) -> etree._Element:
    """Return a fault in the words of one version."""
    fault = etree.Element(f"{{{space}}}Fault", nsmap={"soap": space, "wsse": _WSSE})
    if space == SOAP_11:
        etree.SubElement(fault, "faultcode").text = refused.code or "soap:Client"
        etree.SubElement(fault, "faultstring").text = str(refused)
        return fault
    code = etree.SubElement(fault, f"{{{space}}}Code")
    etree.SubElement(code, f"{{{space}}}Value").text = "soap:Sender"
    if refused.code:
        special = etree.SubElement(code, f"{{{space}}}Subcode")
        etree.SubElement(special, f"{{{space}}}Value").text = refused.code
    reason = etree.SubElement(etree.SubElement(fault, f"{{{space}}}Reason"), f"{{{space}}}Text")
    reason.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    reason.text = str(refused)
    return fault


def message_of(space: str, content: etree._Element, status: int = 200) -> Response:
    """Put what is answered into an envelope of one version."""
    envelope = etree.Element(f"{{{space}}}Envelope", nsmap={"soap": space})
    etree.SubElement(envelope, f"{{{space}}}Body").append(content)
    written = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return Response(written, status, media_type=f"{_KINDS[space]}; charset=utf-8")
