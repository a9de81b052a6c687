"""Bookings on the wire."""

from datetime import date
from typing import Self

from pydantic import Field

from app.api.schemas.wire import Moment, Wire
from app.domain.booking import Booking, RecordStatus


class CodedOut(Wire):
    """A coded field: the code where the raw value is known, and always the raw value."""

    code: str | None = Field(examples=["M"])
    code_system: str | None = Field(examples=["NCIC"])
    raw: str = Field(examples=["Male"])


class PersonOut(Wire):
    """Who was booked."""

    person_id: str | None = Field(examples=["P-204"])
    last_name: str | None = Field(examples=["Sample"])
    first_name: str | None = Field(examples=["1"])
    middle_name: str | None
    suffix: str | None
    date_of_birth: date | None = Field(examples=["1984-02-29"])
    sex: CodedOut | None
    race: CodedOut | None
    eye_color: CodedOut | None
    hair_color: CodedOut | None
    height_inches: int | None = Field(examples=[71])
    weight_pounds: int | None = Field(examples=[180])


class ChargeOut(Wire):
    """One charge."""

    statute: str | None = Field(examples=["13A-8-4"])
    description: str | None = Field(examples=["Theft of property 2nd"])
    severity: str | None = Field(examples=["F"])
    disposition: str | None = Field(examples=["pending"])


class BookingOut(Wire):
    """One stay in custody, as last said by the JMS."""

    booking_number: str | None = Field(examples=["DEMO-2026-0001"])
    person: PersonOut
    charges: list[ChargeOut]
    booked_at: Moment | None
    released_at: Moment | None
    facility: str | None
    agency_ori: str | None = Field(examples=["AL0010000"])
    status: RecordStatus
    extra: dict[str, str] = Field(
        description="Columns of the agency's own that the settings allow by name."
    )

    @classmethod
    def of(cls, booking: Booking, allowed: frozenset[str]) -> Self:
        """Render a booking with the allowed extra columns only."""
        shown = cls.model_validate(booking)
        extra = {name: value for name, value in booking.extra.items() if name in allowed}
        return shown.model_copy(update={"extra": extra})
