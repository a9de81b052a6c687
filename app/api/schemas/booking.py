"""Bookings on the wire."""

from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import Field

from app.api.schemas.wire import Moment, Wire
from app.domain.booking import Booking, FeatureKind, RecordStatus
from app.domain.photo import View


class CodedOut(Wire):
    """A coded field: the code where the raw value is known, and always the raw value."""

    code: str | None = Field(examples=["M"])
    code_system: str | None = Field(
        description="`NCIC`, `ANSI/NIST-ITL` or, where nobody else has codes, `CANDID`.",
        examples=["NCIC"],
    )
    raw: str = Field(examples=["Male"])


class PhysicalFeatureOut(Wire):
    """A scar, mark or tattoo."""

    smt: CodedOut = Field(
        description="NCIC's SMT code says what it is and where, such as `TAT L ARM`."
    )
    kind: FeatureKind | None
    location: str | None = Field(examples=["left arm"])
    description: str | None = Field(examples=["skull"])


class AliasOut(Wire):
    """Another name that the person goes by."""

    full_name: str | None = Field(
        description="Where the jail management system does not take the name apart.",
        examples=["Big Sample"],
    )
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    suffix: str | None
    date_of_birth: date | None


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
    skin_tone: CodedOut | None
    height_inches: int | None = Field(examples=[71])
    weight_pounds: int | None = Field(examples=[180])
    scars_marks_tattoos: list[PhysicalFeatureOut]
    aliases: list[AliasOut]
    merged_into_person_id: str | None = Field(
        description="The id that holds since the person was merged or renumbered."
    )
    other_person_ids: list[str] = Field(
        description="Ids that mean this person too, or once did.", examples=[["P-77"]]
    )
    other_booking_numbers: list[str] = Field(
        description="Of the person's other stays in custody, less those that are hidden."
    )


class BailOut(Wire):
    """What would release the person from custody for one charge."""

    raw: str = Field(examples=["$5,000.00"])
    dollars: Decimal | None = Field(
        description="Null where it is no amount, such as `NO BAIL`.", examples=["5000.00"]
    )


class ChargeOut(Wire):
    """One charge: an accusation, whatever its disposition says later."""

    statute: str | None = Field(examples=["13A-8-4"])
    description: str | None = Field(examples=["Theft of property 2nd"])
    severity: str | None = Field(examples=["F"])
    disposition: str | None = Field(examples=["pending"])
    ncic_code: CodedOut | None = Field(
        description="The offense in four digits, which are not looked up in NCIC's list."
    )
    counts: int | None = Field(examples=[1])
    bail: BailOut | None


class DetainerOut(Wire):
    """Another agency's request to be given the person, which jails call a hold too."""

    agency: str | None = Field(examples=["Multnomah County SO"])
    reason: str | None = Field(examples=["warrant 26-004711"])


class BookingOut(Wire):
    """One stay in custody, as last said by the JMS."""

    booking_number: str | None = Field(examples=["DEMO-2026-0001"])
    previous_booking_numbers: list[str] = Field(
        description="Of this stay, before it was renumbered."
    )
    person: PersonOut
    charges: list[ChargeOut]
    booked_at: Moment | None
    released_at: Moment | None
    custody_status: CodedOut | None
    detainers: list[DetainerOut]
    facility: str | None
    agency_ori: str | None = Field(examples=["AL0010000"])
    status: RecordStatus
    view: View | None = Field(description="What the photo under this id shows.")
    pose: CodedOut | None = Field(description="Of the face in it: `F`, `R`, `L`, `A` or `D`.")
    image_type: CodedOut | None = Field(
        description="What it is of: `FACE`, `SCAR`, `MARK` or `TATTOO`."
    )
    extra: dict[str, str] = Field(
        description="Columns of the agency's own that the settings allow by name."
    )

    @classmethod
    def of(cls, booking: Booking, allowed: frozenset[str]) -> Self:
        """Render a booking with the allowed extra columns only."""
        shown = cls.model_validate(booking)
        extra = {name: value for name, value in booking.extra.items() if name in allowed}
        return shown.model_copy(update={"extra": extra})
