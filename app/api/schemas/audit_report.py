"""The audit's report on the wire: counts, of who asked what how often."""

from typing import Self

from pydantic import Field

from app.api.schemas.wire import Moment, Wire
from app.domain.audit_report import Asked, AuditReport, Denied, Probed, Volume


class SearchedOut(Wire):
    """How often somebody searched for a purpose."""

    user: str
    on_behalf_of: str = Field(description="Empty where nobody was named.")
    purpose: str
    times: int
    off_hours: int = Field(description="Of those, outside office hours.")
    without_case: int = Field(description="Of those, without a case number.")

    @classmethod
    def of(cls, who: Asked, count: Volume) -> Self:
        """Render a count."""
        return cls(
            user=who.user,
            on_behalf_of=who.on_behalf_of,
            purpose=who.purpose,
            times=count.times,
            off_hours=count.off_hours,
            without_case=count.without_case,
        )


class DoneOut(Wire):
    """How often somebody did something else."""

    user: str
    action: str
    times: int
    off_hours: int


class RepeatedProbeOut(Wire):
    """A photo that was searched more than once."""

    photo_sha256: str
    times: int
    users: list[str]
    cases: list[str]

    @classmethod
    def of(cls, sha256: str, probed: Probed) -> Self:
        """Render a photo."""
        users, cases = sorted(probed.users), sorted(probed.cases)
        return cls(photo_sha256=sha256, times=probed.times, users=users, cases=cases)


class DeniedOut(Wire):
    """How often somebody was refused something, and why."""

    user: str
    address: str
    action: str
    outcome: str = Field(description="The code of the problem.")
    times: int

    @classmethod
    def of(cls, who: Denied, times: int) -> Self:
        """Render a count."""
        return cls(
            user=who.user,
            address=who.address,
            action=who.action,
            outcome=who.outcome,
            times=times,
        )


class FailedOut(Wire):
    """How often something failed otherwise."""

    action: str
    outcome: str
    times: int


class AuditReportOut(Wire):
    """What an agency looks at every week."""

    since: Moment
    until: Moment = Field(description="To before this time.")
    records: int
    unreadable: int = Field(description="Records that cannot be read: verify the audit.")
    searches: list[SearchedOut]
    other: list[DoneOut]
    repeated_probes: list[RepeatedProbeOut] = Field(description="The most searched first.")
    denied: list[DeniedOut] = Field(description="Most first.")
    failed: list[FailedOut] = Field(description="Most first.")

    @classmethod
    def of(cls, report: AuditReport) -> Self:
        """Render a report."""
        return cls(
            since=report.since,
            until=report.until,
            records=report.records,
            unreadable=report.unreadable,
            searches=[SearchedOut.of(*one) for one in report.searches.items()],
            other=[
                DoneOut(user=user, action=action, times=count.times, off_hours=count.off_hours)
                for (user, action), count in report.other.items()
            ],
            repeated_probes=[RepeatedProbeOut.of(*one) for one in report.repeated()],
            denied=[DeniedOut.of(*one) for one in report.denied.most_common()],
            failed=[
                FailedOut(action=action, outcome=outcome, times=times)
                for (action, outcome), times in report.failed.most_common()
            ],
        )
