"""SOAP faults, 1.1 and 1.2, and what each means for whoever asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from adapters.jms.soap.envelope import SoapVersion
from adapters.jms.soap.errors import misconfigured
from adapters.jms.soap.safe_xml import Element
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError

_V11: Final = f"{{{SoapVersion.V11.namespace}}}"
_V12: Final = f"{{{SoapVersion.V12.namespace}}}"
_CODE: Final = re.compile(r"[A-Za-z0-9_.\-]{1,60}", re.ASCII)
_MOST_CODES: Final = 10

_CREDENTIALS: Final = {
    *("FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken", "FailedCheck"),
    *("SecurityTokenUnavailable", "UnsupportedSecurityToken", "UnsupportedAlgorithm"),
    *("MessageExpired", "BadContextToken"),
}
_ASKED_WRONGLY: Final = {
    *("Client", "Sender", "DataEncodingUnknown", "ActionNotSupported", "DestinationUnreachable"),
    *("ActionMismatch", "InvalidAddressingHeader", "MessageAddressingHeaderRequired"),
}
_MEANINGS: Final = (
    (_CREDENTIALS, "does not accept the name and password, or the clocks differ"),
    ({"VersionMismatch"}, "speaks another version of SOAP than `soap:` in the requests file says"),
    ({"MustUnderstand"}, "does not know a header that the question has, such as WS-Security"),
    (_ASKED_WRONGLY, "refuses how it is asked"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: its codes from the general to the special, the names in its detail, its reason."""

    codes: tuple[str, ...]
    details: tuple[str, ...]
    reason: str  # the service's own words, which go nowhere

    def is_one_of(self, told: Sequence[str]) -> bool:
        """Say whether a code or detail is one of those, or the reason contains one.

        A refused caller is told of as such, even where the reason is that `user not found`.
        """
        names = {*self.codes, *self.details}
        if not _CREDENTIALS.isdisjoint(names):
            return False
        reason = self.reason.casefold()
        return any(one in names or one.casefold() in reason for one in told)

    def error(self) -> JmsMisconfiguredError | JmsUnavailableError:
        """Return what it means where it means nothing special: asked wrongly, or out of order."""
        for codes, meaning in _MEANINGS:
            if not codes.isdisjoint({*self.codes, *self.details}):
                return misconfigured(f"{meaning} (fault {self._named()})")
        return JmsUnavailableError(
            f"The jail management system answers with a fault ({self._named()}); try again."
        )

    def _named(self) -> str:
        named = (*self.codes, *self.details)
        return next((name for name in reversed(named) if _CODE.fullmatch(name)), "unnamed")


def fault_in(blocks: Sequence[Element]) -> Fault | None:
    """Return the fault in a body, if it holds one."""
    for block in blocks:
        if block.tag == f"{_V11}Fault":
            return _of_v11(block)
        if block.tag == f"{_V12}Fault":
            return _of_v12(block)
    return None


def _of_v11(fault: Element) -> Fault:
    code = _local(fault.findtext("faultcode") or fault.findtext(f"{_V11}faultcode"))
    parts = code.split(".")[:_MOST_CODES]
    codes = dict.fromkeys([*parts, code])
    reason = fault.findtext("faultstring") or ""
    return Fault(tuple(codes), _details(fault.find("detail")), reason)


def _of_v12(fault: Element) -> Fault:
    codes, code = list[str](), fault.find(f"{_V12}Code")
    while code is not None and len(codes) < _MOST_CODES:
        codes.append(_local(code.findtext(f"{_V12}Value")))
        code = code.find(f"{_V12}Subcode")
    reasons = [text.text or "" for text in fault.iterfind(f"{_V12}Reason/{_V12}Text")]
    return Fault(tuple(codes), _details(fault.find(f"{_V12}Detail")), " ".join(reasons))


def _details(detail: Element | None) -> tuple[str, ...]:
    children = [] if detail is None else list(detail)[:_MOST_CODES]
    return tuple(etree.QName(child).localname for child in children)


def _local(name: str | None) -> str:
    """Return the local part of a qualified name."""
    return (name or "").strip().rpartition(":")[2]
