"""The paper as a PDF, by reportlab (BSD, since 2000): it breaks tables and texts over pages."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from reportlab.lib.units import inch
from reportlab.platypus import Flowable, Image, KeepTogether, Spacer
from typing_extensions import override

from adapters.disclosure_paper.candidates import candidate_table, changes
from adapters.disclosure_paper.layout import (
    CODE,
    FAINT,
    SMALL,
    SUBHEADING,
    TITLE,
    beginning,
    grid,
    heading,
    pairs,
    paper,
    text,
    written,
)
from adapters.disclosure_paper.letters import letters
from adapters.disclosure_paper.review import review_told
from app.ports.disclosure_paper import DisclosurePaper

_MOST_RECORDS: Final = 500  # of the audit on paper; their hashes are of use to programs alone
_ABOUT: Final = (
    "What is written here is what the service has on record; disclosure.json beside it says the "
    "same for programs, and has what is shortened here in full, with its lines. What people wrote "
    "stands beside a rule, as one line, after what it is. Letters that this paper cannot draw "
    " stand as their Unicode number, such as [U+0645]; disclosure.json has them as they are. "
    "Times are UTC."
)
_CHECK: Final = (
    "disclosure.signed.json has the SHA-256 of this file and of disclosure.json, signed with the "
    "agency's key. The script verify_disclosure.py, published with Candid's documentation, checks "
    "signature and files offline. The signed audit head above can be held against an export of the "
    "audit, which shows that no record was changed or left out."
)
_PROBE: Final = (
    "The probe as it was searched, between bands that say what it is not for. Its SHA-256 above is "
    "of the file as it was sent, without them."
)
_NO_PROBE: Final = "The picture is not kept; its SHA-256 tells whether another file is the same."


class PdfPaper(DisclosurePaper):
    """Writes PDFs in a thread, one at a time: a long one takes seconds."""

    def __init__(self) -> None:
        self._turn = CapacityLimiter(1)

    @override
    async def written(self, disclosure: Mapping[str, Any], probe: bytes | None) -> bytes:
        return await to_thread.run_sync(pdf_of, disclosure, probe, limiter=self._turn)


def pdf_of(disclosure: Mapping[str, Any], probe: bytes | None) -> bytes:
    """Return the PDF of a disclosure."""
    letters()
    search_id = disclosure["search"]["search_id"]
    title = f"Disclosure of search {search_id}"
    footer = f"Search {search_id}  ·  disclosed {disclosure['made_at']}"
    return paper(list(_story(disclosure, probe)), title, footer)


def _story(said: Mapping[str, Any], probe: bytes | None) -> Iterator[Flowable]:
    yield text("Disclosure of a face search", TITLE)
    yield text(said["notice"])
    yield text(_ABOUT, FAINT)
    yield from _request(said)
    yield KeepTogether(list(_probe(said["probe"], probe)))
    yield from _searched(said)
    yield beginning()
    yield heading("Candidates as they were answered")
    yield text(said["result"])
    yield from candidate_table(said["candidates"])
    yield from _left_out(said)
    yield from changes(said["later_changes"])
    yield from review_told(said["review"])
    yield heading("Error rates")
    yield text(said["error_rates"]["text"])
    yield from _audit(said)


def _request(said: Mapping[str, Any]) -> Iterator[Flowable]:
    search, made_by, policy = said["search"], said["made_by"], said["policy"]
    yield heading("The request")
    rows: list[tuple[str, object]] = [
        ("Search", search["search_id"]),
        ("Made at", search["searched_at"]),
        ("Made with the key", search["key"]),
        ("On behalf of", search["on_behalf_of"]),
        ("Requested by", search["requested_by"]),
        ("Case number", search["case_number"]),
        ("Purpose", search["purpose"]),
        ("Offense", search["offense"]),
        ("Authority", search["authority"]),
        ("Its reference", search["authority_reference"]),
        ("Policy profile", _policy(policy)),
        ("Disclosed at", said["made_at"]),
        ("Disclosed to the key", made_by["key"]),
        ("On behalf of", made_by["on_behalf_of"]),
    ]
    yield pairs(rows)
    for title, said_by_people in (("Narrative", search["narrative"]), ("Notes", search["notes"])):
        if said_by_people:
            yield written(title, said_by_people)


def _policy(policy: Mapping[str, Any] | None) -> str | None:
    if policy is None:
        return None
    asks = "asks for a review" if policy["review_required"] else "asks for no review"
    named = f"{policy['profile']}, version {policy['version']}"
    return f"{named}; {asks}. SHA-256 of its file: {policy['sha256']}"


def _derivation(said: Mapping[str, Any] | None) -> list[tuple[str, object]]:
    if said is None:
        return []
    size = f"{said['original_width']} x {said['original_height']} pixels"
    steps = "; then ".join(said["steps"]) or "as it was"
    return [
        ("Made of the photo", f"{said['original_sha256']} ({size})"),
        ("By", steps),
        ("Told by", said["about"]),
    ]


def _probe(probe: Mapping[str, Any], picture: bytes | None) -> Iterator[Flowable]:
    yield heading("The probe")
    faces, searched = probe["faces_found"], probe["face_searched"] + 1
    yield pairs(
        [
            ("SHA-256", probe["sha256"]),
            ("Size in pixels", f"{probe['width']} x {probe['height']}"),
            ("Faces found", f"{faces}; number {searched} by size was searched"),
            ("Warnings", "\n".join(probe["warnings"])),
            *_derivation(probe["derivation"]),
        ]
    )
    yield Spacer(0, 6)
    if picture is None:
        yield text(_NO_PROBE, FAINT)
        return
    drawn = Image(io.BytesIO(picture))
    drawn._restrictSize(3 * inch, 3.6 * inch)  # noqa: SLF001 - reportlab's own way to fit a picture
    drawn.hAlign = "LEFT"
    yield drawn
    yield text(_PROBE, FAINT)


def _searched(said: Mapping[str, Any]) -> Iterator[Flowable]:
    engine, gallery = said["engine"], said["gallery"]
    yield heading("What searched, and what was searched")
    yield pairs(
        [
            ("Engine", engine["name"]),
            ("Model", engine["model"]),
            ("Scale of similarity", engine["scale"]),
            ("What the scale means", engine["scale_meaning"]),
            ("Gallery", f"{gallery['faces']:,} faces, as of {gallery['as_of']}"),
        ]
    )
    if engine["notes"]:
        yield text("What is known of the engine and its limits", SUBHEADING)
    for note in engine["notes"]:
        yield text(note, FAINT)


def _left_out(said: Mapping[str, Any]) -> Iterator[Flowable]:
    yield heading("Left out of the answer")
    if said["withheld"] == 0:
        yield text("Nobody.")
        return
    people = "1 person" if said["withheld"] == 1 else f"{said['withheld']} people"
    yield text(
        f"{people}: their record may not be shown (sealed, expunged, juvenile or "
        "restricted), or the policy wanted it confirmed and it was not. Nothing more is kept of "
        "it."
    )


def _audit(said: Mapping[str, Any]) -> Iterator[Flowable]:
    audit = said["audit"]
    head = audit["signed_head"]["head"]
    yield beginning()
    yield heading("The audit")
    yield text(audit["about"])
    own = [one for one in audit["records"] if not one["is_list"]]
    rows = [
        [
            text(one["number"], CODE),
            text(one["at"], CODE),
            text(one["action"], CODE),
            text(one["outcome"], CODE),
            text(one["hash"], CODE),
        ]
        for one in own[:_MOST_RECORDS]
    ]
    lists = len(audit["records"]) - len(own)
    titles = ("Number", "At", "Action", "Outcome", "Hash (SHA-256)")
    yield from grid(titles, rows, (0.1, 0.21, 0.16, 0.16, 0.37))
    if len(own) > _MOST_RECORDS:
        yield text(f"And {len(own) - _MOST_RECORDS} more, which disclosure.json has.", SMALL)
    if lists:
        looks = "1 look at a list" if lists == 1 else f"{lists} looks at lists"
        yield text(f"Besides, {looks} in which it stood; disclosure.json has them.", SMALL)
    yield text("Signed head of the audit", SUBHEADING)
    signed = (
        ("Number", head["number"]),
        ("Hash", head["hash"]),
        ("Signed at", head["signed_at"]),
        ("Public key (Ed25519)", head["public_key"]),
        ("Signature", audit["signed_head"]["signature"]),
    )
    yield pairs(signed)
    yield heading("How to check this")
    yield text(_CHECK)
