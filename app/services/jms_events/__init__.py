"""Use cases about what the JMS tells by itself."""

from dataclasses import dataclass

from app.services.jms_events.receive_events import ReceiveEvents
from app.services.jms_events.verify_sender import VerifySender


@dataclass(frozen=True, slots=True)
class JmsEventServices:
    """Who sends, and what is done about it."""

    verify: VerifySender
    receive: ReceiveEvents
