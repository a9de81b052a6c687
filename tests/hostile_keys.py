"""What a provider publishes that is no key to be used."""

import base64
from typing import Any

Json = dict[str, Any]


def encoded(part: bytes) -> str:
    """Write bytes as tokens do."""
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def huge_rsa(bits: int) -> Json:
    """Publish an RSA key of so many bits, of no use but to keep a verifier busy."""
    modulus = encoded(((1 << bits) - 1).to_bytes(bits // 8, "big"))
    return {"kty": "RSA", "kid": "huge", "use": "sig", "alg": "RS256", "n": modulus, "e": "AQAB"}


def hostile_keys(good: Json) -> list[Json]:
    """Return keys that are none: too large, too small, of other kinds, or what is secret.

    `good` is one that could be used, as it is published.
    """
    secret = encoded(b"\x01" * 32)
    return [
        huge_rsa(16_384),
        huge_rsa(8_192),
        {**good, "kid": "small", "n": encoded(b"\xff" * 128)},
        {**good, "kid": "exponent", "e": encoded(b"\xff" * 300)},
        {**good, "kid": "even", "n": encoded(b"\xff" * 255 + b"\xfe"), "e": encoded(b"\x02")},
        {"kty": "oct", "kid": "one", "k": secret, "alg": "HS256", "use": "sig"},
        {"kty": "oct", "kid": "one", "k": secret, "alg": "RS256", "use": "sig"},
        {"kty": "EC", "kid": "curve", "crv": "P-521", "x": secret, "y": secret},
        {"kty": "EC", "kid": "off", "crv": "P-256", "x": secret, "y": secret},
        {"kty": "OKP", "kid": "448", "crv": "Ed448", "x": secret},
        {**good, "kid": "wrong-kind", "kty": "EC"},
        {**good, "kid": "encrypts", "use": "enc"},
        {**good, "kid": "signs", "key_ops": ["sign"]},
        {**good, "kid": "hmac", "alg": "HS256"},
        {**good, "kid": "none", "alg": "none"},
        {**good, "kid": 7},
        {**good, "kty": ["RSA"]},
        {},
    ]
