"""A jail management system that speaks SOAP."""

from contextlib import AsyncExitStack
from zoneinfo import ZoneInfo

import httpx
import structlog

from adapters.field_mapping import FieldMapping
from adapters.jms.soap import PasswordForm, RequestsFile, SoapJms, SoapService, UsernameToken
from app.domain.access import is_loopback
from app.domain.errors import JmsMisconfiguredError
from app.settings import SettingsError, SoapJmsSettings
from app.wiring.jms_tls import tls_to_jms

log = structlog.get_logger(__name__)

_SHARE = 0.75
"""Of the deadline: one booking that hangs must not cost the others theirs."""


async def open_soap_jms(
    chosen: SoapJmsSettings, zone: ZoneInfo, seconds: float, stack: AsyncExitStack
) -> SoapJms:
    """Connect it; of the `seconds` that a search waits, one answer has a share.

    Raises SettingsError, which names file, line and column, for files that cannot be used.
    """
    _warn_of_a_readable_password(chosen)
    client = await stack.enter_async_context(_client(chosen, _SHARE * seconds))
    try:
        return SoapJms(client, _service(chosen), zone, chosen.concurrency, chosen.import_seconds)
    except JmsMisconfiguredError as error:
        raise SettingsError(str(error)) from error


def _client(chosen: SoapJmsSettings, seconds: float) -> httpx.AsyncClient:
    auth = chosen.auth
    basic = None
    if auth.form == "http_basic" and auth.username is not None and auth.password is not None:
        basic = httpx.BasicAuth(auth.username, auth.password.get_secret_value())
    return httpx.AsyncClient(
        auth=basic,
        verify=tls_to_jms(chosen.tls),
        timeout=seconds,
        limits=httpx.Limits(max_connections=2 * chosen.concurrency),
        follow_redirects=False,
        trust_env=False,
    )


def _service(chosen: SoapJmsSettings) -> SoapService:
    return SoapService(
        httpx.URL(str(chosen.service_url)),
        RequestsFile.load(chosen.requests),
        FieldMapping.load(chosen.mapping) if chosen.mapping else None,
        _token(chosen),
    )


def _token(chosen: SoapJmsSettings) -> UsernameToken | None:
    auth = chosen.auth
    if auth.username is None or auth.password is None or auth.form == "http_basic":
        return None
    password = auth.password.get_secret_value()
    return UsernameToken(auth.username, password, PasswordForm(auth.form), auth.timestamp)


def _warn_of_a_readable_password(chosen: SoapJmsSettings) -> None:
    is_readable = chosen.auth.password is not None and chosen.auth.form != "digest"
    url = chosen.service_url
    if is_readable and url.scheme == "http" and not is_loopback(url.host or ""):
        log.warning("jms_password_in_the_clear", told="use https, or CANDID_JMS__AUTH__FORM=digest")
