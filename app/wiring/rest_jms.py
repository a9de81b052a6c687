"""A jail management system on the web."""

import base64
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from zoneinfo import ZoneInfo

import httpx

from adapters.field_mapping import FieldMapping
from adapters.jms.rest import (
    BookingCalls,
    ClientCredentials,
    Credentials,
    Elsewhere,
    OAuthClient,
    PhotoCalls,
    RestJms,
    RestShape,
)
from adapters.web import CheckedTransport, NamedHosts
from app.domain.errors import JmsMisconfiguredError
from app.settings import PREFIX, RestJmsSettings, SettingsError
from app.wiring.jms_tls import tls_to_jms
from app.wiring.tls import trust

_SHARE = 0.75
"""Of the deadline: one booking that hangs must not cost the others theirs."""

_HOSTS = f"{PREFIX}JMS__PHOTOS__HOSTS"


async def open_rest_jms(
    chosen: RestJmsSettings, zone: ZoneInfo, seconds: float, stack: AsyncExitStack
) -> RestJms:
    """Connect it; of the `seconds` that a search waits, one answer has a share.

    Raises SettingsError for a mapping, an expression or a certificate that cannot be used.
    """
    try:
        tls = tls_to_jms(chosen.tls)
        client = await stack.enter_async_context(_client(chosen, tls, _SHARE * seconds))
        return RestJms(
            client,
            chosen.concurrency,
            zone,
            chosen.import_seconds,
            _shape(chosen),
            await _credentials(chosen, tls, _SHARE * seconds, stack),
            await _elsewhere(chosen, stack),
        )
    except JmsMisconfiguredError as error:
        raise SettingsError(str(error)) from error


def _shape(chosen: RestJmsSettings) -> RestShape:
    hosts = {"hosts", "private_hosts"}
    return RestShape(
        BookingCalls(**chosen.bookings.model_dump()),
        PhotoCalls(**chosen.photos.model_dump(exclude=hosts)),
        FieldMapping.load(chosen.mapping) if chosen.mapping else None,
    )


def _client(chosen: RestJmsSettings, tls: ssl.SSLContext, seconds: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=str(chosen.base_url),
        headers=_headers(chosen),
        verify=tls,
        timeout=seconds,
        limits=httpx.Limits(max_connections=2 * chosen.concurrency),
        follow_redirects=False,
        trust_env=False,
    )


def _headers(chosen: RestJmsSettings) -> Mapping[str, str]:
    """Return the credentials that never change."""
    headers, auth = dict[str, str](), chosen.auth
    if auth.api_key is not None:
        headers[auth.api_key_header] = auth.api_key.get_secret_value()
    if chosen.token is not None and chosen.token.get_secret_value():
        headers["Authorization"] = f"Bearer {chosen.token.get_secret_value()}"
    if auth.username is not None and auth.password is not None:
        pair = f"{auth.username}:{auth.password.get_secret_value()}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return headers


async def _credentials(
    chosen: RestJmsSettings, tls: ssl.SSLContext, seconds: float, stack: AsyncExitStack
) -> Credentials | None:
    auth = chosen.auth
    if auth.token_url is None or auth.client_id is None or auth.client_secret is None:
        return None
    client = httpx.AsyncClient(verify=tls, timeout=seconds, follow_redirects=False, trust_env=False)
    registered = OAuthClient(
        str(auth.token_url),
        auth.client_id,
        auth.client_secret.get_secret_value(),
        auth.scope,
        auth.audience,
        auth.sent_in,
    )
    return ClientCredentials(await stack.enter_async_context(client), registered)


async def _elsewhere(chosen: RestJmsSettings, stack: AsyncExitStack) -> Elsewhere:
    """Return where photos may be besides the JMS; our certificate is not shown there."""
    photos, ca_file = chosen.photos, chosen.tls.ca_file
    hosts = NamedHosts(photos.hosts | photos.private_hosts, _HOSTS)
    if not hosts:
        return Elsewhere(None, hosts)
    tls = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        trust(tls, ca_file, "JMS__TLS__CA_FILE")

    def connect() -> httpx.AsyncHTTPTransport:
        limits = httpx.Limits(max_connections=chosen.concurrency)
        return httpx.AsyncHTTPTransport(verify=tls, limits=limits, trust_env=False)

    private = NamedHosts(photos.private_hosts, f"{PREFIX}JMS__PHOTOS__PRIVATE_HOSTS")
    client = httpx.AsyncClient(
        transport=CheckedTransport(connect, private.names),
        follow_redirects=False,
        trust_env=False,
    )
    return Elsewhere(await stack.enter_async_context(client), hosts)
