"""AWS Signature Version 4 from the side that checks it, in pure functions.

What was signed is rebuilt from the request's own SignedHeaders and its headers as they came, so
that any client's signature can be checked. No nonce is asked for: two equal calls of an SDK within
a second carry the same signature.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, unquote_to_bytes

from app.api.rekognition.errors import Refusal
from app.api.rekognition.signing_time import stamp_of, time_of

SERVICE = "rekognition"
WINDOW = timedelta(minutes=5)

_ALGORITHM = "AWS4-HMAC-SHA256"
_END = "aws4_request"
_PARTS = ("Credential", "SignedHeaders", "Signature")
_INCOMPLETE = "IncompleteSignatureException"
_INVALID = "InvalidSignatureException"
_DIFFERENT = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came; header names are in lower case."""

    method: str
    path: str
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]

    def values(self, name: str) -> list[bytes]:
        """Return a header's values, each trimmed and with its spaces folded, in their order."""
        wanted = name.encode()
        return [b" ".join(value.split()) for key, value in self.headers if key == wanted]

    def value(self, name: str) -> str | None:
        """Return a header that may come once; several are one text that nothing accepts."""
        found = self.values(name)
        return b",".join(found).decode("latin-1") if found else None


@dataclass(frozen=True, slots=True)
class Claim:
    """What an Authorization header says: who signed, for where, which headers, and how."""

    access_key_id: str
    date: str  # YYYYMMDD
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.date}/{self.region}/{self.service}/{_END}"


def claim_of(request: SignedRequest) -> Claim:
    """Read the Authorization header; raises Refusal when it is missing or no signature's."""
    header = request.value("authorization")
    if header is None:
        raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM:
        raise Refusal(_INCOMPLETE, f"Authorization header requires the algorithm {_ALGORITHM}.")
    given = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if missing := [name for name in _PARTS if not given.get(name)]:
        told = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise Refusal(_INCOMPLETE, told)
    credential = given["Credential"].split("/")
    if len(credential) != 5 or credential[4] != _END:  # noqa: PLR2004 -- its five parts
        raise Refusal(
            _INCOMPLETE,
            "Credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request.",
        )
    access_key_id, date, region, service, _ = credential
    signed = tuple(given["SignedHeaders"].lower().split(";"))
    return Claim(access_key_id, date, region, service, signed, given["Signature"])


def check_claim(claim: Claim, request: SignedRequest, now: datetime) -> None:
    """Check what can be known without the secret and the body; raises Refusal."""
    _check_signed_headers(claim, request)
    signed_at = time_of(request.value("x-amz-date"), request.value("date"))
    if claim.service != SERVICE:
        message = f"Credential should be scoped to correct service: '{SERVICE}'."
        raise Refusal(_INVALID, message)
    if claim.date != stamp_of(signed_at)[:8]:
        raise Refusal(
            _INVALID,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            "from HTTP.",
        )
    stamp, current = stamp_of(signed_at), stamp_of(now)
    if signed_at < now - WINDOW:
        limit = f"{stamp_of(now - WINDOW)} ({current} - 5 min.)"
        raise Refusal(_INVALID, f"Signature expired: {stamp} is now earlier than {limit}")
    if signed_at > now + WINDOW:
        limit = f"{stamp_of(now + WINDOW)} ({current} + 5 min.)"
        raise Refusal(_INVALID, f"Signature not yet current: {stamp} is still later than {limit}")


def check_signature(claim: Claim, request: SignedRequest, secret: str, body: bytes) -> None:
    """Raise Refusal unless this body was sent in this request by one who has the secret."""
    sha256 = hashlib.sha256(body).hexdigest()
    stated = request.value("x-amz-content-sha256")
    if stated is not None and stated.lower() != sha256:
        raise Refusal(
            _INVALID,
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
    _check_is_of(sha256, claim, request, secret)


def check_stated(claim: Claim, request: SignedRequest, secret: str) -> None:
    """Raise Refusal where the hash that the request states of its body is not what was signed.

    A request need not state it; whether it is the body's, `check_signature` sees.
    """
    stated = request.value("x-amz-content-sha256")
    if stated is not None:
        _check_is_of(stated.lower(), claim, request, secret)


def _check_is_of(sha256: str, claim: Claim, request: SignedRequest, secret: str) -> None:
    true = signature_of(claim, request, secret, sha256)
    if not hmac.compare_digest(true.encode(), claim.signature.encode()):
        raise Refusal(_INVALID, _DIFFERENT)


def signature_of(claim: Claim, request: SignedRequest, secret: str, body_sha256: str) -> str:
    """Return the signature that the secret's owner makes of this request."""
    signed_at = time_of(request.value("x-amz-date"), request.value("date"))
    canonical = hashlib.sha256(canonical_request(claim, request, body_sha256)).hexdigest()
    text = "\n".join((_ALGORITHM, stamp_of(signed_at), claim.scope, canonical))
    key = f"AWS4{secret}".encode()
    for part in (claim.date, claim.region, claim.service, _END):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def canonical_request(claim: Claim, request: SignedRequest, body_sha256: str) -> bytes:
    """Return the request in the form that is signed."""
    headers = [
        name.encode() + b":" + b",".join(request.values(name)) + b"\n"
        for name in claim.signed_headers
    ]
    lines = (
        request.method.encode(),
        quote(request.path).encode(),
        _canonical_query(request.query),
        b"".join(headers),
        ";".join(claim.signed_headers).encode(),
        body_sha256.encode(),
    )
    return b"\n".join(lines)


def _check_signed_headers(claim: Claim, request: SignedRequest) -> None:
    """Refuse what an altered request could leave out of its signature, and unreadable lists."""
    date = "x-amz-date" if request.values("x-amz-date") else "date"
    if any(not re.fullmatch(r"[a-z0-9!#$%&'*+.^_`|~-]+", name) for name in claim.signed_headers):
        raise Refusal(_INCOMPLETE, "SignedHeaders must be header names, separated by semicolons.")
    if not request.values(date):
        raise Refusal(
            _INCOMPLETE,
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    for name in ("host", date, "x-amz-target"):
        if name not in claim.signed_headers:
            told = f"'{name}' must be a 'SignedHeader' in the AWS Authorization."
            raise Refusal(_INVALID, told)


def _canonical_query(query: bytes) -> bytes:
    pairs = (pair.partition(b"=")[::2] for pair in query.split(b"&") if pair)
    encoded = sorted((_escaped(name), _escaped(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded).encode()


def _escaped(value: bytes) -> str:
    return quote(unquote_to_bytes(value), safe="-_.~")
