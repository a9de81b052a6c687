"""A small blind test: three people booked as A1, B1 (and B2) and C1, and one who is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from app.domain.blind_score import OpenedBlindTest, opened
from app.domain.blind_test import (
    NOT_NOTED,
    BlindProbe,
    BlindResults,
    NotedSeals,
    ProbeReturned,
    Returned,
)
from app.services.blind_test import SealedTest, Searched, seal_answers, search_blind

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
OPENED_AT = "2026-11-30T10:00:00.000Z"
PHOTOS = {"a.jpg": b"photo of A", "b.jpg": b"of B", "c.jpg": b"of C", "d.jpg": b"of D"}
WRITTEN = {"a.jpg": "A1", "b.jpg": "B1; B2", "c.jpg": "C1", "d.jpg": "not in the gallery"}
ENGINE = ("local", "model/1", "scale/1")

FOUND: Mapping[bytes, tuple[Returned, ...]] = {
    b"photo of A": (Returned(1, ("A1",), 88.0), Returned(2, ("C1",), 40.0)),
    b"of B": (Returned(1, ("A1",), 50.0), Returned(2, ("B3", "B2"), 45.0)),
    b"of D": (Returned(1, ("C1",), 47.5),),
}
"""What the searches return; in the photo of C no face is found."""


def sealed(written: Mapping[str, str] = WRITTEN) -> SealedTest:
    return seal_answers({name: PHOTOS[name] for name in written}, written, "Det. R. Sample", NOW)


def photo_in(test: SealedTest, probe: BlindProbe) -> bytes:
    return PHOTOS[test.photos[probe.number]]


def search(probe: BlindProbe, photo: bytes, note: str) -> Searched:  # noqa: ARG001 - as it is called
    if photo not in FOUND:
        return Searched(ProbeReturned(probe.number, None, refused="no_face"))
    returned = ProbeReturned(probe.number, f"search-{probe.number}", FOUND[photo])
    return Searched(returned, ENGINE, faces=300 + probe.number, policy="default 1")


def searched(test: SealedTest) -> BlindResults:
    return search_blind(
        test.test, lambda one: photo_in(test, one), search, "Sgt. O. Example", 20, lambda: NOW
    )


def sample_opened(
    written: Mapping[str, str] = WRITTEN, noted: NotedSeals = NOT_NOTED
) -> OpenedBlindTest:
    test = sealed(written)
    return opened(test.test, searched(test), test.answers, OPENED_AT, noted)


def fixed_opened() -> OpenedBlindTest:
    """Return an opened test without chance in it."""
    found = sample_opened()
    test = replace(
        found.test, test_id="01a22b50-0000-7000-8000-000000000000", answers_seal="5" * 64
    )
    return replace(found, test=test)
