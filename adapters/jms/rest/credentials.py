"""What a JMS on the web wants to see of a caller, where that changes: OAuth2 access tokens."""

import base64
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Literal, Protocol
from urllib.parse import quote, urlencode

import anyio
import httpx
import structlog
from typing_extensions import override

from adapters.jms.rest.answers import body_of, is_passing
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError

LARGEST_TOKEN: Final = 100_000
"""Bytes of the answer with a token."""

UNTOLD_SECONDS: Final = 300.0
"""That a token lives whose answer does not say."""

_LIFE: Final = 0.8
"""Of its time: then a token is renewed, while the old one still serves."""

_LONGEST: Final = 30 * 86_400.0
_BETWEEN_REFUSALS: Final = 10.0
"""Seconds: a JMS that refuses every token costs one renewal in this time."""

_BETWEEN_RENEWALS: Final = 10.0
"""Seconds: while no token is given, one caller in this time asks for one; the others have it."""

_SHARE: Final = 1 / 3
"""Of the time that an answer may take: a renewal must leave enough to ask with the old token."""

_log = structlog.get_logger()
_CHECK: Final = "check CANDID_JMS__AUTH__TOKEN_URL, CLIENT_ID and CLIENT_SECRET"


class Credentials(Protocol):
    """Headers that each question carries besides those of the client."""

    async def headers(self) -> Mapping[str, str]:
        """Return them; raises JmsUnavailableError and JmsMisconfiguredError."""
        ...

    async def are_new(self, refused: Mapping[str, str]) -> bool:
        """Say, of headers that the JMS refused, whether there are others to try once."""
        ...


class ClientsOwn(Credentials):
    """None besides those of the client."""

    @override
    async def headers(self) -> Mapping[str, str]:
        return {}

    @override
    async def are_new(self, refused: Mapping[str, str]) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A client that is registered with an OAuth2 server."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None
    audience: str | None = None
    sent_in: Literal["header", "body"] = "header"  # client_secret_basic or client_secret_post


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    renew_at: float  # on the monotonic clock
    ends_at: float


class ClientCredentials(Credentials):
    """OAuth2 client credentials (RFC 6749, 4.4); the caller owns the HTTP client.

    A token is renewed before it ends, by one caller, while the others go on with the one there is.
    That serves until its end whatever the server of tokens does: hang, refuse or be away. One that
    the JMS refuses is renewed once.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        registered: OAuthClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._clock = clock
        self._registered = registered
        self._token: _Token | None = None
        self._renewing = anyio.Lock()
        self._refused_at = self._renewed_at = -math.inf

    @override
    async def headers(self) -> Mapping[str, str]:
        return _bearing(await self._current())

    @override
    async def are_new(self, refused: Mapping[str, str]) -> bool:
        async with self._renewing:
            if self._token is None or _bearing(self._token) != refused:
                return True
            now = self._clock()
            if now - self._refused_at < _BETWEEN_REFUSALS:
                return False
            self._token = await self._fetched()
            self._refused_at = now
            return True

    async def _current(self) -> _Token:
        token = self._valid()
        if token is not None and (self._renewing.locked() or not self._is_due(token)):
            return token
        async with self._renewing:
            token = self._valid()
            if token is None:
                self._token = await self._fetched()
            elif self._is_due(token):
                self._token = await self._renewed(token)
            else:
                return token
            return self._token

    def _valid(self) -> _Token | None:
        token = self._token
        return token if token is not None and self._clock() < token.ends_at else None

    def _is_due(self, token: _Token) -> bool:
        now = self._clock()
        return now >= token.renew_at and now - self._renewed_at >= _BETWEEN_RENEWALS

    async def _renewed(self, token: _Token) -> _Token:
        """Return a new token, or the one there is where none is given in time."""
        self._renewed_at = self._clock()
        seconds = self._client.timeout.read
        try:
            with anyio.fail_after(None if seconds is None else _SHARE * seconds):
                return await self._fetched()
        except (TimeoutError, JmsUnavailableError, JmsMisconfiguredError) as error:
            _log.warning("jms_token_not_renewed", reason=str(error) or "no answer in time")
            return token

    async def _fetched(self) -> _Token:
        registered = self._registered
        said = {"grant_type": "client_credentials"}
        said |= {"scope": registered.scope} if registered.scope else {}
        said |= {"audience": registered.audience} if registered.audience else {}
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if registered.sent_in == "body":
            said |= {"client_id": registered.client_id, "client_secret": registered.client_secret}
        else:
            headers["Authorization"] = _basic(registered.client_id, registered.client_secret)
        asked = self._client.stream(
            "POST",
            registered.token_url,
            content=urlencode(said),
            headers=headers,
            follow_redirects=False,
        )
        try:
            async with asked as response:
                return await _token_of(response, self._clock())
        except httpx.HTTPError as error:
            raise JmsUnavailableError(
                "The server that gives tokens for the jail management system does not answer."
            ) from error


async def _token_of(response: httpx.Response, now: float) -> _Token:
    if is_passing(response.status_code):
        raise JmsUnavailableError(
            "The server that gives tokens for the jail management system is busy or broken "
            f"(status {response.status_code})."
        )
    if response.status_code != HTTPStatus.OK:
        raise _refused(f"answers with status {response.status_code}")
    try:
        said: object = json.loads(await body_of(response, LARGEST_TOKEN))
    except (ValueError, RecursionError) as error:
        raise _refused("answers with no JSON") from error
    if not isinstance(said, dict):
        raise _refused("answers with no JSON object")
    value, kind = said.get("access_token"), said.get("token_type", "Bearer")
    if not isinstance(value, str) or not value or not _fits_a_header(value):
        raise _refused("answers without an access_token that can be sent")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise _refused("gives another kind of token than a bearer token")
    seconds = _seconds(said.get("expires_in"))
    return _Token(value, now + _LIFE * seconds, now + seconds)


def _seconds(said: object) -> float:
    try:
        seconds = float(str(said))
    except ValueError:
        return UNTOLD_SECONDS
    return min(seconds, _LONGEST) if seconds > 0 else 0.0


def _bearing(token: _Token) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token.value}"}


def _fits_a_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


def _basic(client_id: str, secret: str) -> str:
    """Return the header of RFC 6749, 2.3.1: both are form-encoded first."""
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _refused(what: str) -> JmsMisconfiguredError:
    return JmsMisconfiguredError(
        f"The server that gives tokens for the jail management system {what}; {_CHECK}."
    )
