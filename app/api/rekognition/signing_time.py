"""When a request says that it was signed."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.api.rekognition.errors import Refusal

_STAMP = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_FORM = "%Y%m%dT%H%M%SZ"


def stamp_of(time: datetime) -> str:
    """Return a time as signatures have it: 20150830T123600Z."""
    return time.astimezone(UTC).strftime(_FORM)


def time_of(x_amz_date: str | None, date: str | None) -> datetime:
    """Return the time in X-Amz-Date, or in Date where that is missing; raises Refusal."""
    text = x_amz_date if x_amz_date is not None else date or ""
    try:
        if _STAMP.fullmatch(text):
            return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
        if x_amz_date is None:
            return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal(
        "IncompleteSignatureException",
        "Date must be in ISO-8601 'basic format', as in 20150830T123600Z.",
    )
