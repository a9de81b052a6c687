"""An OpenID Connect provider on a socket: it signs people in, and does what it can to be trusted.

Its tokens are made by PyJWT or by hand, so that every forgery can be tried.
"""

import asyncio
import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse

from tests.hostile_keys import encoded, hostile_keys
from tests.servers import linger, served

AUDIENCE = "candid"
CLIENT = "candid-docs"
SUBJECT = "b2c9f1d4"
Json = dict[str, Any]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_KINDS: Mapping[str, type[jwt.algorithms.Algorithm]] = {
    "RS256": jwt.algorithms.RSAAlgorithm,
    "PS256": jwt.algorithms.RSAAlgorithm,
    "ES256": jwt.algorithms.ECAlgorithm,
    "EdDSA": jwt.algorithms.OKPAlgorithm,
}


class Trouble(StrEnum):
    """What can be wrong with a provider."""

    HANG = "hang"
    DRIP = "drip"
    ERROR_500 = "error_500"
    REDIRECT = "redirect"
    HUGE = "huge"
    GARBAGE = "garbage"
    DEEP = "deep"
    LIST = "list"
    OTHER_ISSUER = "other_issuer"
    KEYS_ELSEWHERE = "keys_elsewhere"  # by http, on another machine
    NO_KEYS = "no_keys"
    MANY_KEYS = "many_keys"
    HOSTILE_KEYS = "hostile_keys"  # none that can be used
    COMPRESSED = "compressed"


@dataclass(frozen=True)
class SigningKey:
    """One of the provider's keys."""

    kid: str | None
    algorithm: str
    private: PrivateKey

    def public(self) -> Json:
        """Return it as it is published."""
        kind: Any = _KINDS[self.algorithm]
        published: Json = kind.to_jwk(self.private.public_key(), as_dict=True)
        named = {} if self.kid is None else {"kid": self.kid}
        return {**published, **named, "use": "sig", "alg": self.algorithm}


def signing_key(kid: str | None = "one", algorithm: str = "RS256") -> SigningKey:
    """Make a key."""
    if algorithm == "ES256":
        return SigningKey(kid, algorithm, ec.generate_private_key(ec.SECP256R1()))
    if algorithm == "EdDSA":
        return SigningKey(kid, algorithm, ed25519.Ed25519PrivateKey.generate())
    return SigningKey(kid, algorithm, rsa.generate_private_key(65537, 2048))


@dataclass
class IdentityProvider:
    """Its keys, what is wrong with it, and what it was asked."""

    keys: list[SigningKey] = field(default_factory=lambda: [signing_key()])
    issuer: str = ""
    trouble: Trouble | None = None
    claims: Json = field(default_factory=dict)  # of whoever signs in
    published: list[Json] = field(default_factory=list)  # besides its keys
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, str] = field(default_factory=dict)  # the challenge of each
    signed_in_at: int | None = None  # when somebody said who they are; their session lives on
    asks_again: bool = True  # whether it does where `prompt` wants it
    says_when: str = "id_token"  # which of its tokens says when that was

    def usual(self, **changed: object) -> Json:
        """Return the claims of a good token; one that is changed to None is left out."""
        now = int(time.time())
        said: Json = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 600,
            "preferred_username": "det.n",
            "roles": ["investigator"],
            "amr": ["pwd", "mfa"],
        }
        said |= self.claims | changed
        return {name: value for name, value in said.items() if value is not None}

    def token(
        self, *, key: SigningKey | None = None, header: Json | None = None, **changed: object
    ) -> str:
        """Sign the claims of somebody."""
        key = key or self.keys[0]
        headers = {"kid": key.kid, **(header or {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(self.usual(**changed), key.private, key.algorithm, headers)

    def enter(self, prompt: str | None) -> None:
        """Let somebody in: by the session that they have here, or once they say who they are."""
        if self.signed_in_at is None or (self.asks_again and prompt == "login"):
            self.asked["credential"] += 1
            self.signed_in_at = int(time.time())

    def given(self) -> Json:
        """Return what a code is exchanged for."""
        own: Mapping[str, Json] = {"access_token": {}, "id_token": {"aud": CLIENT}}
        when: Mapping[str, Json] = {self.says_when: {"auth_time": self.signed_in_at}}
        given = {one: self.token(**said, **when.get(one, {})) for one, said in own.items()}
        return {**given, "token_type": "Bearer", "expires_in": 600}

    def key_set(self) -> Json:
        """Return what it publishes."""
        return {"keys": [*self.published, *(key.public() for key in self.keys)]}

    @contextmanager
    def served(self) -> Generator[str]:
        """Serve on a free port; give the issuer."""
        with served(provider_app(self)) as url:
            self.issuer = url
            yield url


def by_hand(header: object, payload: object, signature: bytes = b"") -> str:
    """Write a token of any header and payload."""
    parts = [json.dumps(part).encode() for part in (header, payload)]
    return ".".join(encoded(part) for part in (*parts, signature))


def provider_app(provider: IdentityProvider) -> FastAPI:
    """The provider: its description, keys, and the authorization code flow with PKCE."""
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def described(request: Request) -> Response:
        provider.asked["description"] += 1
        if trouble := await _troubled(provider, request):
            return trouble
        elsewhere = provider.trouble is Trouble.KEYS_ELSEWHERE
        other = provider.trouble is Trouble.OTHER_ISSUER
        return JSONResponse(
            {
                "issuer": "https://other.example" if other else provider.issuer,
                "jwks_uri": "http://203.0.113.7/keys" if elsewhere else f"{provider.issuer}/keys",
                "authorization_endpoint": f"{provider.issuer}/authorize",
                "token_endpoint": f"{provider.issuer}/token",
            }
        )

    @app.get("/keys")
    async def keys() -> Response:
        provider.asked["keys"] += 1
        return JSONResponse(_keys_in_trouble(provider) or provider.key_set())

    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        asked = request.query_params
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        provider.enter(asked.get("prompt"))
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked["code_challenge"]
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}")

    @app.post("/token")
    async def token(
        code: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        client_id: Annotated[str, Form()],
    ) -> Response:
        challenge = encoded(hashlib.sha256(code_verifier.encode()).digest())
        assert client_id == CLIENT
        assert provider.codes.pop(code) == challenge
        provider.asked["token"] += 1
        return JSONResponse(provider.given(), headers=_SHARED)

    @app.options("/token")
    async def may_ask() -> Response:
        return Response(headers=_SHARED)

    return app


_SHARED = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


def _keys_in_trouble(provider: IdentityProvider) -> Json | None:
    own = provider.key_set()["keys"]
    if provider.trouble is Trouble.NO_KEYS:
        return {"keys": []}
    if provider.trouble is Trouble.MANY_KEYS:
        return {"keys": [{**own[0], "kid": str(number)} for number in range(1000)]}
    if provider.trouble is Trouble.HOSTILE_KEYS:
        return {"keys": hostile_keys(provider.keys[0].public())}
    return None


async def _troubled(provider: IdentityProvider, request: Request) -> Response | None:
    if provider.trouble is Trouble.HANG:
        await linger(request, 3600)
    if provider.trouble is Trouble.DRIP:
        return StreamingResponse(_drip(), media_type="application/json")
    answer = _ANSWERS.get(provider.trouble) if provider.trouble else None
    return answer() if answer else None


_ANSWERS: Mapping[Trouble, Callable[[], Response]] = {
    Trouble.ERROR_500: lambda: Response("oops", 500),
    Trouble.REDIRECT: lambda: RedirectResponse("/keys"),
    Trouble.HUGE: lambda: Response(b'{"a": "%s"}' % (b"x" * 2_000_000)),
    Trouble.GARBAGE: lambda: Response(b"\xff\x00{]"),
    Trouble.DEEP: lambda: Response(b"[" * 400_000),
    Trouble.LIST: lambda: Response(b"[{}]"),
    Trouble.COMPRESSED: lambda: Response(b"{}", headers={"Content-Encoding": "gzip"}),
}


async def _drip() -> AsyncGenerator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)
