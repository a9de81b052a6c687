"""Disclosures to write on paper in tests: with nobody, with many, with odd letters."""

from typing import Any

SEARCH_ID = "5b0e1c52-0d7a-4f0e-9a57-1f0c3f3f7f11"
AT = "2026-11-29T14:40:00.000Z"
SHA256 = "ab" * 32
LONG = " ".join(
    f"Sentence {i} of a long note, which goes on about what was seen." for i in range(60)
)
NAMES = ("Nguyễn", "Łukasiewicz", "Ковалёва", "Παπαδοπούλου", "O'Connor-Muñoz", "محمد", "李小龙")


def candidate(rank: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    person: dict[str, Any] = {
        "person_id": f"P-{rank}",
        "last_name": NAMES[rank % len(NAMES)],
        "first_name": "José",
        "middle_name": None,
        "suffix": None,
        "date_of_birth": "1984-02-29",
        "merged_into_person_id": None,
        "other_person_ids": [],
        "other_booking_numbers": [],
        "sex": "M",
        "race": "W",
        "eye_color": "BRO",
        "hair_color": "BLK",
        "skin_tone": None,
        "height_inches": 71,
        "weight_pounds": 180,
        "scars_marks_tattoos": [],
        "aliases": [],
    }
    charge = {
        "statute": "13A-8-4",
        "description": "Theft of property in the 2nd degree",
        "severity": "F",
        "disposition": None,
        "ncic_code": None,
        "counts": None,
        "bail": None,
    }
    booking = {
        "booking_number": f"2026-{rank:05}",
        "previous_booking_numbers": [],
        "person": person,
        "booked_at": AT,
        "released_at": None,
        "custody_status": None,
        "facility": "Main",
        "agency_ori": "AL0010000",
        "charges": [charge] * (1 + rank % 3),
        "detainers": [],
        "photo": {"view": "front", "pose": None, "image_type": None},
    }
    return {
        "rank": rank,
        "similarity": 90 - rank / 3,
        "raw_score": 0.95 - rank / 1000,
        "score_scale": "dlib-resnet-v1-lfw-fmr/1",
        "expected_false_positives": None,
        "redacted": False,
        "external_image_id": f"BOOKING-PHOTO-{rank:05}-FRONT",
        "face_id": "0",
        "taken_at": AT,
        "other_photos": [],
        "booking_status": "found",
        "status_as_of": AT,
        "booking": booking,
        **more,
    }


def entries() -> list[dict[str, Any]]:
    said = {"at": AT, "key": "review desk (0a1b2c3d)", "sha256": SHA256, "is_whole": True}
    probe = {"suitability": "suitable", "reasons": ["blur", "pose"], "notes": "Usable."}
    finding = {
        "candidate": 1,
        "conclusion": "possible_lead",
        "features": {"ears": "similar", "nose": "different", "scars": "not_visible"},
        "notes": LONG,
    }
    answer = {"none_of_these": False, "findings": [finding], "notes": LONG * 3, "blind": True}
    none = {"none_of_these": True, "findings": [], "notes": None, "blind": False}
    evidence = {"kind": "fingerprints", "reference": "AFIS 4711", "text": "Latent from the door."}
    release = {"candidate": 1, "corroboration": evidence}
    return [
        {"number": 1, "reviewer": "Det. P", "corrects": None, "probe": probe, **said},
        {"number": 2, "reviewer": "Ковалёва", "corrects": None, "answer": answer, **said},
        {"number": 3, "reviewer": "Sgt. Q", "corrects": 2, "answer": none, **said}
        | {"is_whole": False},
        {"number": 4, "reviewer": "Lt. R", "corrects": None, "release": release, **said},
    ]


def disclosure(candidates: int = 0, *, reviewed: bool = False, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a document as `document_of` makes it."""
    found = [candidate(rank) for rank in range(1, candidates + 1)]
    told = f"{candidates} candidates were answered."
    nobody = "No candidate above the floor: the search named nobody."
    record = {"is_list": False, "at": AT, "action": "search", "outcome": "answered", "hash": SHA256}
    head = {"number": 4711, "hash": SHA256, "signed_at": AT, "public_key": "A" * 43 + "="}
    return {
        "kind": "candid disclosure, version 1",
        "notice": "Investigative leads only. A candidate resembles the probe and may be somebody "
        "else. It is not an identification and not probable cause.",
        "made_at": AT,
        "made_by": {"key": "records (11223344)", "on_behalf_of": "ADA S"},
        "search": {
            "search_id": SEARCH_ID,
            "searched_at": AT,
            "key": "CAD (0a1b2c3d)",
            "on_behalf_of": "Sgt. O",
            "requested_by": "Det. N",
            "case_number": "26-001234",
            "purpose": "criminal_investigation",
            "offense": "Robbery",
            "authority": None,
            "authority_reference": None,
            "narrative": LONG if reviewed else "A man took the till.",
            "notes": None,
        },
        "policy": {
            "profile": "default",
            "version": "1",
            "sha256": SHA256,
            "review_required": reviewed,
        },
        "probe": {
            "sha256": SHA256,
            "width": 640,
            "height": 480,
            "faces_found": 2,
            "face_searched": 0,
            "warnings": ["2 faces were found and only the largest (0) was searched."],
            "derivation": {
                "about": "As whoever searched said.",
                "original_sha256": SHA256[::-1],
                "original_width": 4000,
                "original_height": 3000,
                "steps": ["turned right by 90 degrees", "scaled to 640 x 480 pixels"],
            },
            "is_kept": False,
        },
        "engine": {
            "name": "local",
            "model": "dlib-resnet-v1+blazeface/1",
            "scale": "dlib-resnet-v1-lfw-fmr/1",
            "scale_meaning": "0 to 90, by how rarely two different people look this alike.",
            "notes": ["Scores rank leads for human review.", LONG[:400]],
        },
        "gallery": {"faces": 312345, "as_of": AT},
        "result": told if candidates else nobody,
        "candidates": found,
        "withheld": 2,
        "review": {
            "is_begun": reviewed,
            "state": "lead_released" if reviewed else "awaiting_probe",
            "rules": {
                "profile": "example-eu-ai-act",
                "version": "2",
                "reviewers": 2,
                "requester_excluded": True,
                "corroboration_required": True,
            },
            "leads": [1] if reviewed else None,
            "released": [1] if reviewed else [],
            "release_stands": False if reviewed else None,
            "entries": entries() if reviewed else [],
        },
        "later_changes": [],
        "error_rates": {"measured": False, "text": "No error rates were measured here."},
        "audit": {
            "about": "The records that name this search.",
            "records": [{"number": n, **record} for n in range(1, 6)],
            "signed_head": {"head": head, "signature": "B" * 86 + "=="},
        },
        **more,
    }
