"""Who may not ask, or not this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors.base import CandidError

if TYPE_CHECKING:
    from collections.abc import Iterable


class UnauthenticatedError(CandidError):
    """No valid key and no valid token came with the request."""

    code = "unauthenticated"
    text = "Send a valid API key or token as `Authorization: Bearer KEY`."


class ScopeMissingError(CandidError):
    """The key or the person is known, and may not do this."""

    code = "scope_missing"
    text = "Whoever sent this does not have the scope that the call needs."

    def __init__(self, any_of: Iterable[str]) -> None:
        wanted = " or ".join(any_of)
        super().__init__(f"This call needs the scope {wanted}; the key or token sent lacks it.")


class LockedOutError(CandidError):
    """Too many calls without a valid key came from this address."""

    code = "locked_out"
    text = (
        "Too many calls without a valid key came from this address. Wait for the seconds in "
        "Retry-After, and send a valid key."
    )

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class RateLimitedError(CandidError):
    """The key is valid and was used more often than it may be."""

    code = "rate_limited"
    text = "This key may make no more calls in this minute. Wait for the seconds in Retry-After."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class TooManyCallsError(CandidError):
    """More is asked at once than is served; nothing is broken, and nothing was done."""

    code = "too_many_calls"
    text = (
        "More calls came at once than are served here. Wait for the seconds in Retry-After, and "
        "send fewer at a time."
    )
    retry_after = 2


class HostNotAllowedError(CandidError):
    """The call names a host that this service does not have."""

    code = "host_not_allowed"
    text = "This service is not known by the name in Host; CANDID_ALLOWED_HOSTS lists its names."


class OnBehalfOfRequiredError(CandidError):
    """The call shows people, and does not say for which person it is made."""

    code = "on_behalf_of_required"
    text = "Name the person for whom this call is made in the header X-Candid-On-Behalf-Of."


class OnBehalfOfRefusedError(CandidError):
    """Who signed in themselves speaks for nobody else."""

    code = "on_behalf_of_refused"
    text = (
        "You signed in yourself, so the call is recorded as yours: leave out the header "
        "X-Candid-On-Behalf-Of. For whom you search, say in `requested_by`."
    )


class SecondFactorMissingError(CandidError):
    """The token is good, and does not show a second factor."""

    code = "second_factor_missing"
    text = (
        "Your token does not show that you signed in with a second factor, which is needed here. "
        "Sign in again with one."
    )


class RolesConflictError(CandidError):
    """Who looks after the record does nothing that it records."""

    code = "roles_conflict"
    text = (
        "Your roles give you the scope audit together with others, and whoever audits does "
        "nothing else here. Have one of the roles taken away."
    )


class SignInOffError(CandidError):
    """Nobody signs in here, so nobody can be kept from it."""

    code = "sign_in_off"
    text = (
        "People do not sign in here, so none can be blocked: revoke a key with `/keys`, or let "
        "people sign in with CANDID_AUTH__KIND=oidc."
    )


class PersonNotBlockedError(CandidError):
    """There is no block to lift."""

    code = "person_not_blocked"
    text = "Nobody with this subject is blocked."


class ScopeNotHeldError(CandidError):
    """Nobody gives out what they do not hold."""

    code = "scope_not_held"
    text = "A key can be given only scopes that the key sent has itself."

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(
            f"The key sent does not have the scope {' or '.join(missing)}, so it can give no key "
            "that has it. On the service's machine `candid keys` can."
        )


class AuditAloneError(CandidError):
    """Who looks after the record does nothing that it records."""

    code = "audit_alone"
    text = "The scope audit goes with no other scope: make a key of its own for it."


class KeyNotFoundError(CandidError):
    """There is no such key."""

    code = "key_not_found"
    text = "No key has this prefix."


class KeyEndedError(CandidError):
    """The key has expired or was revoked, and cannot be rotated."""

    code = "key_ended"
    text = "This key has expired or was revoked; make a new one."


class LastAdminKeyError(CandidError):
    """Without this key nobody could manage keys by calls."""

    code = "last_admin_key"
    text = (
        "This is the only key with the scope admin that works. Make another first, or revoke it "
        "with `candid keys revoke` on the service's machine."
    )


class KeysOffError(CandidError):
    """Where everybody is served without a key, none is given out by calls."""

    code = "keys_off"
    text = (
        "No keys are asked for here, so none are managed by calls: `candid keys` does it on the "
        "service's machine, or require keys with CANDID_AUTH__KIND=keys."
    )


class ForeignOriginError(CandidError):
    """A page of another site, or a name of another machine, where nobody needs a key."""

    code = "foreign_origin"
    text = (
        "Without keys only programs of this machine and this service's own pages are answered: "
        "use http://localhost or http://127.0.0.1, or require keys with CANDID_AUTH__KIND=keys."
    )


class LinkExpiredError(CandidError):
    """A signed address is out of date or was altered."""

    code = "link_expired"
    text = "This address has expired or was altered; ask for the search or record again."
