"""Answers are sealed before, results after, and neither can be changed."""

from dataclasses import replace

import pytest

from app.domain.blind_documents import results_document, results_of
from app.domain.blind_score import opened
from app.domain.blind_test import BlindAnswer, BlindProbe, NotedSeals, Returned, answers_of
from app.domain.blind_told import facts_of
from app.domain.errors import (
    BlindSealBrokenError,
    BlindTestOrderError,
    BlindTestUnfitError,
    InvalidExternalImageIdError,
)
from app.domain.photo import sha256_of
from app.services.blind_test import Searched, seal_answers, search_blind
from tests.blind_test.samples import (
    NOW,
    OPENED_AT,
    PHOTOS,
    WRITTEN,
    photo_in,
    sealed,
    search,
    searched,
)


def test_what_everybody_sees_tells_no_answer() -> None:
    first, second = sealed(), sealed()

    assert first.test.answers_seal != second.test.answers_seal
    assert "A1" not in repr(first.test)
    assert [one.sha256 for one in first.test.probes] == sorted(map(sha256_of, PHOTOS.values()))


def test_answers_that_were_changed_are_not_opened() -> None:
    test = sealed()
    results = searched(test)
    changed = tuple(BlindAnswer(one.sha256, ("A1",)) for one in test.answers.answers)

    with pytest.raises(BlindSealBrokenError, match="answers are not those that were sealed"):
        opened(test.test, results, replace(test.answers, answers=changed), OPENED_AT)


def test_a_seal_that_was_changed_with_the_answers_is_seen_by_the_results() -> None:
    test = sealed()
    results = searched(test)
    changed = replace(test.answers, answers=test.answers.answers[::-1])
    resealed = replace(test.test, answers_seal=changed.seal)

    with pytest.raises(BlindSealBrokenError, match="changed after its probes were searched"):
        opened(resealed, results, changed, OPENED_AT)


def test_answers_of_another_test_are_refused() -> None:
    test, other = sealed(), sealed()

    with pytest.raises(BlindTestOrderError, match="those of test"):
        opened(test.test, searched(test), other.answers, OPENED_AT)


def test_results_are_held_against_the_seal_that_was_noted() -> None:
    test = sealed()
    results = searched(test)
    noted = " ".join((results.seal[:8], results.seal[8:16].upper()))

    assert opened(test.test, results, test.answers, OPENED_AT, NotedSeals(None, noted)).found
    better = replace(results.returned[0], candidates=(Returned(1, ("A1",), 90.0),))
    changed = replace(results, returned=(better, *results.returned[1:]))
    with pytest.raises(BlindSealBrokenError, match="whose seal was noted"):
        opened(test.test, changed, test.answers, OPENED_AT, NotedSeals(None, noted))
    with pytest.raises(BlindTestOrderError, match="At least 16 digits"):
        opened(test.test, results, test.answers, OPENED_AT, NotedSeals(None, noted[:9]))


def test_answers_are_held_against_the_seal_that_was_noted() -> None:
    test, other = sealed(), sealed()

    found = opened(
        test.test, searched(test), test.answers, OPENED_AT, NotedSeals(test.answers.seal[:20])
    )
    assert any("held against the seal that was noted" in said for _, said in facts_of(found))
    with pytest.raises(BlindSealBrokenError, match="answers are not those whose seal was noted"):
        opened(other.test, searched(other), other.answers, OPENED_AT, NotedSeals(test.answers.seal))


@pytest.mark.parametrize(
    "places",
    [(0, 1, 2), (0, 0, 2, 3), (0, 1, 2, 3, 3), (1, 0, 2, 3)],
    ids=["left out", "in the place of another", "given twice", "in another order"],
)
def test_probes_that_are_not_those_that_were_sealed_are_seen(places: tuple[int, ...]) -> None:
    test = sealed()
    probes = tuple(
        replace(test.test.probes[place], number=number) for number, place in enumerate(places, 1)
    )
    names = {number: test.photos[place + 1] for number, place in enumerate(places, 1)}
    edited = replace(test, test=replace(test.test, probes=probes), photos=names)

    with pytest.raises(BlindSealBrokenError, match="not the 4 photos whose answers were sealed"):
        opened(edited.test, searched(edited), test.answers, OPENED_AT)


def test_results_without_a_probe_are_seen() -> None:
    test = sealed()
    results = searched(test)

    with pytest.raises(BlindSealBrokenError, match="not one of each of the 4 probes"):
        opened(test.test, replace(results, returned=results.returned[1:]), test.answers, OPENED_AT)


@pytest.mark.parametrize(
    ("keeper", "sealed_at"),
    [("P. Other", sealed().test.sealed_at), ("Det. R. Sample", "2026-11-01T00:00:00Z")],
)
def test_who_sealed_and_when_is_under_the_seal(keeper: str, sealed_at: str) -> None:
    test = sealed()
    edited = replace(test, test=replace(test.test, keeper=keeper, sealed_at=sealed_at))

    with pytest.raises(BlindSealBrokenError, match=r"sealed is Det\. R\. Sample at 2026-"):
        opened(edited.test, searched(edited), test.answers, OPENED_AT)


@pytest.mark.parametrize("missing", ["seal", "results"])
def test_results_that_lack_a_part_are_no_results(missing: str) -> None:
    document = {k: v for k, v in results_document(searched(sealed())).items() if k != missing}

    with pytest.raises(BlindTestUnfitError, match="no file of sealed results"):
        results_of(document)


def test_a_photo_that_was_exchanged_is_not_searched() -> None:
    test = sealed()

    with pytest.raises(BlindSealBrokenError, match="Probe 1 is not the photo"):
        search_blind(test.test, lambda _: b"another", search, "operator", 20, lambda: NOW)


def test_the_seal_of_the_answers_is_kept_with_each_search() -> None:
    test, notes = sealed(), list[str]()

    def noted(probe: BlindProbe, photo: bytes, note: str) -> Searched:
        notes.append(note)
        return search(probe, photo, note)

    search_blind(test.test, lambda one: photo_in(test, one), noted, "operator", 20, lambda: NOW)

    assert all(test.test.answers_seal in note for note in notes)
    assert "probe 1 of 4" in notes[0]


def test_an_engine_that_changes_meanwhile_ends_the_test() -> None:
    test = sealed()

    with pytest.raises(BlindTestUnfitError, match="changed while the test ran"):
        search_blind(
            test.test,
            lambda one: photo_in(test, one),
            lambda probe, photo, note: replace(
                search(probe, photo, note), engine=("local", f"model/{probe.number}", "scale")
            ),
            "operator",
            20,
            lambda: NOW,
        )


def test_a_policy_that_changes_meanwhile_ends_the_test() -> None:
    test = sealed()

    with pytest.raises(BlindTestUnfitError, match=r"policy profile was changed .* \(none, strict"):
        search_blind(
            test.test,
            lambda one: photo_in(test, one),
            lambda probe, photo, note: replace(
                search(probe, photo, note), policy="strict 2" if probe.number > 2 else None
            ),
            "operator",
            20,
            lambda: NOW,
        )


def test_a_test_without_any_face_says_nothing() -> None:
    test = sealed({"c.jpg": "C1"})

    with pytest.raises(BlindTestUnfitError, match="In no probe a face was found"):
        searched(test)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ({}, "no photo"),
        ({"a.jpg": "A1"}, "Photos without an answer: b.jpg, c.jpg, d.jpg"),
        (WRITTEN | {"e.jpg": "E1"}, "Answers without a photo: e.jpg"),
        (WRITTEN | {"a.jpg": " "}, "An answer is empty"),
    ],
)
def test_answers_that_do_not_fit_the_photos_are_told(
    written: dict[str, str], complaint: str
) -> None:
    with pytest.raises(BlindTestUnfitError, match=complaint):
        seal_answers(PHOTOS if written else {}, written, "keeper", NOW)


def test_one_photo_under_two_names_is_told() -> None:
    photos = {"a.jpg": b"same", "b.jpg": b"same"}

    with pytest.raises(BlindTestUnfitError, match=r"under another name too: a\.jpg"):
        seal_answers(photos, dict.fromkeys(photos, "A1"), "keeper", NOW)


def test_answers_are_ids_or_say_that_there_is_none() -> None:
    assert answers_of(" A1 ; B:2;A1") == ("A1", "B:2")
    assert answers_of("Not in the gallery") == ()
    with pytest.raises(InvalidExternalImageIdError):
        answers_of("not in gallery")
