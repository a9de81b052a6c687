"""What the weekly report counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import AuditRecord, Origin, canonical, numbered
from app.domain.audit_report import Asked, AuditReport, Denied
from app.domain.office_hours import OfficeHours
from app.domain.purpose import Purpose

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
NIGHT = NOON + timedelta(hours=12)
DESK = Actor("desk (0a1b2c3d)", "192.0.2.7", "R-1", "Sgt. O")
SEARCH = AuditEntry(
    NOON,
    AuditAction.SEARCH,
    DESK,
    "answered",
    case_number="26-1",
    purpose=Purpose.MISSING_PERSON,
    photo_sha256="ab" * 32,
)


def report(*entries: AuditEntry) -> AuditReport:
    made = AuditReport(
        NOON - timedelta(days=2),
        NOON + timedelta(days=2),
        OfficeHours.parsed("mon-fri 07:00-19:00", UTC),
    )
    for number, entry in enumerate(entries, start=1):
        text = numbered(number, canonical(entry, Origin("jail")))
        made.add(AuditRecord(number, text, ""))
    return made


def test_searches_are_counted_by_who_for_whom_and_why() -> None:
    training = replace(SEARCH, purpose=Purpose.TRAINING_TEST, case_number=None)

    made = report(SEARCH, replace(SEARCH, at=NIGHT), training)

    missing = made.searches[Asked("desk (0a1b2c3d)", "Sgt. O", "missing_person")]
    test = made.searches[Asked("desk (0a1b2c3d)", "Sgt. O", "training_test")]
    assert (missing.times, missing.off_hours, missing.without_case) == (2, 1, 0)
    assert (test.times, test.off_hours, test.without_case) == (1, 0, 1)


def test_a_photo_that_is_searched_again_is_told_with_users_and_cases() -> None:
    other = replace(SEARCH, actor=replace(DESK, name="night"), case_number="26-2")
    once = replace(SEARCH, photo_sha256="cd" * 32)

    [(sha256, probed)] = report(SEARCH, other, once).repeated()

    assert (sha256, probed.times) == ("ab" * 32, 2)
    assert (probed.users, probed.cases) == ({"desk (0a1b2c3d)", "night"}, {"26-1", "26-2"})


def test_what_was_denied_is_told_apart_from_what_failed_and_from_what_was_served() -> None:
    denied = replace(SEARCH, outcome="scope_missing")
    failed = replace(SEARCH, outcome="no_face")
    viewed = replace(SEARCH, action=AuditAction.VIEW_PHOTO, photo_sha256=None)

    made = report(denied, denied, failed, viewed)

    who = Denied("desk (0a1b2c3d)", "192.0.2.7", "search", "scope_missing")
    assert made.denied == {who: 2}
    assert made.failed == {("search", "no_face"): 1}
    assert [one.times for one in made.searches.values()] == [1]
    assert made.other["desk (0a1b2c3d)", "view_photo"].times == 1


def test_whoever_shows_no_valid_key_is_told_as_denied() -> None:
    nobody = Actor("unknown", "192.0.2.9", "R-2")
    knocked = AuditEntry(NOON, AuditAction.AUTHENTICATE, nobody, "unauthenticated")

    made = report(knocked, knocked)

    assert made.denied == {Denied("unknown", "192.0.2.9", "authenticate", "unauthenticated"): 2}
    assert made.other == {}


def test_records_of_another_time_are_left_out_and_broken_ones_counted() -> None:
    made = report(replace(SEARCH, at=NOON - timedelta(days=3)), SEARCH)
    for text in ("[]", "{}", '{"at":7}', "{", '{"at":"yesterday"}', '{"at":"2026-11-25"}'):
        made.add(AuditRecord(9, text, ""))

    assert (made.records, made.unreadable) == (1, 6)
