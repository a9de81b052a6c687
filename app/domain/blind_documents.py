"""A blind test's parts as JSON, and back: nothing is taken that is not exactly what was written."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from app.domain.blind_test import (
    BlindAnswer,
    BlindAnswers,
    BlindFacts,
    BlindProbe,
    BlindResults,
    BlindTest,
    ProbeReturned,
    Returned,
)
from app.domain.errors import BlindSealBrokenError, BlindTestUnfitError

_Part = TypeVar("_Part")


def results_document(results: BlindResults) -> Mapping[str, Any]:
    """Return results with their seal."""
    return {"results": asdict(results), "seal": results.seal}


def test_of(document: Any) -> BlindTest:  # noqa: ANN401 - JSON
    """Read a test; BlindTestUnfitError where it is none."""
    return _read("blind test", _test, document)


def answers_from(document: Any) -> BlindAnswers:  # noqa: ANN401 - JSON
    """Read the kept answers; BlindTestUnfitError where they are none."""
    return _read("file of sealed answers", _answers, document)


def results_of(document: Any) -> BlindResults:  # noqa: ANN401 - JSON
    """Read results; BlindTestUnfitError where they are none, BlindSealBrokenError where altered."""
    results, seal = _read(
        "file of sealed results", lambda said: (_results(said["results"]), said["seal"]), document
    )
    if results.seal != seal:
        raise BlindSealBrokenError(
            "The results are not those that were sealed: they were changed since. This test says "
            "nothing any more."
        )
    return results


def _read(what: str, read: Callable[[Mapping[str, Any]], _Part], document: Any) -> _Part:  # noqa: ANN401 - JSON
    try:
        return read(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise BlindTestUnfitError(f"This is no {what} of `candid evaluate blind`.") from error


def _test(said: Mapping[str, Any]) -> BlindTest:
    probes = tuple(BlindProbe(**one) for one in said["probes"])
    return BlindTest(**{**said, "probes": probes})


def _answers(said: Mapping[str, Any]) -> BlindAnswers:
    answers = tuple(
        BlindAnswer(one["sha256"], tuple(one["external_image_ids"])) for one in said["answers"]
    )
    return BlindAnswers(**{**said, "answers": answers})


def _results(said: Mapping[str, Any]) -> BlindResults:
    returned = tuple(
        ProbeReturned(**{**one, "candidates": tuple(map(_candidate, one["candidates"]))})
        for one in said["returned"]
    )
    return BlindResults(**{**said, "facts": BlindFacts(**said["facts"]), "returned": returned})


def _candidate(said: Mapping[str, Any]) -> Returned:
    return Returned(**{**said, "external_image_ids": tuple(said["external_image_ids"])})
