"""Records to write in tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import (
    Alias,
    Bail,
    Booking,
    Charge,
    Coded,
    Detainer,
    FeatureKind,
    Person,
    PhysicalFeature,
    RecordStatus,
)
from app.domain.collection import Collection, CollectionFace, image_id_of
from app.domain.derivation import Cropped, Derivation, Encoded, Rotated, Scaled
from app.domain.face import Box, Face, PhotoSize, Point, Quality
from app.domain.photo import View, photo_key
from app.domain.purpose import Purpose
from app.domain.record import FaceRecord, IndexStatus, Intent, IntentKind, PhotoRecord, Standing
from app.domain.search import (
    BookingStatus,
    Candidate,
    EngineFacts,
    GalleryFacts,
    OtherPhoto,
    Probe,
    SearchAnswer,
    SearchContext,
    Timings,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 891000, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MODEL = "model-1"
FACE = Face(Box(0.1, 0.2, 0.3, 0.4), Quality(144, 99.5, yaw=-3.25), (Point(0.2, 0.3),))
SHA256 = "ab" * 32
DERIVATION = Derivation(
    *(SHA256[::-1], 4000, 3000),
    (
        Rotated(90),
        Cropped(0, 500, 3000, 3000),
        Scaled(640, 480),
        Encoded("image/jpeg"),
    ),
)


def face_id() -> str:
    return str(uuid4())


def photo(external_image_id: str, *face_ids: str, standing: Standing | None = None) -> PhotoRecord:
    return PhotoRecord(
        external_image_id=external_image_id,
        status=IndexStatus.INDEXED if face_ids else IndexStatus.SKIPPED,
        view=View.FRONT,
        sha256=SHA256,
        photo_key=photo_key(external_image_id, SHA256),
        size=PhotoSize(480, 600),
        faces=tuple(FaceRecord(face, FACE) for face in face_ids),
        engine="local",
        model=MODEL,
        changed_at=NOW,
        standing=standing or Standing(),
    )


def tombstone(external_image_id: str) -> PhotoRecord:
    emptied = photo(external_image_id)
    return replace(
        emptied,
        status=IndexStatus.REMOVED,
        sha256=None,
        photo_key=None,
        size=None,
        engine=None,
        model=None,
    )


def standing(person_id: str, status: RecordStatus = RecordStatus.ACTIVE) -> Standing:
    return Standing(person_id, status, NOW, NOW - timedelta(days=9))


def intent(kind: IntentKind, external_image_id: str, opened_at: datetime = NOW) -> Intent:
    key = photo_key(external_image_id, SHA256)
    return Intent(face_id(), kind, external_image_id, key, (face_id(),), opened_at)


def entry(request_id: str) -> AuditEntry:
    return AuditEntry(
        at=NOW,
        action=AuditAction.SEARCH,
        actor=Actor("front desk", "192.0.2.7", request_id, on_behalf_of="Sgt. O"),
        outcome="answered",
        search_id="S-1",
        case_number="26-001234",
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        photo_sha256=SHA256,
        engine="local",
        model=MODEL,
        gallery_faces=7,
        details={"candidates": ["A1"], "withheld": 0},
    )


def full_booking(external_image_id: str = "A1") -> Booking:
    """Return a booking in which every field says something."""
    rose = Coded("TAT L ARM", "TAT L ARM", "NCIC")
    person = Person(
        person_id="P-1",
        last_name="Sample",
        first_name="One",
        middle_name="N.",
        suffix="Jr.",
        date_of_birth=NOW.date(),
        sex=Coded("male", "M", "NCIC"),
        race=Coded("w", "W", "NCIC"),
        eye_color=Coded("brown", "BRO", "NCIC"),
        hair_color=Coded("bal", "BLD", "NCIC"),
        height_inches=71,
        weight_pounds=180,
        skin_tone=Coded("lt brown", "LBR", "NCIC"),
        scars_marks_tattoos=(PhysicalFeature(rose, FeatureKind.TATTOO, "left arm", "rose"),),
        aliases=(Alias("Big Sample"), Alias(None, "Sample", "Won", "N.", "Sr.", NOW.date())),
        merged_into_person_id="P-2",
        other_person_ids=("P-0",),
        other_booking_numbers=("25-9",),
    )
    bail = Bail("$5,000.50", Decimal("5000.50"))
    ncic = Coded("2202", "2202", "NCIC")
    return Booking(
        external_image_id=external_image_id,
        booking_number="26-1",
        person=person,
        booked_at=NOW,
        released_at=LATER,
        facility="Main jail",
        agency_ori="OR0340000",
        charges=(Charge("164.225", "Burglary I", "F", "Pending", ncic, 2, bail),),
        view=View.FRONT,
        extra={"pod": "C"},
        pose=Coded("F", "F", "ANSI/NIST-ITL"),
        image_type=Coded("F", "FACE", "ANSI/NIST-ITL"),
        custody_status=Coded("In jail", "in_custody", "CANDID"),
        detainers=(Detainer("Clark Co. SO", "warrant 26-1"),),
        previous_booking_numbers=("26-0",),
    )


def search(search_id: str, at: datetime = NOW, case_number: str | None = None) -> SearchAnswer:
    candidate = Candidate(
        rank=1,
        external_image_id="A1",
        face_id=face_id(),
        similarity=98.25,
        raw_score=0.625,
        score_scale="local-1",
        other_photos=(OtherPhoto("A2", None, NOW),),
        taken_at=NOW,
        booking_status=BookingStatus.FOUND,
        status_as_of=NOW,
        booking=full_booking(),
    )
    return SearchAnswer(
        search_id=search_id,
        searched_at=at,
        context=SearchContext(Purpose.CRIMINAL_INVESTIGATION, case_number, "Det. N", "notes"),
        probe=Probe(PhotoSize(640, 480), SHA256, (FACE,), 0, ("a warning",), DERIVATION),
        candidates=(candidate,),
        withheld=2,
        gallery=GalleryFacts(7, NOW),
        engine=EngineFacts("local", MODEL, "local-1"),
        timings=Timings(1, 2, 3, 4, 10),
    )


def collection_face(
    external_image_id: str | None = None, *, sha256: str = SHA256, model: str = MODEL
) -> CollectionFace:
    """Return a new face; without an id of its photo it is named by its bytes."""
    image_id = image_id_of(sha256)
    return CollectionFace(
        face_id=face_id(),
        image_id=image_id,
        external_image_id=external_image_id or image_id,
        is_named=external_image_id is not None,
        face=FACE,
        model=model,
    )


def collection(collection_id: str = "jail", **tags: str) -> Collection:
    return Collection(collection_id, MODEL, NOW, tags)
