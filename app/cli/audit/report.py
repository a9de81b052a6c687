"""The report, told to people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.domain.audit_report import AuditReport, Volume

_WIDTH = 80
_SHOWN = 20
_SHA256 = 12  # characters that are shown of it
_WHOLE = {"purpose", "action", "why"}  # our own words, none of them long


def shown_report(report: AuditReport, console: Console) -> None:
    """Tell people, at most 80 columns wide."""
    zone = report.hours.zone
    console.print(
        f"From {_minute(report.since.astimezone(zone))} to before "
        f"{_minute(report.until.astimezone(zone))} ({zone}): {report.records} records.",
        markup=False,
        highlight=False,
    )
    for table in (_searches(report), _other(report), _probes(report), _denied(report)):
        if table.row_count:
            console.print(table, width=_WIDTH)
        else:
            console.print(f"{table.title}: none.", markup=False, highlight=False)
    for (action, outcome), times in report.failed.most_common():
        console.print(f"{action} failed with {outcome}: {times}", markup=False, highlight=False)
    if report.unreadable:
        console.print(f"{report.unreadable} records cannot be read: `candid audit verify`.")


def _searches(report: AuditReport) -> Table:
    table = _table("Searches", ("user", "for", "purpose"), ("times", "off hours", "no case"))
    ranked = sorted(report.searches.items(), key=lambda one: (-one[1].times, one[0].user))
    for who, count in ranked:
        numbers = (str(count.times), str(count.off_hours), str(count.without_case))
        table.add_row(*map(escape, (who.user, who.on_behalf_of, who.purpose)), *numbers)
    return table


def _other(report: AuditReport) -> Table:
    table = _table("Everything else", ("user", "action"), ("times", "off hours"))
    for (user, action), count in _most(report.other):
        table.add_row(escape(user), escape(action), str(count.times), str(count.off_hours))
    return table


def _probes(report: AuditReport) -> Table:
    title = "Photos that were searched more than once"
    table = _table(title, ("photo's SHA-256", "users", "cases"), ("times",))
    for sha256, probed in report.repeated()[:_SHOWN]:
        who, why = (escape(", ".join(sorted(some))) for some in (probed.users, probed.cases))
        table.add_row(escape(sha256[:_SHA256]), who, why, str(probed.times))
    if (more := len(report.repeated()) - _SHOWN) > 0:
        table.caption = f"and {more} more, which --json lists"
    return table


def _denied(report: AuditReport) -> Table:
    table = _table("Denied attempts", ("user", "address", "action", "why"), ("times",))
    for who, times in report.denied.most_common():
        table.add_row(*map(escape, (who.user, who.address, who.action, who.outcome)), str(times))
    return table


def _table(title: str, texts: Iterable[str], numbers: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for text in texts:
        table.add_column(text, overflow="fold", no_wrap=text in _WHOLE)
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def _most(counts: Mapping[tuple[str, str], Volume]) -> Sequence[tuple[tuple[str, str], Volume]]:
    return sorted(counts.items(), key=lambda one: (-one[1].times, one[0]))


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
