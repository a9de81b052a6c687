"""What the JMS tells, on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from app.api.schemas.asked import Asked
from app.api.schemas.wire import Moment, Wire
from app.domain.booking import RecordStatus
from app.domain.encoded_ids import encoded_id
from app.domain.jms_events import About, EventAnswer, EventType, JmsEvent, Numbered

MOST_EVENTS = 300
_MOST_IDS = 1_000
_LONGEST = 255

EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:\-]{1,100}$")]
Id = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=_LONGEST,
        pattern=r"^[^\x00-\x1f\x7f]*$",
    ),
]
Ids = Annotated[list[Id], Field(max_length=_MOST_IDS)]
_FIRST, _AHEAD = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)


def _happened(at: datetime) -> datetime:
    """Refuse what no clock says: a filler date, or a time that is still far ahead."""
    if not _FIRST <= at <= datetime.now(UTC) + _AHEAD:
        raise ValueError("from 1970 on, and no more than a day ahead")
    return at


Occurred = Annotated[
    AwareDatetime,
    AfterValidator(_happened),
    Field(description="When it happened in the JMS; from 1970 on, at most a day ahead."),
]


class _Named(Asked):
    """What every event has: an id of its own, when it happened, and whom it is about."""

    id: EventId = Field(
        description="The sender's own id of this event; sent again, it is taken in once.",
        examples=["evt-20261129-0001"],
    )
    occurred_at: Occurred


class _AboutBookings(_Named):
    external_image_ids: Ids = Field(default=[], description="As the JMS writes them.")
    person_ids: Ids = Field(default=[])
    booking_numbers: Ids = Field(default=[])

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.external_image_ids or self.person_ids or self.booking_numbers):
            raise ValueError("name external_image_ids, person_ids or booking_numbers")
        return self

    @property
    def about(self) -> About:
        """Whom it is about."""
        return About(
            tuple(sorted({encoded_id(one) for one in self.external_image_ids})),
            tuple(sorted(set(self.person_ids))),
            tuple(sorted(set(self.booking_numbers))),
        )


class ChangedIn(_AboutBookings):
    """A booking or photo that is new, or says something else now."""

    type: Literal["created", "updated"]

    @property
    def event(self) -> JmsEvent:
        """What the use case is told."""
        return JmsEvent(self.id, EventType(self.type), self.occurred_at, self.about)


class HiddenIn(_AboutBookings):
    """Records that must not be shown any more."""

    type: Literal["sealed", "expunged"]
    record_status: Literal["sealed", "juvenile", "restricted"] | None = Field(
        default=None, description="Of `sealed`: as what, where it is not `sealed`."
    )

    @model_validator(mode="after")
    def _status_of_sealed(self) -> Self:
        if self.type == "expunged" and self.record_status is not None:
            raise ValueError("record_status goes with sealed alone")
        return self

    @property
    def event(self) -> JmsEvent:
        """What the use case is told."""
        status = RecordStatus(self.record_status or self.type)
        return JmsEvent(self.id, EventType(self.type), self.occurred_at, self.about, status)


class MergedIn(_Named):
    """Persons who are one."""

    type: Literal["merged"]
    person_ids: Annotated[list[Id], Field(min_length=1, max_length=_MOST_IDS)] = Field(
        description="Who is no more a person of their own."
    )
    into: Id = Field(description="The person whose photos they are now.")

    @property
    def event(self) -> JmsEvent:
        """What the use case is told."""
        old = tuple(sorted(set(self.person_ids) - {self.into}))
        about = About(person_ids=old, numbered=Numbered.PERSON_ID, to=self.into)
        return JmsEvent(self.id, EventType.MERGED, self.occurred_at, about)


class RenumberedIn(_Named):
    """A person, booking or photo that has another number now."""

    type: Literal["renumbered"]
    of: Numbered
    old: Id
    new: Id

    @property
    def event(self) -> JmsEvent:
        """What the use case is told."""
        return JmsEvent(self.id, EventType.RENUMBERED, self.occurred_at, self._about())

    def _about(self) -> About:
        match self.of:
            case Numbered.PERSON_ID:
                return About(person_ids=(self.old,), numbered=self.of, to=self.new)
            case Numbered.BOOKING_NUMBER:
                return About(booking_numbers=(self.old,), numbered=self.of, to=self.new)
            case Numbered.EXTERNAL_IMAGE_ID:
                photo, to = (encoded_id(self.old),), encoded_id(self.new)
                return About(external_image_ids=photo, numbered=self.of, to=to)


EventIn = Annotated[ChangedIn | HiddenIn | MergedIn | RenumberedIn, Field(discriminator="type")]


class JmsEventsIn(Asked):
    """Events of a JMS; a call has at most 64 kB."""

    events: Annotated[list[EventIn], Field(min_length=1, max_length=MOST_EVENTS)]


class EventOut(Wire):
    """What came of an event when it was first received."""

    id: str
    type: EventType
    received_at: Moment
    photos: int = Field(description="On record that are meant.")
    unknown: int = Field(description="Of what it names, how many have no photo on record.")

    @classmethod
    def of(cls, answer: EventAnswer) -> Self:
        """Render an answer."""
        return cls(
            id=answer.event_id,
            type=answer.type,
            received_at=answer.received_at,
            photos=answer.photos,
            unknown=answer.unknown,
        )


class EventsOut(Wire):
    """What came of each event, in the order in which they were sent."""

    items: list[EventOut]
