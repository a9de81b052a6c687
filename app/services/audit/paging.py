"""The audit in pages, each read by itself: flat memory, and nothing is held up."""

from collections.abc import AsyncIterator

from app.domain.audit_record import AuditRecord
from app.ports.records import Records

PAGE = 1000
"""Checked in about ten milliseconds, for which the service answers nobody else."""


async def pages(records: Records, after: int, last: int) -> AsyncIterator[list[AuditRecord]]:
    """Give the records after a number up to `last`, in order."""
    while after < last:
        async with records.view() as view:
            found = await view.audit.page(after, min(PAGE, last - after))
        page = [one for one in found if one.number <= last]
        if not page:
            return
        yield page
        after = page[-1].number
