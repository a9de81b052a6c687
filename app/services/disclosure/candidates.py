"""The candidates of a disclosure, as they were answered; of those sealed since, rank and score."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from app.domain.audit_record import moment
from app.domain.booking import Alias, Booking, Charge, Coded, Person, PhysicalFeature
from app.domain.search import Candidate, SearchAnswer
from app.domain.selectivity import MEANING, ExpectedFalsePositives
from app.services.disclosure.facts import DisclosureFacts


def candidates_told(answer: SearchAnswer) -> list[dict[str, Any]]:
    """Return every candidate in the order of the answer."""
    return [_candidate(one) for one in answer.candidates]


def gone_told(facts: DisclosureFacts) -> list[dict[str, Any]]:
    """Return which candidates were sealed or removed since, and why as far as it is known."""
    changes = []
    for one in facts.known.answer.candidates:
        if one.redacted:
            reason, as_of = facts.why_gone(one.external_image_id)
            known_since = as_of and moment(as_of)
            changes.append({"rank": one.rank, "reason": reason, "known_since": known_since})
    return changes


def _candidate(candidate: Candidate) -> dict[str, Any]:
    said: dict[str, Any] = {
        "rank": candidate.rank,
        "similarity": round(candidate.similarity, 2),
        "raw_score": candidate.raw_score,
        "score_scale": candidate.score_scale,
        "expected_false_positives": _expected(candidate.expected_false_positives),
        "redacted": candidate.redacted,
    }
    if candidate.redacted:
        return said
    others = [
        {
            "external_image_id": other.external_image_id,
            "similarity": other.similarity and round(other.similarity, 2),
            "taken_at": _when(other.taken_at),
        }
        for other in candidate.other_photos
    ]
    return said | {
        "external_image_id": candidate.external_image_id,
        "face_id": candidate.face_id,
        "taken_at": _when(candidate.taken_at),
        "other_photos": others,
        "booking_status": str(candidate.booking_status),
        "status_as_of": _when(candidate.status_as_of),
        "booking": candidate.booking and _booking(candidate.booking),
    }


def _expected(expected: ExpectedFalsePositives | None) -> dict[str, Any] | None:
    """Return what was expected when the search was made, with what it means."""
    if expected is None:
        return None
    told = {**asdict(expected), "calibrated_at": moment(expected.calibrated_at)}
    return told | {"meaning": MEANING}


def _booking(booking: Booking) -> dict[str, Any]:
    """Return a booking without the columns that are the agency's own."""
    return {
        "booking_number": booking.booking_number,
        "previous_booking_numbers": list(booking.previous_booking_numbers),
        "person": _person(booking.person),
        "booked_at": _when(booking.booked_at),
        "released_at": _when(booking.released_at),
        "custody_status": _coded(booking.custody_status),
        "facility": booking.facility,
        "agency_ori": booking.agency_ori,
        "charges": [_charge(one) for one in booking.charges],
        "detainers": [{"agency": one.agency, "reason": one.reason} for one in booking.detainers],
        "photo": {
            "view": booking.view and str(booking.view),
            "pose": _coded(booking.pose),
            "image_type": _coded(booking.image_type),
        },
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "merged_into_person_id": person.merged_into_person_id,
        "other_person_ids": list(person.other_person_ids),
        "other_booking_numbers": list(person.other_booking_numbers),
        "last_name": person.last_name,
        "first_name": person.first_name,
        "middle_name": person.middle_name,
        "suffix": person.suffix,
        "date_of_birth": _day(person.date_of_birth),
        "sex": _coded(person.sex),
        "race": _coded(person.race),
        "eye_color": _coded(person.eye_color),
        "hair_color": _coded(person.hair_color),
        "skin_tone": _coded(person.skin_tone),
        "height_inches": person.height_inches,
        "weight_pounds": person.weight_pounds,
        "scars_marks_tattoos": [_feature(one) for one in person.scars_marks_tattoos],
        "aliases": [_alias(one) for one in person.aliases],
    }


def _feature(feature: PhysicalFeature) -> dict[str, Any]:
    return {
        "smt": _coded(feature.smt),
        "kind": feature.kind and str(feature.kind),
        "location": feature.location,
        "description": feature.description,
    }


def _alias(alias: Alias) -> dict[str, Any]:
    return {
        "full_name": alias.full_name,
        "last_name": alias.last_name,
        "first_name": alias.first_name,
        "middle_name": alias.middle_name,
        "suffix": alias.suffix,
        "date_of_birth": _day(alias.date_of_birth),
    }


def _charge(charge: Charge) -> dict[str, Any]:
    return {
        "statute": charge.statute,
        "description": charge.description,
        "severity": charge.severity,
        "disposition": charge.disposition,
        "ncic_code": _coded(charge.ncic_code),
        "counts": charge.counts,
        "bail": charge.bail and charge.bail.raw,
    }


def _coded(coded: Coded | None) -> str | None:
    return coded.raw if coded else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _when(at: datetime | None) -> str | None:
    return moment(at) if at else None
