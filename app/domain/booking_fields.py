"""From the documented columns of a bookings file or answer to a booking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TypedDict

from app.domain.booking import Booking, Coded, RecordStatus
from app.domain.charges import charges_of
from app.domain.custody import custody_status_of
from app.domain.denied_fields import denied
from app.domain.detainers import detainers_of
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_reading import FieldProblem, FieldReading, tells_too_much
from app.domain.field_text import clean_text, id_text
from app.domain.person_fields import PERSON_COLUMNS, numbers_of, person_of
from app.domain.photo import View
from app.domain.record_status import (
    FLAGS,
    UNREADABLE,
    flagged,
    hidden_by_custody,
    record_status_of,
    strictest,
)
from app.domain.views import image_type_in, image_type_of, pose_in, pose_of, shown, view_of

STATUS_COLUMNS = ("status", "record_status")
HIDING = frozenset({*STATUS_COLUMNS, *FLAGS, "custody_status"})
"""Columns that may say that a record is not to be shown: none is passed over."""

COLUMNS = PERSON_COLUMNS | {
    *("external_image_id", "booking_number", "previous_booking_numbers", "booked_at"),
    *("released_at", "facility", "agency_ori", "charges", "custody_status", "detainers"),
    *("status", "record_status", "view", "pose", "image_type", "photo", *FLAGS),
}
"""Every column that is understood; others go into `extra` unless they are denied.

`photo` says where the photo lies, and is no part of a booking.
"""

LISTS = frozenset(
    {
        *("charges", "detainers", "aliases", "scars_marks_tattoos", "other_person_ids"),
        *("other_booking_numbers", "previous_booking_numbers"),
    }
)
"""Those of them that hold a list."""

MOST_EXTRA = 100


@dataclass(frozen=True, slots=True)
class ParsedBooking:
    """A booking, and the fields of it that were left out because they could not be read."""

    booking: Booking
    problems: tuple[FieldProblem, ...]


def booking_from_fields(
    fields: Mapping[str, object], zone: tzinfo, today: date | None = None
) -> ParsedBooking:
    """Read the documented columns, whatever their case; `person` and `extra` may be nested.

    Times without an offset are in `zone`. The id is the other system's own, encoded by whoever
    takes it further. Only an id that is none can fail a booking: raises
    InvalidExternalImageIdError.
    """
    reading = _Reading(fields, zone, today or datetime.now(zone).date())
    booking = reading.booking(reading.identifier())
    return ParsedBooking(booking, tuple(reading.problems))


class _Photo(TypedDict):
    """The columns that say what the photo shows."""

    view: View | None
    pose: Coded | None
    image_type: Coded | None


class _Reading(FieldReading):
    """One pass over the fields of one booking."""

    def identifier(self) -> str:
        identifier = id_text(self._fields.get("external_image_id"))
        if not identifier:
            raise InvalidExternalImageIdError
        return identifier

    def booking(self, identifier: str) -> Booking:
        booked_at = self.moment("booked_at")
        latest = min(booked_at.date(), self._today) if booked_at else self._today
        return Booking(
            external_image_id=identifier,
            booking_number=self.number("booking_number"),
            person=person_of(self, latest),
            booked_at=booked_at,
            released_at=self.moment("released_at"),
            facility=self.told("facility"),
            agency_ori=self.told("agency_ori"),
            charges=self.items("charges", charges_of),
            status=self._status(),
            extra=self._extra(),
            custody_status=self.coded_by("custody_status", custody_status_of),
            detainers=self.items("detainers", detainers_of),
            previous_booking_numbers=self.items("previous_booking_numbers", numbers_of),
            **self._photo(),
        )

    def _status(self) -> RecordStatus:
        said = [record_status_of(text) for one in STATUS_COLUMNS for text in self._marks(one)]
        in_custody = strictest(map(hidden_by_custody, self._marks("custody_status")))
        if None in said or in_custody is RecordStatus.RESTRICTED:
            self.problem("status")
        columns = FLAGS.keys() & self._fields.keys()
        marked = [flagged(column, text) for column in columns for text in self._marks(column)]
        known = [status or RecordStatus.RESTRICTED for status in said]
        return strictest([*known, *marked, in_custody])

    def _marks(self, column: str) -> list[str]:
        return [_mark(value) for value in self.values(column)]

    def _photo(self) -> _Photo:
        """Read what the photo under this id shows, from all that is said of it.

        Where some of that cannot be read it may be anything, and so is never front.
        """
        text = self.text("view")
        view = view_of(text) if text and self.is_known("view") else None
        if text and view is None:
            self.problem("view")
        pose = self.coded_by("pose", pose_of)
        image_type = self.coded_by("image_type", image_type_of)
        if view is not None:
            pose = pose or self.coded_by("view", pose_in)
            image_type = image_type or self.coded_by("view", image_type_in)
        view = shown(view or View.OTHER if text else None, pose, image_type)
        unread = {problem.field for problem in self.problems} & _Photo.__annotations__.keys()
        return {"view": View.OTHER if unread else view, "pose": pose, "image_type": image_type}

    def _extra(self) -> Mapping[str, str]:
        extra: dict[str, str] = {}
        for field, value in self._fields.items():
            if not field or field in COLUMNS or denied(field) or len(extra) == MOST_EXTRA:
                continue
            text = clean_text(value)
            if text and (text.isdecimal() or not tells_too_much(text)):  # numbers of other systems
                extra[field] = text
        return extra


def _mark(value: object) -> str:
    """Give nothing only for nothing: what cannot be read is an unknown status.

    That is what is no plain value, and a text of control characters alone: some databases give
    a bit that is set as one.
    """
    text = clean_text(value)
    if text is None or (not text and isinstance(value, str) and value.strip()):
        return UNREADABLE
    return text
