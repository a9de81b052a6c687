"""The WS-Security header: a UsernameToken 1.1, its password as text or as a digest."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from lxml import etree

from adapters.jms.soap.envelope import SoapVersion
from adapters.jms.soap.safe_xml import Element

WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_PROFILE: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
)
_BASE64: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
_NONCE_BYTES: Final = 16
_LIFE: Final = timedelta(minutes=5)


class PasswordForm(StrEnum):
    """How the password is sent in the token."""

    TEXT = "text"
    DIGEST = "digest"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """Who asks; every message gets a nonce and a time of its own, so that none can be replayed.

    `with_timestamp` adds the message's own time and end, which some services insist on (WCF) and
    others refuse.
    """

    username: str
    password: str = field(repr=False)
    form: PasswordForm = PasswordForm.TEXT
    with_timestamp: bool = False
    now: Callable[[], datetime] = field(default=_now, repr=False)

    def header(self, version: SoapVersion) -> Element:
        """Return the header block for one message."""
        created = self.now()
        security = etree.Element(f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
        security.set(f"{{{version.namespace}}}mustUnderstand", "1")
        if self.with_timestamp:
            timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
            _add(timestamp, f"{{{WSU}}}Created", _text_of(created))
            _add(timestamp, f"{{{WSU}}}Expires", _text_of(created + _LIFE))
        self._add_token(security, secrets.token_bytes(_NONCE_BYTES), _text_of(created))
        return security

    def _add_token(self, security: Element, nonce: bytes, created: str) -> None:
        token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
        _add(token, f"{{{WSSE}}}Username", self.username)
        is_digest = self.form is PasswordForm.DIGEST
        password = digest_of(nonce, created, self.password) if is_digest else self.password
        kind = "PasswordDigest" if is_digest else "PasswordText"
        _add(token, f"{{{WSSE}}}Password", password).set("Type", f"{_PROFILE}#{kind}")
        said = base64.b64encode(nonce).decode("ascii")
        _add(token, f"{{{WSSE}}}Nonce", said).set("EncodingType", _BASE64)
        _add(token, f"{{{WSU}}}Created", created)


def digest_of(nonce: bytes, created: str, password: str) -> str:
    """Return Base64(SHA-1(nonce + created + password)), as the profile has it."""
    hashed = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False)
    return base64.b64encode(hashed.digest()).decode("ascii")


def _add(parent: Element, tag: str, text: str) -> Element:
    child = etree.SubElement(parent, tag)
    child.text = text
    return child


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
