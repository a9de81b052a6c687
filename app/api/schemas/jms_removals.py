"""What is hidden because the JMS said so, and who agrees to its removal, on the wire."""

from datetime import datetime
from typing import Self

from pydantic import Field

from app.api.schemas.asked import Asked
from app.api.schemas.wire import Moment, Page, Wire
from app.domain.booking import RecordStatus
from app.domain.encoded_ids import decoded_id
from app.domain.withheld import DIGEST_LENGTH, RemovalTerms, Withheld, WithheldList, WithheldState


class WithheldOut(Wire):
    """A photo that is, or was, hidden because the JMS said so."""

    withheld_id: int
    external_image_id: str
    jms_id: str = Field(description="The same id as the JMS writes it.")
    record_status: RecordStatus
    state: WithheldState
    hidden_at: Moment
    event_id: str | None = Field(description="Of the event that said it; null: it was read.")
    confirmed_at: Moment | None = Field(description="When the JMS, asked again, said it again.")
    removed_from: Moment | None = Field(
        description="Its removal comes no sooner; null: it only stays hidden, or is hidden no more."
    )
    hold_id: str | None = Field(
        description="Of the preservation hold that kept it when it was due."
    )
    removal_id: str | None = Field(description="`GET /removals/{removal_id}` has the receipt.")
    ended_at: Moment | None

    @classmethod
    def of(cls, one: Withheld, terms: RemovalTerms) -> Self:
        """Render it."""
        due_at: datetime | None = terms.due_at(one) if one.state.is_open else None
        return cls(
            withheld_id=one.withheld_id,
            external_image_id=one.external_image_id,
            jms_id=decoded_id(one.external_image_id),
            record_status=one.status,
            state=one.state,
            hidden_at=one.hidden_at,
            event_id=one.event_id,
            confirmed_at=one.confirmed_at,
            removed_from=due_at,
            hold_id=one.hold_id,
            removal_id=one.removal_id,
            ended_at=one.ended_at,
        )


class AskingOut(Wire):
    """The photos that ask, all of them, whichever are listed."""

    photos: int
    digest: str | None = Field(
        description="Names this very set of photos; `confirm` takes it. Null where others ask than "
        "are on this page: list them with `state=asking`, and where they fill more than a page, it "
        f"is the first {DIGEST_LENGTH} hexadecimal digits of the SHA-256 of a line `withheld_id "
        "record_status` of each that you saw, in the order of their numbers, with a line feed "
        "between them."
    )

    @classmethod
    def of(cls, found: WithheldList) -> Self:
        """Render what asks; it can be confirmed by who sees all of it."""
        return cls(photos=found.asking.photos, digest=found.digest)


class WithheldPage(Page[WithheldOut]):
    """What is, or was, hidden, and which of it asks."""

    asking: AskingOut | None = Field(description="On the first page; null on the others.")


class ConfirmationIn(Asked):
    """An administrator's word on the removals that ask."""

    digest: str = Field(
        pattern=f"^[0-9a-f]{{{DIGEST_LENGTH}}}$",
        description="Of all that asked when you looked at them, as `asking.digest`.",
        examples=["5f2c8d0a91b7e364"],
    )


class DecidedOut(Wire):
    """How many photos it was about."""

    photos: int
