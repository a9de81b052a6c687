"""Accuracy has not fallen: a sample is measured anew and held against the published figures."""

import json
from pathlib import Path

import pytest

from app.domain.evaluation import Evaluation, Rate, from_json
from bench.published import PAGE, PUBLISHED, measured, page

SAMPLE = next(one for one in PUBLISHED if one.name == "lfw-sample")


def _is_no_worse(now: Rate, published: Rate) -> bool:
    """Say whether a rate of errors is not above the interval of the published one."""
    assert published.interval is not None
    assert published.interval.high is not None
    assert now.value is not None
    return now.value <= published.interval.high


@pytest.fixture(scope="module")
def now(shared_data: Path) -> Evaluation:
    assert (shared_data / SAMPLE.folder).is_dir()
    return measured(SAMPLE)


def test_the_same_photos_are_measured(now: Evaluation) -> None:
    assert now.facts.set_sha256 == SAMPLE.kept().facts.set_sha256


def test_the_right_person_comes_as_far_up_as_published(now: Evaluation) -> None:
    published = SAMPLE.kept().open_set.investigation

    for point, before in zip(now.open_set.investigation, published, strict=True):
        assert point.rank == before.rank
        assert _is_no_worse(point.fnir, before.fnir), f"rank {point.rank}: {point.fnir}"


def test_faces_are_found_as_published(now: Evaluation) -> None:
    assert _is_no_worse(now.reading.failure_to_detect, SAMPLE.kept().reading.failure_to_detect)
    assert _is_no_worse(now.reading.failure_to_enrol, SAMPLE.kept().reading.failure_to_enrol)


def test_the_page_is_what_the_results_make() -> None:
    assert page() == PAGE.read_text("utf-8"), "write it anew: python -m bench.published --page"


def test_published_results_name_nobody() -> None:
    for one in PUBLISHED:
        result = from_json(json.loads(one.file.read_text("utf-8")))
        assert not result.doubts
        assert not result.reading.failures
        assert result.facts.commit


def test_the_page_says_against_whom_the_engine_errs() -> None:
    written = PAGE.read_text("utf-8")

    assert "different Black people" in written
    assert "different White people" in written
