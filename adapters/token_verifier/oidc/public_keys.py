"""The keys of a set that can be used here; whatever else a provider publishes is left out.

The algorithm belongs to the key and not to the token: so a public key is never taken for an HMAC
secret, and none of the algorithms is `none`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import jwt
from jwt.types import JWKDict

from adapters.token_verifier.oidc.provider import misconfigured

ALGORITHMS: Final = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
MOST_KEYS: Final = 100

_LARGEST_RSA: Final = 4096  # bits; a check with 16,384 takes milliseconds
_SMALLEST_RSA: Final = 2048  # NIST SP 800-131A
_MEMBERS: Final = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_CURVES: Final = {"EC": "P-256", "OKP": "Ed25519"}
_OF_KIND: Final = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("EdDSA",)}
_LONGEST: Final = {"n": -(-_LARGEST_RSA // 6), "e": 6, "crv": 10, "x": 50, "y": 50}  # in base64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key, for one algorithm; `kid` None: the provider names it not."""

    kid: str | None
    algorithm: str
    key: jwt.PyJWK


def usable_keys(key_set: Mapping[str, object]) -> tuple[PublicKey, ...]:
    """Return them; raises IdentityProviderMisconfiguredError where there are none, or too many."""
    listed = key_set.get("keys")
    if not isinstance(listed, list):
        raise misconfigured("publishes no list of keys")
    if len(listed) > MOST_KEYS:
        raise misconfigured(f"publishes {len(listed)} keys; at most {MOST_KEYS} are read")
    found = tuple(key for one in listed if isinstance(one, dict) for key in _read(one))
    if not found:
        raise misconfigured("publishes no key for RS256, PS256, ES256 or EdDSA")
    return found


def _read(published: Mapping[str, object]) -> Iterator[PublicKey]:
    kind, kid = published.get("kty"), published.get("kid")
    if not isinstance(kind, str) or kind not in _MEMBERS or not isinstance(kid, str | None):
        return
    if not _is_for_signatures(published):
        return
    plain: JWKDict = {name: published.get(name) for name in _MEMBERS[kind]}
    if not all(_fits(name, value) for name, value in plain.items()):
        return
    if kind in _CURVES and plain["crv"] != _CURVES[kind]:
        return
    for algorithm in _OF_KIND[kind]:
        if published.get("alg", algorithm) == algorithm:
            yield from _made(kid, algorithm, {"kty": kind, **plain})


def _made(kid: str | None, algorithm: str, plain: JWKDict) -> Iterator[PublicKey]:
    try:
        key = jwt.PyJWK(plain, algorithm)
    except (jwt.PyJWTError, ValueError):  # as a point that is not on its curve
        return
    if plain["kty"] != "RSA" or _SMALLEST_RSA <= key.key.key_size <= _LARGEST_RSA:
        yield PublicKey(kid, algorithm, key)


def _fits(name: str, value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST[name]


def _is_for_signatures(published: Mapping[str, object]) -> bool:
    operations = published.get("key_ops", ["verify"])
    is_named = isinstance(operations, list) and "verify" in operations
    return published.get("use", "sig") == "sig" and is_named
