"""/jms/events: what the JMS tells by itself, signed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request

from app.api.deps import services_of, visitor_of
from app.api.documented import BROKEN_BODY, INVALID_REQUEST, LONG_BODY, documented
from app.api.schemas.jms_events import EventOut, EventsOut, JmsEventsIn
from app.domain import errors
from app.domain.audit import Actor
from app.domain.webhooks import SignedMessage

router = APIRouter(prefix="/jms/events", tags=["jms"])

_LONGEST = 2000


async def _sender(
    request: Request,
    webhook_id: Annotated[
        str, Header(max_length=_LONGEST, description="The message's id; it is signed too.")
    ] = "",
    webhook_timestamp: Annotated[
        str, Header(max_length=_LONGEST, description="Seconds since 1970, of this attempt.")
    ] = "",
    webhook_signature: Annotated[
        str,
        Header(
            max_length=_LONGEST,
            description="`v1,` and the base64 of the HMAC-SHA256, by the shared secret, of "
            "`{webhook-id}.{webhook-timestamp}.{body}`; several are separated by blanks.",
        ),
    ] = "",
) -> Actor:
    services = await services_of(request)
    message = SignedMessage(webhook_id, webhook_timestamp, webhook_signature, await request.body())
    return await services.jms_events.verify(message, visitor_of(request.scope))


@router.post(
    "",
    summary="Tell what happened in the JMS",
    responses=documented(
        BROKEN_BODY,
        INVALID_REQUEST,
        LONG_BODY,
        errors.SignatureInvalidError,
        errors.SignatureOutdatedError,
        errors.LockedOutError,
        errors.JmsEventsOffError,
        errors.EventConflictError,
        errors.InvalidExternalImageIdError,
        errors.RecordsUnavailableError,
    ),
)
async def jms_events(
    request: Request, actor: Annotated[Actor, Depends(_sender)], asked: JmsEventsIn
) -> EventsOut:
    """Take in events, signed as the Standard Webhooks specification has it; no key is needed.

    Who is sealed or expunged is shown by no answer from then on. What is sent again is answered as
    at first. Removal follows once the JMS says it a second time (`GET /jms/removals`).
    """
    services = await services_of(request)
    events = [one.event for one in asked.events]
    message_id = request.headers.get("webhook-id", "")
    answers = await services.jms_events.receive(events, actor, message_id)
    return EventsOut(items=[EventOut.of(one) for one in answers])
