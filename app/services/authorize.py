"""Use case: may this caller do this?"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.access import Scope, check_scope
from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import OnBehalfOfRefusedError, OnBehalfOfRequiredError
from app.ports.records import Records
from app.services.call_limits import CallLimits
from app.services.callers import Caller
from app.services.recorded import refusals_recorded, utc_now

_OF_PEOPLE = frozenset({Scope.SEARCH, Scope.REVIEW})
"""What is done by people, who are named where the settings ask for it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody is about to do."""

    action: AuditAction
    actor: Actor
    external_image_id: str | None = None


@dataclass(frozen=True, slots=True)
class Authorize:
    """Check scopes, and whether the person is named; who was turned away is recorded."""

    records: Records
    person_required: bool = False  # for what only the scopes `search` and `review` open
    told: CallLimits = field(default_factory=CallLimits)  # of people who may nothing at all

    async def __call__(self, caller: Caller, any_of: Iterable[Scope], attempt: Attempt) -> None:
        """Return when the caller has one of the scopes; ScopeMissingError.

        Raises OnBehalfOfRequiredError where the call shows people and names none it is made for,
        and OnBehalfOfRefusedError where a person who signed in names another.
        """
        wanted = frozenset(any_of)

        def refused(code: str) -> AuditEntry:
            external_image_id = attempt.external_image_id
            return AuditEntry(
                utc_now(), attempt.action, attempt.actor, code, external_image_id=external_image_id
            )

        if self._was_told(caller, attempt):
            check_scope(caller.scopes, wanted)
        async with refusals_recorded(self.records, refused):
            check_scope(caller.scopes, wanted)
            if attempt.actor.signed_in and attempt.actor.on_behalf_of:
                raise OnBehalfOfRefusedError
            named = bool(attempt.actor.person) or not self.person_required
            if _is_of_people(attempt.action, wanted, caller) and not named:
                raise OnBehalfOfRequiredError

    def _was_told(self, caller: Caller, attempt: Attempt) -> bool:
        """Say whether a person without any role tries the same again within a minute."""
        if caller.holder is None or caller.scopes:
            return False
        return not self.told.has_room(f"{caller.name} {attempt.action}", 1)


def _is_of_people(action: AuditAction, wanted: frozenset[Scope], caller: Caller) -> bool:
    if action is AuditAction.DISCLOSE:  # a system that keeps all of them is no person
        return Scope.ADMIN not in caller.scopes
    return wanted <= _OF_PEOPLE
