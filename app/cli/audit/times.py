"""Times as they are typed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.cli.console import CommandError

DATE = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def times_of(
    zone: str, since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """Put times that name no zone on the agency's clock; CommandError where they cross."""
    local = ZoneInfo(zone)
    begin, end = (
        one and (one if one.tzinfo else one.replace(tzinfo=local)) for one in (since, until)
    )
    if begin and end and end <= begin:
        raise CommandError("--until is not after --since.")
    return begin, end
