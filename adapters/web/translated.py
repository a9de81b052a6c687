"""What goes wrong on the way to a JMS on the web, in the port's own errors."""

import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio
import httpx

from app.domain.errors import JmsMisconfiguredError, JmsTimeoutError, JmsUnavailableError


@asynccontextmanager
async def translated_errors(
    seconds: float | None, misconfigured: Callable[[str], JmsMisconfiguredError]
) -> AsyncGenerator[None]:
    """Allow so many seconds, and raise only JmsUnavailableError and JmsMisconfiguredError.

    `misconfigured` makes the latter of what the JMS does, and names the settings to check.
    """
    try:
        with anyio.fail_after(seconds):
            yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise misconfigured("has no address that can be asked") from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise JmsTimeoutError from error
    except httpx.HTTPError as error:
        if _certificate_refused(error):
            raise misconfigured("has a certificate that cannot be trusted") from error
        raise JmsUnavailableError from error


def _certificate_refused(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
