"""What may be wrong with what a JMS tells by itself, and with what waits because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors.base import CandidError

if TYPE_CHECKING:
    from collections.abc import Sequence


class JmsEventsOffError(CandidError):
    """No secret is set by which an event could be known for the JMS's."""

    code = "jms_events_off"
    text = (
        "No events are taken in here: set CANDID_JMS_EVENTS__SECRETS to the secret that the JMS "
        "signs them with."
    )


class SignatureInvalidError(CandidError):
    """An event does not show that it is the JMS's."""

    code = "signature_invalid"
    text = (
        "Sign the body with the shared secret and send webhook-id, webhook-timestamp and "
        "webhook-signature, as the Standard Webhooks specification has it."
    )


class SignatureOutdatedError(CandidError):
    """An event is rightly signed, and not lately."""

    code = "signature_outdated"
    text = (
        "The signature is right and its webhook-timestamp is not of now: set the sender's clock, "
        "and sign each attempt anew."
    )


class EventConflictError(CandidError):
    """An event's id was used before, for another event."""

    code = "event_conflict"
    text = "An event with this id was received before, and it was another one."

    def __init__(self, event_ids: Sequence[str] = ()) -> None:
        self.event_ids = tuple(event_ids)
        told = (
            f"{len(self.event_ids)} events have the id of another one that was received before, "
            "and were not taken in; all others of this call were. Give each event an id of its own."
        )
        super().__init__(told if event_ids else "")


class RemovalsWaitError(CandidError):
    """So many were hidden in a day that none of them is removed until somebody says so."""

    code = "removals_wait"
    text = (
        "So many photos were hidden in a day that none of them is removed until an administrator "
        "says so: `GET /jms/removals` lists them."
    )


class RemovalsChangedError(CandidError):
    """Other removals ask than were confirmed."""

    code = "removals_changed"
    text = "Other removals ask than you confirmed; look at them again."

    def __init__(self, waiting: int | None = None) -> None:
        told = f"{waiting} removals ask now, not those you confirmed: look at them again."
        super().__init__("" if waiting is None else told)
