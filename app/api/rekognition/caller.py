"""Who calls, known by a signature; and for whom, for what and in which case."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from fastapi import Request

from app.api.deps import actor_of, decoded, visitor_of
from app.api.rekognition.errors import INVALID, BadSignature, Refusal
from app.api.rekognition.signature import (
    Claim,
    SignedRequest,
    check_claim,
    check_signature,
    check_stated,
    claim_of,
)
from app.domain.access import EVERY_SCOPE
from app.domain.audit import Visitor
from app.domain.errors import UnauthenticatedError
from app.domain.purpose import Purpose
from app.domain.search_fields import MOST_CHARACTERS, Authority, SearchField
from app.services.authenticate import Authenticate
from app.services.callers import ANONYMOUS, Caller, Reason
from app.services.collections.call import CollectionCall

DEFAULT_REGION: Final = "us-east-1"
_MOST_CHARACTERS: Final = 200

Choice = TypeVar("Choice", Purpose, Authority)


@dataclass(frozen=True, slots=True)
class Signed:
    """A caller whose signature is still to be checked against the body."""

    caller: Caller
    request: SignedRequest
    claim: Claim
    secret: str
    visitor: Visitor
    authenticate: Authenticate

    @property
    def region(self) -> str:
        """The region that the caller takes this for."""
        return self.claim.region

    def check(self, body: bytes) -> None:
        """Raise BadSignature unless the signature is the caller's and of this body."""
        try:
            check_signature(self.claim, self.request, self.secret, body)
        except Refusal as refusal:
            raise BadSignature(refusal.code, refusal.message) from refusal

    def check_stated(self) -> None:
        """Check the signature before the body is here, where the request states the body's hash.

        Raises BadSignature.
        """
        try:
            check_stated(self.claim, self.request, self.secret)
        except Refusal as refusal:
            raise BadSignature(refusal.code, refusal.message) from refusal

    async def turned_away(self) -> None:
        """Count and record that the signature was not the caller's; raises LockedOutError."""
        token = self.claim.access_key_id
        await self.authenticate.turn_away(self.visitor, token, Reason.SIGNATURE, token)

    async def admitted(self) -> None:
        """Count a call whose signature is the caller's; raises RateLimitedError."""
        await self.authenticate.admit(self.caller, self.visitor, self.claim.access_key_id)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Anybody on this machine, where no keys are asked for; signatures are not looked at."""

    caller: Caller
    region: str

    def check(self, body: bytes) -> None:
        """Accept every body."""

    async def turned_away(self) -> None:
        """Nobody is."""

    async def admitted(self) -> None:
        """Count nothing."""


async def signed(request: Request, authenticate: Authenticate) -> Signed:
    """Read who claims to call, before the body is taken in; raises Refusal, LockedOutError."""
    came, visitor = _as_it_came(request), visitor_of(request.scope)
    try:
        claim = claim_of(came)
        check_claim(claim, came, datetime.now(UTC))
    except Refusal:
        reason = Reason.SIGNATURE if came.values("authorization") else Reason.MISSING
        await authenticate.turn_away(visitor, "", reason)
        raise
    try:
        caller, secret = await authenticate.secret_of(claim.access_key_id, visitor)
    except UnauthenticatedError as error:
        raise Refusal(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ) from error
    return Signed(caller, came, claim, secret, visitor, authenticate)


def unsigned(request: Request) -> Unsigned:
    """Take a caller where no keys are asked for."""
    try:
        region = claim_of(_as_it_came(request)).region or DEFAULT_REGION
    except Refusal:
        region = DEFAULT_REGION
    return Unsigned(Caller(ANONYMOUS, EVERY_SCOPE), region)


def call_of(request: Request, caller: Caller, operation: str) -> CollectionCall:
    """Say who asks for what and why: headers, else the key's defaults; raises Refusal."""
    _header(request, "X-Candid-On-Behalf-Of")  # not longer than it may be
    on_behalf_of = request.headers.get("X-Candid-On-Behalf-Of")
    return CollectionCall(
        actor=actor_of(request, caller, on_behalf_of),
        operation=operation,
        purpose=_one_of(Purpose, request, "X-Candid-Purpose") or caller.purpose,
        case_number=_field(request, "X-Candid-Case-Number", SearchField.CASE_NUMBER)
        or caller.case_number,
        offense=_field(request, "X-Candid-Offense", SearchField.OFFENSE),
        authority=_one_of(Authority, request, "X-Candid-Authority"),
        authority_reference=_field(
            request, "X-Candid-Authority-Reference", SearchField.AUTHORITY_REFERENCE
        ),
        requested_by=_field(request, "X-Candid-Requested-By", SearchField.REQUESTED_BY),
        trained_until=caller.trained_until,
    )


def _one_of(kind: type[Choice], request: Request, name: str) -> Choice | None:
    if (value := _header(request, name)) is None:
        return None
    try:
        return kind(value)
    except ValueError as error:
        raise Refusal(INVALID, f"{name} must be one of {', '.join(kind)}.") from error


def _field(request: Request, name: str, field: SearchField) -> str | None:
    return _header(request, name, MOST_CHARACTERS[field])


def _header(request: Request, name: str, most: int = _MOST_CHARACTERS) -> str | None:
    value = decoded(request.headers.get(name, "")).strip()
    if len(value) > most:
        raise Refusal(INVALID, f"{name} must have at most {most} characters.")
    return value or None


def _as_it_came(request: Request) -> SignedRequest:
    query: bytes = request.scope["query_string"]
    return SignedRequest(request.method, "/", query, request.headers.raw)
