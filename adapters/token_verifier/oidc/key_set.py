"""The provider's keys: kept, renewed, looked for again when one is unknown, and not for ever."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from adapters.token_verifier.oidc.provider import Provider
from adapters.token_verifier.oidc.public_keys import PublicKey, usable_keys
from app.domain.errors import CandidError, IdentityProviderUnavailableError

FRESH_SECONDS: Final = 600.0
"""So old, keys are renewed, while calls go on with those that are there."""

KEPT_SECONDS: Final = 7200.0
"""So long keys count that a provider which is away does not confirm: longer than a token lives."""

LOOK_AGAIN_SECONDS: Final = 30.0
"""At most so often the provider is asked because of a key that is not known."""

RETRY_SECONDS: Final = 5.0
"""After a failure nobody waits for the provider again before so long."""

_log = structlog.get_logger(__name__)


class KeySet:
    """One set for all who ask; at most one question to the provider is under way."""

    def __init__(self, provider: Provider, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._clock = clock
        self._keys: tuple[PublicKey, ...] = ()
        self._described: Mapping[str, object] = {}
        self._had_at: float | None = None
        self._tried_at: float | None = None
        self._failure: CandidError | None = None
        self._renewal: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """Return the key; None: the provider has no such key.

        Raises IdentityProviderUnavailableError and IdentityProviderMisconfiguredError where the
        provider cannot be asked and the key is not among those that are kept.
        """
        await self.check()
        found = self._held(kid, algorithm)
        under_way = self._renewal is not None and not self._renewal.done()
        if found is None and (under_way or self._since(self._tried_at) >= LOOK_AGAIN_SECONDS):
            await self._renewed()
            found = self._held(kid, algorithm)
        if found is None and self._failure is not None:
            raise self._failure
        return found

    async def check(self) -> None:
        """Return when there are keys that count; raises as `find`."""
        age = self._since(self._had_at)
        if age < FRESH_SECONDS:
            return
        may_try = self._failure is None or self._since(self._tried_at) >= RETRY_SECONDS
        if age < KEPT_SECONDS:
            if may_try:
                self._renewal = self._renewing()
            return
        if may_try:
            await self._renewed()
        if self._since(self._had_at) >= KEPT_SECONDS:
            raise self._failure or IdentityProviderUnavailableError

    async def described(self) -> Mapping[str, object]:
        """Return the provider's description; raises as `find`."""
        await self.check()
        return self._described

    async def ping(self) -> None:
        """Raise what went wrong when the provider was asked last, if anything."""
        await self.check()
        if self._failure is not None:
            raise self._failure

    async def aclose(self) -> None:
        """Stop asking."""
        if self._renewal is not None:
            self._renewal.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._renewal

    def _held(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """Return a key by its name; a token that names none fits where there is one key only."""
        fitting = [one for one in self._keys if one.algorithm == algorithm]
        if kid is not None:
            return next((one for one in fitting if one.kid == kid), None)
        return fitting[0] if len(fitting) == 1 else None

    def _since(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment

    def _renewing(self) -> asyncio.Task[None]:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())
        return self._renewal

    async def _renewed(self) -> None:
        """Wait for a renewal, which goes on when this caller leaves."""
        await asyncio.shield(self._renewing())

    async def _renew(self) -> None:
        self._tried_at = self._clock()
        try:
            described = await self._provider.described()
            keys = usable_keys(await self._provider.keys(described))
        except CandidError as error:
            _log.warning("identity_provider_unusable", code=error.code, detail=str(error))
            self._failure = error
        else:
            self._keys, self._described, self._failure = keys, described, None
            self._had_at = self._clock()
        finally:
            self._tried_at = self._clock()
