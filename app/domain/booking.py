"""The canonical booking: what a jail management system says of one stay in custody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.domain.photo import View


class RecordStatus(StrEnum):
    """Whether a record may be shown; only `active` ones ever are."""

    ACTIVE = "active"
    SEALED = "sealed"
    EXPUNGED = "expunged"
    JUVENILE = "juvenile"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded field: the code where the raw value is known, and always the raw value."""

    raw: str
    code: str | None = None
    code_system: str | None = None  # "NCIC"


@dataclass(frozen=True, slots=True)
class Person:
    """Who was booked."""

    person_id: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    date_of_birth: date | None = None
    sex: Coded | None = None
    race: Coded | None = None
    eye_color: Coded | None = None
    hair_color: Coded | None = None
    height_inches: int | None = None
    weight_pounds: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a booking: an accusation, whatever its disposition says later."""

    statute: str | None = None
    description: str | None = None
    severity: str | None = None
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """One stay in custody, as last said by the JMS."""

    external_image_id: str
    booking_number: str | None = None
    person: Person = field(default_factory=Person)
    booked_at: datetime | None = None
    released_at: datetime | None = None
    facility: str | None = None
    agency_ori: str | None = None
    charges: tuple[Charge, ...] = ()
    status: RecordStatus = RecordStatus.ACTIVE
    view: View | None = None  # what the photo under this id shows, where the JMS says
    extra: Mapping[str, str] = field(default_factory=dict)  # shown only where allow-listed
