"""Use case: is this message the JMS's? Who cannot show it is refused, recorded and counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.audit import Actor, Visitor
from app.domain.errors import JmsEventsOffError, SignatureInvalidError, SignatureOutdatedError
from app.domain.webhooks import SignatureFault, SignedMessage, fault_of
from app.services.authenticate import Authenticate
from app.services.callers import Reason
from app.services.recorded import utc_now
from app.services.withholding.remove_withheld import JMS

_TOKEN = "jms events"  # noqa: S105 - by this the lockout knows the JMS
_REASONS = {
    SignatureFault.MISSING: Reason.MISSING,
    SignatureFault.WRONG: Reason.SIGNATURE,
    SignatureFault.OTHER_TIME: Reason.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class VerifySender:
    """The signature stands for a key: a JMS that sends webhooks has no other way to show itself."""

    authenticate: Authenticate
    secrets: Sequence[bytes] = field(default=(), repr=False)  # the old one too, while it changes
    tolerance: timedelta = timedelta(minutes=5)

    async def __call__(self, message: SignedMessage, visitor: Visitor) -> Actor:
        """Return who sends.

        Raises JmsEventsOffError, SignatureInvalidError, SignatureOutdatedError, LockedOutError and
        RecordsUnavailableError.
        """
        if not self.secrets:
            raise JmsEventsOffError
        lockout = self.authenticate.lockout
        fault = fault_of(message, self.secrets, utc_now(), self.tolerance)
        if fault is not None:
            lockout.check(visitor.address, _TOKEN)
            await self.authenticate.turn_away(visitor, _TOKEN, _REASONS[fault])
            if fault is SignatureFault.OTHER_TIME:
                raise SignatureOutdatedError
            raise SignatureInvalidError
        lockout.succeeded(visitor.address, _TOKEN)
        return visitor.named(JMS)
