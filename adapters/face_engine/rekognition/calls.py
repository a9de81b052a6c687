"""Calls at the pace that the quota allows, made again where that can help.

The client's own retries are to be off (`total_max_attempts` 1): they know neither the quota nor
the deadline.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own family
    HTTPClientError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from adapters.face_engine.rekognition.errors import error_code
from app.domain.errors import EngineUnavailableError
from app.ports.call_quota import CallQuota

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

_SERVER_ERROR = 500
_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_PASSING = {
    "InternalServerError",
    "LimitExceededException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
}
_OF_S3 = "S3 download"
"""Rekognition says "S3 download limit exceeded" under the name of its own throttling."""

Answer = TypeVar("Answer")


class GovernedCalls:
    """Makes calls of one client, each with all its attempts within `seconds`."""

    def __init__(self, quota: CallQuota, seconds: float = 30.0) -> None:
        self._quota = quota
        self._seconds = seconds

    async def __call__(
        self, operation: str, call: Callable[[], Awaitable[Answer]], *, urgent: bool = False
    ) -> Answer:
        """Return the call's answer; somebody waits for an urgent one, so it passes all others.

        Raises the call's own error where another attempt cannot help or the time is over, and
        EngineUnavailableError where the call had no turn in that time. An attempt whose answer was
        lost may have been carried out: `call` must be harmless when it is made again.
        """
        failed: list[Exception] = []
        try:
            async with asyncio.timeout(self._seconds):
                return await self._attempted(operation, call, failed, urgent=urgent)
        except TimeoutError as late:
            raise failed[-1] if failed else EngineUnavailableError() from late

    async def _attempted(
        self,
        operation: str,
        call: Callable[[], Awaitable[Answer]],
        failed: list[Exception],
        *,
        urgent: bool,
    ) -> Answer:
        attempt = 0
        while True:
            admission = await self._quota.admitted(operation, urgent=urgent)
            try:
                return await call()
            except Exception as error:
                if not may_pass(error):
                    raise
                failed.append(error)
                if was_throttled(error):
                    await self._quota.throttled(admission)
            await asyncio.sleep(pause(attempt))
            attempt += 1


def pause(attempt: int) -> float:
    """Return how long to wait after this attempt: "full jitter", anything up to an exponential.

    See Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(attempt, 16))
    return random.uniform(0, longest)  # noqa: S311 - no secret


def was_throttled(error: Exception) -> bool:
    """Say whether the operation's quota was exceeded."""
    return (
        isinstance(error, ClientError)
        and error_code(error) in _THROTTLED
        and _OF_S3 not in str(error)
    )


def may_pass(error: Exception) -> bool:
    """Say whether the same call may succeed in a moment."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error_code(error) in _THROTTLED | _PASSING or status >= _SERVER_ERROR
    if isinstance(error, SSLError):
        return False
    return isinstance(error, ConnectionError | HTTPClientError | ResponseParserError | OSError)
