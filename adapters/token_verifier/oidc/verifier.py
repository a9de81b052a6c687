"""The token verifier port on an OpenID Connect provider."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import httpx
import jwt
from typing_extensions import override

from adapters.token_verifier.oidc.key_set import KeySet
from adapters.token_verifier.oidc.provider import Provider, address_in
from adapters.token_verifier.oidc.public_keys import ALGORITHMS, PublicKey
from adapters.token_verifier.oidc.rules import TokenRules
from app.domain.sign_in import TokenFault, TokenHolder
from app.ports.token_verifier import SignInPlaces, TokenVerifier

LARGEST_TOKEN: Final = 16_000
"""Characters; with a hundred roles a token has some 4,000."""

LEEWAY_SECONDS: Final = 30
"""So far the provider's clock may be off."""

SECONDS: Final = 5.0
"""So long the provider may take for one answer."""

_REQUIRED: Final = ["iss", "sub", "aud", "exp", "iat"]
_TYPES: Final = {"jwt", "at+jwt", "application/at+jwt"}  # RFC 9068 and those before it
_LONGEST_KID: Final = 300

_FAULTS: Final[tuple[tuple[type[Exception], TokenFault], ...]] = (
    (jwt.ExpiredSignatureError, TokenFault.EXPIRED),
    (jwt.ImmatureSignatureError, TokenFault.NOT_YET),
    (jwt.InvalidAudienceError, TokenFault.AUDIENCE),
    (jwt.InvalidIssuerError, TokenFault.ISSUER),
    (jwt.MissingRequiredClaimError, TokenFault.CLAIMS),
    (jwt.InvalidIssuedAtError, TokenFault.CLAIMS),
    (jwt.exceptions.InvalidSubjectError, TokenFault.CLAIMS),
    (jwt.InvalidSignatureError, TokenFault.SIGNATURE),
    (jwt.InvalidAlgorithmError, TokenFault.ALGORITHM),
)
"""By kind of error; one that is none of these is of a malformed token."""


class OidcTokenVerifier(TokenVerifier):
    """Checks tokens by the keys that the issuer publishes; the caller owns the client.

    Only `alg`, `kid`, `typ` and `crit` of a token's header are read: where it says that keys are
    to be had (`jku`, `x5u`, `jwk`, `x5c`) nobody looks.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        rules: TokenRules,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rules = rules
        self._keys = KeySet(Provider(client, rules.issuer, seconds), clock)

    @property
    @override
    def issuer(self) -> str:
        return self._rules.issuer

    @override
    async def verified(self, token: str) -> TokenHolder | TokenFault:
        header = _header(token)
        if isinstance(header, TokenFault):
            return header
        algorithm, kid = header
        key = await self._keys.find(kid, algorithm)
        return TokenFault.UNKNOWN_KEY if key is None else self._read(token, key)

    @override
    async def places(self) -> SignInPlaces:
        described = await self._keys.described()
        return SignInPlaces(
            address_in(described, "authorization_endpoint"), address_in(described, "token_endpoint")
        )

    @override
    async def ping(self) -> None:
        await self._keys.ping()

    async def aclose(self) -> None:
        """Ask the provider no more."""
        await self._keys.aclose()

    def _read(self, token: str, key: PublicKey) -> TokenHolder | TokenFault:
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._rules.issuer,
                audience=self._rules.audience,
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED, "verify_jti": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            return _fault(error)
        return self._rules.holder(claims)


def _header(token: str) -> tuple[str, str | None] | TokenFault:
    """Return algorithm and key id of a token, or why it is not looked at further."""
    if len(token) > LARGEST_TOKEN or not token.isascii():
        return TokenFault.MALFORMED
    try:
        header: Mapping[str, object] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        return _fault(error)
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        return TokenFault.ALGORITHM
    if not isinstance(kid, str | None) or len(kid or "") > _LONGEST_KID or "crit" in header:
        return TokenFault.MALFORMED
    if kind is not None and (not isinstance(kind, str) or kind.lower() not in _TYPES):
        return TokenFault.MALFORMED
    return algorithm, kid


def _fault(error: Exception) -> TokenFault:
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), TokenFault.MALFORMED)
