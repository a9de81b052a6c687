"""What an agency looks at every week: who asked how much and why, when, and who was refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain import errors
from app.domain.audit import AuditAction
from app.domain.audit_record import AuditRecord
from app.domain.office_hours import OfficeHours

_SEARCHES = {AuditAction.SEARCH, AuditAction.COMPARE}

DENIALS = frozenset(
    kind.code
    for kind in (
        errors.UnauthenticatedError,
        errors.LockedOutError,
        errors.RateLimitedError,
        errors.OnBehalfOfRequiredError,
        errors.ScopeMissingError,
        errors.ScopeNotHeldError,
        errors.AuditAloneError,
        errors.ProviderTermsError,
        errors.PurposeRequiredError,
        errors.CaseNumberRequiredError,
        errors.PurposeNotAllowedError,
        errors.PolicyFieldMissingError,
        errors.PolicyFieldRefusedError,
        errors.ForeignOriginError,
        errors.LinkExpiredError,
        errors.RecordWithheldError,
    )
)
"""Outcomes of attempts that were not allowed; what failed otherwise is counted apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who searched what for."""

    user: str
    on_behalf_of: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Denied:
    """Who was refused what, and why."""

    user: str
    address: str
    action: str
    outcome: str


@dataclass(slots=True)
class Volume:
    """How often something was asked."""

    times: int = 0
    off_hours: int = 0
    without_case: int = 0


@dataclass(slots=True)
class Probed:
    """One photo that was searched."""

    times: int = 0
    users: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)


@dataclass(slots=True)
class AuditReport:
    """Takes records one by one; what it keeps grows with people and probes, not with records."""

    since: datetime
    until: datetime
    hours: OfficeHours
    records: int = 0
    unreadable: int = 0
    searches: dict[Asked, Volume] = field(default_factory=dict)
    other: dict[tuple[str, str], Volume] = field(default_factory=dict)  # user, action
    denied: Counter[Denied] = field(default_factory=Counter)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)  # action, outcome
    _probes: dict[str, Probed] = field(default_factory=dict)

    def add(self, record: AuditRecord) -> None:
        """Take a record; one of another time is left out."""
        said = record.fields
        try:
            at = datetime.fromisoformat(said["at"])
            is_meant = self.since <= at < self.until
        except (KeyError, TypeError, ValueError):
            self.unreadable += 1
            return
        if is_meant:
            self.records += 1
            self._count(said, is_off=not self.hours.contain(at))

    def repeated(self) -> list[tuple[str, Probed]]:
        """Return the photos that were searched more than once, the most searched first."""
        twice = [one for one in self._probes.items() if one[1].times > 1]
        return sorted(twice, key=lambda one: (-one[1].times, one[0]))

    def _count(self, said: Mapping[str, Any], *, is_off: bool) -> None:
        user, action = _told(said, "actor"), _told(said, "action")
        outcome = _told(said, "outcome")
        if outcome in DENIALS or action == AuditAction.AUTHENTICATE:
            self.denied[Denied(user, _told(said, "address"), action, outcome)] += 1
            return
        if outcome != "answered":
            self.failed[action, outcome] += 1
        if action in _SEARCHES:
            asked = Asked(user, _told(said, "on_behalf_of"), _told(said, "purpose"))
            volume = self.searches.setdefault(asked, Volume())
            volume.without_case += "case_number" not in said
            self._probe(said, user)
        else:
            volume = self.other.setdefault((user, action), Volume())
        volume.times += 1
        volume.off_hours += is_off

    def _probe(self, said: Mapping[str, Any], user: str) -> None:
        if sha256 := said.get("photo_sha256"):
            probed = self._probes.setdefault(str(sha256), Probed())
            probed.times += 1
            probed.users.add(user)
            if case := said.get("case_number"):
                probed.cases.add(str(case))


def _told(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "")
