"""The error for an answer that no retry will mend."""

from app.domain.errors import JmsMisconfiguredError

_CHECK = "check CANDID_JMS__SERVICE_URL, CANDID_JMS__REQUESTS and the credentials"


class AnswerTooLargeError(Exception):
    """The cause of an error: an answer with more bytes than it can have, of a photo perhaps."""


class TooManyRecordsError(ValueError):
    """An expression gives more elements than are read."""


def misconfigured(what: str, check: str = _CHECK) -> JmsMisconfiguredError:
    """Return the error; `what` is in our own words, never in those of the answer."""
    return JmsMisconfiguredError(f"The jail management system {what}; {check}.")
