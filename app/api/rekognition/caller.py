"""Who calls, known by a signature; and for whom, for what and in which case."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fastapi import Request

from app.api.deps import actor_of
from app.api.rekognition.errors import INVALID, Refusal
from app.api.rekognition.signature import (
    Claim,
    SignedRequest,
    check_claim,
    check_signature,
    claim_of,
)
from app.domain.access import EVERY_SCOPE
from app.domain.errors import UnauthenticatedError
from app.domain.purpose import Purpose
from app.services.authenticate import ANONYMOUS, Caller
from app.services.collections.call import CollectionCall

DEFAULT_REGION: Final = "us-east-1"
_MOST_CHARACTERS: Final = 200

SecretOf = Callable[[str], Awaitable[tuple[Caller, str]]]


@dataclass(frozen=True, slots=True)
class Signed:
    """A caller whose signature is still to be checked against the body."""

    caller: Caller
    request: SignedRequest
    claim: Claim
    secret: str

    @property
    def region(self) -> str:
        """The region that the caller takes this for."""
        return self.claim.region

    def check(self, body: bytes) -> None:
        """Raise Refusal unless the signature is the caller's and of this body."""
        check_signature(self.claim, self.request, self.secret, body)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Anybody on this machine, where no keys are asked for; signatures are not looked at."""

    caller: Caller
    region: str

    def check(self, body: bytes) -> None:
        """Accept every body."""


async def signed(request: Request, secret_of: SecretOf) -> Signed:
    """Read who claims to call, before the body is taken in; raises Refusal."""
    came = _as_it_came(request)
    claim = claim_of(came)
    check_claim(claim, came, datetime.now(UTC))
    try:
        caller, secret = await secret_of(claim.access_key_id)
    except UnauthenticatedError as error:
        raise Refusal(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ) from error
    return Signed(caller, came, claim, secret)


def unsigned(request: Request) -> Unsigned:
    """Take a caller where no keys are asked for: what is not said to be otherwise is a test."""
    try:
        region = claim_of(_as_it_came(request)).region or DEFAULT_REGION
    except Refusal:
        region = DEFAULT_REGION
    return Unsigned(Caller(ANONYMOUS, EVERY_SCOPE, Purpose.TRAINING_TEST), region)


def call_of(request: Request, caller: Caller, operation: str) -> CollectionCall:
    """Say who asks for what and why: headers, else the key's defaults; raises Refusal."""
    on_behalf_of = _header(request, "X-Candid-On-Behalf-Of")
    return CollectionCall(
        actor=actor_of(request, caller.name, on_behalf_of),
        operation=operation,
        purpose=_purpose(_header(request, "X-Candid-Purpose")) or caller.purpose,
        case_number=_header(request, "X-Candid-Case-Number") or caller.case_number,
    )


def _purpose(value: str | None) -> Purpose | None:
    if value is None:
        return None
    try:
        return Purpose(value)
    except ValueError as error:
        known = ", ".join(Purpose)
        raise Refusal(INVALID, f"X-Candid-Purpose must be one of {known}.") from error


def _header(request: Request, name: str) -> str | None:
    value = request.headers.get(name, "").strip()
    if len(value) > _MOST_CHARACTERS:
        raise Refusal(INVALID, f"{name} must have at most {_MOST_CHARACTERS} characters.")
    return value or None


def _as_it_came(request: Request) -> SignedRequest:
    query: bytes = request.scope["query_string"]
    return SignedRequest(request.method, "/", query, request.headers.raw)
