"""The error for an answer that no retry will mend."""

from app.domain.errors import JmsMisconfiguredError

_CHECK = "check CANDID_JMS__SERVICE_URL, CANDID_JMS__REQUESTS and the credentials"


class AnswerTooLargeError(JmsMisconfiguredError):
    """An answer with more bytes than it can have; of a photo, only that one is too large."""


class TooManyRecordsError(ValueError):
    """An expression gives more elements than are read."""


def misconfigured(what: str, check: str = _CHECK) -> JmsMisconfiguredError:
    """Return the error; `what` is in our own words, never in those of the answer."""
    return JmsMisconfiguredError(f"The jail management system {what}; {check}.")


def too_large(most: int) -> AnswerTooLargeError:
    """Return the error for an answer of more bytes than `most`."""
    return AnswerTooLargeError(
        f"The jail management system answers with more than {most:,} bytes; {_CHECK}."
    )
