"""The canonical booking: what a jail management system says of one stay in custody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
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
    code_system: str | None = None  # "NCIC", "ANSI/NIST-ITL" or "CANDID"


class FeatureKind(StrEnum):
    """What is on the skin, in the image types of ANSI/NIST-ITL 1-2011, field 10.003."""

    SCAR = "scar"
    MARK = "mark"  # a mole, a discoloration, a piercing, ...
    TATTOO = "tattoo"


@dataclass(frozen=True, slots=True)
class PhysicalFeature:
    """A scar, mark or tattoo; its code says what it is and where."""

    smt: Coded
    kind: FeatureKind | None = None
    location: str | None = None  # on the body, in words: "left upper arm"
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name a person goes by; `full_name` where the JMS does not take names apart."""

    full_name: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    date_of_birth: date | None = None


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
    skin_tone: Coded | None = None
    scars_marks_tattoos: tuple[PhysicalFeature, ...] = ()
    aliases: tuple[Alias, ...] = ()
    merged_into_person_id: str | None = None  # the id that holds since a merge or renumbering
    other_person_ids: tuple[str, ...] = ()  # ids that mean this person too, or once did
    other_booking_numbers: tuple[str, ...] = ()  # the person's other stays in custody

    @property
    def current_id(self) -> str | None:
        """The id by which photos of one person are found to be of one person."""
        return self.merged_into_person_id or self.person_id

    @property
    def ids(self) -> frozenset[str]:
        """Every id that means this person, or once did."""
        own = (self.person_id, self.merged_into_person_id, *self.other_person_ids)
        return frozenset(one for one in own if one)

    @property
    def other_ids(self) -> tuple[str, ...]:
        """All of them but the one by which photos of one person are found to be of one person."""
        return tuple(sorted(one for one in self.ids if one != self.current_id))


@dataclass(frozen=True, slots=True)
class Bail:
    """What would release the person; `dollars` None where it is no amount, such as NO BAIL."""

    raw: str
    dollars: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of a booking: an accusation, whatever its disposition says later."""

    statute: str | None = None
    description: str | None = None
    severity: str | None = None
    disposition: str | None = None
    ncic_code: Coded | None = None  # the offense, in the four digits of NCIC
    counts: int | None = None
    bail: Bail | None = None


@dataclass(frozen=True, slots=True)
class Detainer:
    """Another agency's request to be given the person, or to be told of the release.

    Jails call it a hold too. It says nothing of whether the record may be shown.
    """

    agency: str | None = None
    reason: str | None = None


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
    pose: Coded | None = None  # of the face in that photo: ANSI/NIST-ITL 10.020
    image_type: Coded | None = None  # what that photo is of: ANSI/NIST-ITL 10.003
    custody_status: Coded | None = None
    detainers: tuple[Detainer, ...] = ()
    previous_booking_numbers: tuple[str, ...] = ()  # of this stay, before it was renumbered

    @property
    def further_numbers(self) -> tuple[str, ...]:
        """The numbers it tells besides its own: of other stays, and from before a renumbering."""
        return *self.person.other_booking_numbers, *self.previous_booking_numbers

    def without_numbers(self, hidden: Collection[str]) -> "Booking":
        """Return the same without these of its further numbers."""
        if not hidden:
            return self
        others = tuple(one for one in self.person.other_booking_numbers if one not in hidden)
        previous = tuple(one for one in self.previous_booking_numbers if one not in hidden)
        person = replace(self.person, other_booking_numbers=others)
        return replace(self, person=person, previous_booking_numbers=previous)
