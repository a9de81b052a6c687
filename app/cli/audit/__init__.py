"""`candid audit`: opens the records itself, beside a running service or without one."""

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TextIO
from zoneinfo import ZoneInfo

import typer

from app.api.schemas.audit_report import AuditReportOut
from app.cli.audit.heads import head_of, keep_head
from app.cli.audit.report import shown_report
from app.cli.audit.times import DATE, times_of
from app.cli.audit.verified import shown_verified, verified_as_json
from app.cli.console import CommandError, console, tell, told
from app.cli.who import command_line
from app.domain.audit_chain import ChainHead
from app.domain.audit_report import AuditReport
from app.domain.office_hours import OfficeHours, last_week
from app.services.audit.sign_head import SignedHead
from app.services.audit.verify_audit import Verified
from app.services.recorded import utc_now
from app.settings import Settings
from app.wiring.audit import opened_audit, signer_of
from app.wiring.secret import secret_of

audit = typer.Typer(help="Who did what: verify the record, keep its head, export it, report.")

_FOUND = 1  # 2 is any error
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]
_Since = Annotated[
    datetime | None, typer.Option(formats=DATE, metavar="TIME", help="From this time or day on.")
]
_Until = Annotated[
    datetime | None, typer.Option(formats=DATE, metavar="TIME", help="To before this time or day.")
]


@audit.command()
def verify(
    head: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A signed head that was kept elsewhere; repeatable."),
    ] = None,
    public_key: Annotated[
        str | None, typer.Option(metavar="BASE64", help="Whose heads count; else this service's.")
    ] = None,
    *,
    json: _Json = False,
) -> None:
    """Follow the chain of hashes from the first record, and hold it against signed heads.

    Exit code: 0 every record is the one that was written, 1 some are not, 2 an error.
    """
    settings = Settings.read()
    trusted = public_key or signer_of(settings, secret_of(settings)).public_key
    signed = [head_of(file, trusted) for file in head or ()]
    verified = asyncio.run(_verified(settings, signed))
    if json:
        console.print_json(data=verified_as_json(verified))
    else:
        for line in shown_verified(verified, signed):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not verified.recorded:
        tell("The audit cannot be written now: that it was verified is not recorded.")
    sys.exit(_FOUND if verified.found else 0)


@audit.command()
def head(
    to: Annotated[
        Path | None, typer.Option(help="A directory, or a file that is not there yet.")
    ] = None,
) -> None:
    """Sign how far the audit goes, to be kept where nobody who can write here can write."""
    signed = asyncio.run(_head(Settings.read()))
    if to is None:
        console.print_json(data=signed)
    else:
        tell(f"Kept in {keep_head(signed, to)}.")


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(help="Not there yet; - writes to standard output.")],
    since: _Since = None,
    until: _Until = None,
) -> None:
    """Write records and a signed head, for anybody to verify without this program."""
    settings = Settings.read()
    times = times_of(settings.time_zone, since, until)
    with _opened(file) as out:
        records = asyncio.run(_export(settings, times, out))
    tell(f"{records} records written. docs/audit.md says how to verify them elsewhere.")


@audit.command()
def report(
    *,
    week: Annotated[
        bool, typer.Option("--week", help="The last whole week, Monday to Sunday.")
    ] = False,
    since: _Since = None,
    until: _Until = None,
    hours: Annotated[
        str | None, typer.Option(help="Office hours, such as `mon-fri 07:00-19:00`.")
    ] = None,
    json: _Json = False,
) -> None:
    """Tell who searched how much and what for, off hours, repeated probes, denied attempts.

    Without a time it is about the last seven days.
    """
    if week and (since or until):
        raise CommandError("--week contradicts --since and --until.")
    settings = Settings.read()
    zone = ZoneInfo(settings.time_zone)
    try:
        office = OfficeHours.parsed(hours or settings.audit.office_hours, zone)
    except ValueError as error:
        raise CommandError(f"--hours: {error}") from error
    now = utc_now()
    begin, end = last_week(now, zone) if week else times_of(settings.time_zone, since, until)
    end = end or now
    made = asyncio.run(_report(settings, begin or end - timedelta(days=7), end, office))
    if json:
        console.print_json(AuditReportOut.of(made).model_dump_json())
    else:
        shown_report(made, console)


async def _verified(settings: Settings, signed: Sequence[ChainHead]) -> Verified:
    async with opened_audit(settings) as services:
        with told.status("Verifying") as status:
            return await services.verify(
                command_line(),
                signed=signed,
                progress=lambda done, every: status.update(f"Verifying {done} of {every}"),
            )


async def _head(settings: Settings) -> SignedHead:
    async with opened_audit(settings) as services:
        return await services.sign_head(command_line())


async def _export(
    settings: Settings, times: tuple[datetime | None, datetime | None], out: TextIO
) -> int:
    lines = 0
    async with opened_audit(settings) as services:
        async for text in services.export(command_line(), *times):
            out.write(text)
            lines += text.count("\n")
    return lines - 2


async def _report(
    settings: Settings, since: datetime, until: datetime, hours: OfficeHours
) -> AuditReport:
    async with opened_audit(settings) as services:
        return await services.report(command_line(), since, until, hours)


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdout
        return
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as out:
            yield out
    except BaseException:
        file.unlink()  # half an export is none
        raise
