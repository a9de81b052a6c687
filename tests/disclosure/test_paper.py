"""The paper: legible, whole, numbered, and the same bytes for the same disclosure."""

import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from adapters.disclosure_paper import PdfPaper
from adapters.disclosure_paper.letters import legible
from tests.disclosure.samples import SEARCH_ID, candidate, disclosure


async def pages(document: dict[str, Any], probe: bytes | None = None) -> list[str]:
    """Return the text of each page."""
    pdf = pypdfium2.PdfDocument(await PdfPaper().written(document, probe))
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


def picture(width: int = 480, height: int = 640) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(written, "JPEG")
    return written.getvalue()


async def test_every_page_has_its_number_and_the_search() -> None:
    found = await pages(disclosure(50, reviewed=True))

    assert len(found) > 5
    for number, page in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in page
        assert f"Search {SEARCH_ID}" in page
        assert "NOT AN IDENTIFICATION" in page


async def test_all_candidates_are_there_and_the_titles_come_again() -> None:
    found = await pages(disclosure(50))

    assert all(any(f"BOOKING-PHOTO-{rank:05}" in page for page in found) for rank in range(1, 51))
    assert sum("Person as booked" in page for page in found) > 2


EXPECTED = {
    "expected": 0.41,
    "low": 0.25,
    "high": 0.63,
    "worst_group": {"group": "race B, sex M", "expected": 4.0, "high": 5.2},
    "people": 200_000,
    "calibration_id": "20261130-0a1b2c3d",
    "calibrated_at": "2026-11-30T08:00:00.000Z",
    "meaning": "if the person is not enrolled; not a probability of identity",
}


async def test_how_many_others_reach_a_score_stands_below_the_candidates() -> None:
    document = disclosure(2)
    document["candidates"][0]["expected_false_positives"] = EXPECTED
    bounded = {**EXPECTED, "expected": None, "low": 0.0, "high": 0.003, "worst_group": None}
    document["candidates"][1]["expected_false_positives"] = bounded

    text = " ".join(await pages(document))

    assert "among 200,000 enrolled, if the person is not enrolled; not a probability" in text
    assert "0.41 (95 % interval 0.25 to 0.63); for race B, sex M, at most 5.2." in text
    assert "Rank 2" in text
    assert "fewer than 0.003. Calibration 20261130-0a1b2c3d of 2026-11-30." in text


async def test_a_long_note_is_whole_and_a_very_long_one_says_where_the_rest_is() -> None:
    text = " ".join(await pages(disclosure(1, reviewed=True)))

    assert all(sentence in text for sentence in ("Sentence 0 of", "Sentence 59 of a long"))
    assert "… (whole in disclosure.json)" in text


async def test_what_people_wrote_does_not_pass_for_the_services_words() -> None:
    document = disclosure(1, reviewed=True)
    forged = "Weak.\nEntry 9: Answer\nCandidate of rank 1: possible lead."
    document["review"]["entries"][1]["answer"]["findings"][0]["notes"] = forged
    document["review"]["entries"][3]["release"]["corroboration"]["reference"] = "7\nEntry 8: A"
    pdf = pypdfium2.PdfDocument(await PdfPaper().written(document, None))
    lines = "\n".join(page.get_textpage().get_text_range() for page in pdf).splitlines()

    assert not [line for line in lines if line.startswith(("Entry 8", "Entry 9"))]
    assert any(line.startswith("Notes on rank 1: Weak. Entry 9") for line in lines)


async def test_thousands_of_notes_and_records_stay_a_paper() -> None:
    document = disclosure(1, reviewed=True)
    [_, answered, *_] = document["review"]["entries"]
    finding = answered["answer"]["findings"][0] | {"notes": "\n" * 3999 + "x" * 4000}
    answered["answer"] |= {"findings": [finding] * 1000, "notes": None}
    record = document["audit"]["records"][0]
    lists = [record | {"number": 9, "is_list": True}] * 3000
    document["audit"]["records"] = [record] * 501 + lists
    found = await pages(document)

    assert len(found) < 150
    assert "3000 looks at lists" in found[-1] + found[-2]
    assert "And 1 more, which disclosure.json has." in " ".join(found)


async def test_it_is_the_same_for_the_same_disclosure() -> None:
    paper, document = PdfPaper(), disclosure(3, reviewed=True)

    assert await paper.written(document, picture()) == await paper.written(document, picture())


@pytest.mark.parametrize("size", [(200, 260), (900, 3000), (3000, 400)])
async def test_a_probe_of_any_shape_fits_the_page(size: tuple[int, int]) -> None:
    assert "The probe as it was searched" in " ".join(await pages(disclosure(), picture(*size)))


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Nguye\u0302\u0303n", "Nguy\u1ec5n"),
        ("\u041a\u043e\u0432\u0430\u043b\u0451\u0432\u0430", None),
        ("\u0645\u062d", "[U+0645][U+062D]"),
        ("\u674e", "[U+674E]"),
        ("x\u0301\u0302", "x[U+0301][U+0302]"),
        ("a\u202eb\x07\ud800", "a[U+202E]b[U+0007][U+D800]"),
        ("a\tb\r\nc", "a b\nc"),
        ("\U0001f600", "[U+1F600]"),
    ],
)
def test_a_letter_is_drawn_or_told_by_its_number(name: str, drawn: str | None) -> None:
    assert legible(name) == (drawn or name)


async def test_what_looks_like_markup_is_a_text() -> None:
    one = candidate(1, external_image_id="<b>&amp;</b>" + "X" * 240)
    one["booking"]["charges"] = [
        dict.fromkeys(("statute", "severity", "disposition", "counts"), None)
    ] * 6
    for charge in one["booking"]["charges"]:
        charge["description"] = "<para>" * 400
    found = " ".join(await pages(disclosure(candidates=0) | {"candidates": [one]}))

    assert "<b>&amp;</b>" in found
    assert "and 1 more charge in disclosure.json" in found


async def test_a_booking_is_told_whole_and_what_is_too_much_counted() -> None:
    one, alias = candidate(1), dict.fromkeys(("full_name", "last_name", "suffix", "date_of_birth"))
    alias |= {"last_name": "Smith", "first_name": "J", "middle_name": None}
    whole_name = alias | {"full_name": "BIG JOE", "date_of_birth": "1984-01-01"}
    mark = {"smt": "TAT L ARM", "kind": "tattoo", "location": "left arm", "description": "rose"}
    one["booking"]["person"] |= {
        "merged_into_person_id": "P-77",
        "scars_marks_tattoos": [mark] * 6,
        "aliases": [alias, whole_name, *[alias] * 5],
    }
    one["booking"] |= {
        "previous_booking_numbers": ["25-1"],
        "custody_status": "OUT TO COURT",
        "detainers": [{"agency": "Clark Co. SO", "reason": "warrant"}],
    }
    one["booking"]["charges"] = [one["booking"]["charges"][0] | {"counts": 3}]
    found = " ".join(" ".join(await pages(disclosure() | {"candidates": [one]})).split())

    for told in (
        "Sex M, race W, eyes BRO, hair BLK, 5 ft 11 in, 180 lb",
        "Now person P-77",
        "Mark: TAT L ARM, left arm, rose",
        "and 1 more mark in",
        "Alias: Smith, J",
        "Alias: BIG JOE, born 1984-01-01",
        "and 2 more aliases in",
        "Before: 25-1",
        "Custody: OUT TO COURT",
        "At Main",
        "3 counts (disposition: not known)",
        "Detainer: Clark Co. SO: warrant",
    ):
        assert told in found


async def test_a_candidate_without_booking_or_sealed_since_has_a_row() -> None:
    sealed = {
        "rank": 2,
        "similarity": 1.0,
        "raw_score": 0.5,
        "redacted": True,
        "expected_false_positives": None,
    }
    unknown = candidate(1, booking=None, booking_status="not_found")
    bare = candidate(3)
    bare["booking"] |= {"person": dict.fromkeys(bare["booking"]["person"]), "charges": []}
    bare["booking"] |= {"released_at": "2026-11-29T14:40:00.000Z"}
    bare["other_photos"] = [{}]
    changes = [
        {"rank": 2, "reason": "sealed", "known_since": "2026-11-29T14:40:00.000Z"},
        {"rank": 9, "reason": "removed", "known_since": None},
    ]
    document = disclosure() | {"candidates": [unknown, sealed, bare], "later_changes": changes}
    found = " ".join(await pages(document))

    assert "Booking not found" in found
    assert "Redacted" in found
    assert "No name on record" in found
    assert "the record was sealed, as known since" in found
    assert "1 other photo of the person" in found
