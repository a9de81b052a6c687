"""Searches that an earlier version kept are shown as they were answered."""

import json

from adapters.records.postgres.documents import adapter_of
from app.domain.booking import Booking, Charge, Coded, Person
from app.domain.photo import View
from app.domain.search import SearchAnswer
from tests.records.samples import NOW, full_booking, search

NEW = ("policy", "review_required")
NEW_OF_CONTEXT = ("offense", "authority", "authority_reference", "narrative")


def test_a_search_without_a_policy_is_read() -> None:
    adapter = adapter_of(SearchAnswer)
    answer = search("S-1")
    kept = json.loads(adapter.dump_json(answer))
    for name in NEW:
        del kept[name]
    for name in NEW_OF_CONTEXT:
        del kept["context"][name]

    read = adapter.validate_json(json.dumps(kept))

    assert read == answer
    assert read.policy is None


def test_a_search_of_before_probes_had_derivations_is_read() -> None:
    adapter = adapter_of(SearchAnswer)
    kept = json.loads(adapter.dump_json(search("S-1")))
    del kept["probe"]["derivation"]

    assert adapter.validate_json(json.dumps(kept)).probe.derivation is None


def test_every_field_of_a_booking_is_kept() -> None:
    adapter = adapter_of(Booking)
    booking = full_booking()

    assert adapter.validate_json(adapter.dump_json(booking)) == booking
    assert None not in (getattr(booking, name) for name in Booking.__dataclass_fields__)
    assert None not in (getattr(booking.person, name) for name in Person.__dataclass_fields__)


def test_a_booking_of_before_there_were_aliases_and_detainers_is_read() -> None:
    """As version 0.1 wrote it, whatever is added to a booking later."""
    kept = {
        "external_image_id": "A1",
        "booking_number": "B-1",
        "person": {
            "person_id": "P-1",
            "last_name": "Sample",
            "first_name": None,
            "middle_name": None,
            "suffix": None,
            "date_of_birth": "2026-03-04",
            "sex": {"raw": "male", "code": "M", "code_system": "NCIC"},
            "race": None,
            "eye_color": None,
            "hair_color": None,
            "height_inches": 71,
            "weight_pounds": None,
        },
        "booked_at": "2026-03-04T05:06:07.891000Z",
        "released_at": None,
        "facility": None,
        "agency_ori": None,
        "charges": [{"statute": "1", "description": "text", "severity": None, "disposition": None}],
        "status": "active",
        "view": "front",
        "extra": {"pod": "C"},
    }
    person = Person(
        "P-1",
        "Sample",
        date_of_birth=NOW.date(),
        sex=Coded("male", "M", "NCIC"),
        height_inches=71,
    )

    read = adapter_of(Booking).validate_json(json.dumps(kept))

    assert read == Booking(
        *("A1", "B-1", person, NOW),
        charges=(Charge("1", "text"),),
        view=View.FRONT,
        extra={"pod": "C"},
    )
