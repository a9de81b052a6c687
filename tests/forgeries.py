"""Tokens that must not be accepted, by why."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization

from app.domain.sign_in import TokenFault
from tests.hostile_keys import encoded
from tests.identity_provider import IdentityProvider, Json, by_hand, signing_key

Forgery = tuple[str, TokenFault]


ESSENTIAL = (
    "alg none",
    "public key as secret",
    "wrong audience",
    "wrong issuer",
    "expired",
    "not yet",
    "other key",
    "unknown key",
    "key of a path",
    "own key in the header",
    "no subject",
    "altered payload",
    "very long",
)
"""Those that are tried at every route; the others differ for the verifier only."""


def forgeries(provider: IdentityProvider) -> Mapping[str, Forgery]:
    """Return a token of each kind, and the fault that is to be recorded of it."""
    now = int(time.time())
    return {
        **_of_signatures(provider),
        **_of_headers(provider),
        "wrong audience": (provider.token(aud="payroll"), TokenFault.AUDIENCE),
        "audiences of others": (provider.token(aud=["a", "b"]), TokenFault.AUDIENCE),
        "wrong issuer": (provider.token(iss="https://other.example"), TokenFault.ISSUER),
        "issuer with a slash": (provider.token(iss=f"{provider.issuer}/"), TokenFault.ISSUER),
        "expired": (provider.token(iat=now - 700, exp=now - 100), TokenFault.EXPIRED),
        "not yet": (provider.token(nbf=now + 300), TokenFault.NOT_YET),
        "issued ahead": (provider.token(iat=now + 300, exp=now + 600), TokenFault.NOT_YET),
        "no subject": (provider.token(sub=None), TokenFault.CLAIMS),
        "no end": (provider.token(exp=None), TokenFault.CLAIMS),
        "no issue": (provider.token(iat=None), TokenFault.CLAIMS),
        "no audience": (provider.token(aud=None), TokenFault.CLAIMS),
        "no issuer": (provider.token(iss=None), TokenFault.CLAIMS),
        "empty subject": (provider.token(sub=""), TokenFault.CLAIMS),
        "subject of a name": (provider.token(sub="x (b2c9f1d4"), TokenFault.CLAIMS),
        "long subject": (provider.token(sub="s" * 256), TokenFault.CLAIMS),
        "long life": (provider.token(exp=now + 90_000), TokenFault.TOO_LONG_LIVED),
        "endless": (provider.token(exp=2**70), TokenFault.TOO_LONG_LIVED),
    }


def _of_signatures(provider: IdentityProvider) -> Mapping[str, Forgery]:
    key, other = provider.keys[0], signing_key("one")
    good = provider.token()
    header, payload, signature = good.split(".")
    admin = encoded(json.dumps(provider.usual(roles=["administrator"])).encode())
    raw = base64.urlsafe_b64decode(signature + "==")
    return {
        "other key": (provider.token(key=other), TokenFault.SIGNATURE),
        "altered payload": (f"{header}.{admin}.{signature}", TokenFault.SIGNATURE),
        "no signature": (f"{header}.{payload}.", TokenFault.SIGNATURE),
        "altered signature": (
            f"{header}.{payload}.{encoded(raw[:-1] + bytes([raw[-1] ^ 1]))}",
            TokenFault.SIGNATURE,
        ),
        "alg none": (by_hand({"alg": "none"}, provider.usual()), TokenFault.ALGORITHM),
        "alg None": (
            by_hand({"alg": "nOnE", "kid": key.kid}, provider.usual()),
            TokenFault.ALGORITHM,
        ),
        "alg none signed": (
            ".".join((encoded(b'{"alg":"none","kid":"one"}'), payload, signature)),
            TokenFault.ALGORITHM,
        ),
        "public key as secret": (_hs256(provider), TokenFault.ALGORITHM),
    }


def _of_headers(provider: IdentityProvider) -> Mapping[str, Forgery]:
    mine = signing_key("mine")
    good = provider.token()
    _, payload, signature = good.split(".")

    def headed(**header: object) -> str:
        whole: Json = {"alg": "RS256", "kid": "one", **header}
        return f"{encoded(json.dumps(whole).encode())}.{payload}.{signature}"

    jwk = {"jwk": mine.public(), "jku": f"{provider.issuer}/mine", "x5u": f"{provider.issuer}/mine"}
    deep = encoded(b'{"alg":' + b"[" * 9_000)
    return {
        "own key in the header": (provider.token(key=mine, header=jwk), TokenFault.UNKNOWN_KEY),
        "unknown key": (provider.token(key=mine), TokenFault.UNKNOWN_KEY),
        "key of a path": (headed(kid="../../dev/null"), TokenFault.UNKNOWN_KEY),
        "key of a query": (headed(kid="' OR 1=1 --"), TokenFault.UNKNOWN_KEY),
        "key of another kind": (headed(alg="ES256"), TokenFault.UNKNOWN_KEY),
        "key of no text": (headed(kid=["one"]), TokenFault.MALFORMED),
        "long key id": (headed(kid="k" * 5_000), TokenFault.MALFORMED),
        "other type": (headed(typ="logout+jwt"), TokenFault.MALFORMED),
        "type of no text": (headed(typ=["JWT"]), TokenFault.MALFORMED),
        "critical": (headed(crit=["exp"]), TokenFault.MALFORMED),
        "algorithm of no text": (headed(alg=["RS256"]), TokenFault.ALGORITHM),
        "weak algorithm": (headed(alg="RS1"), TokenFault.ALGORITHM),
        "deep header": (f"{deep}.{payload}.{signature}", TokenFault.MALFORMED),
        "no base64": ("a!.b!.c!", TokenFault.MALFORMED),
        "nothing": ("..", TokenFault.MALFORMED),
        "very long": (f"{'a' * 20_000}.{payload}.{signature}", TokenFault.MALFORMED),
    }


def _hs256(provider: IdentityProvider) -> str:
    """Sign with the public key, as it is published, for a secret (CVE-2015-9235)."""
    public = provider.keys[0].private.public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    unsigned = by_hand({"alg": "HS256", "kid": "one"}, provider.usual())[:-1]
    return f"{unsigned}.{encoded(hmac.new(pem, unsigned.encode(), hashlib.sha256).digest())}"
