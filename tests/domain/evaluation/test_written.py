import json
from typing import Any

import pytest

from app.domain.evaluation import NoEvaluationError, Rate, from_json, to_json
from tests.domain.evaluation.samples import EVALUATION


def test_an_evaluation_is_read_back_as_it_was_written() -> None:
    document = json.loads(json.dumps(to_json(EVALUATION), allow_nan=False))

    assert from_json(document) == EVALUATION


def test_a_rate_is_written_with_its_value_and_why_it_is_not_estimable() -> None:
    rates = to_json(EVALUATION)["reading"]

    assert rates["failure_to_detect"]["value"] == 0.03
    assert rates["failure_to_detect"]["not_estimable"] == "only 3 events, fewer than 30"
    assert rates["failure_to_search"]["value"] is None
    assert Rate(30, 100, None).not_estimable is None


def test_a_ratio_is_written_with_why_its_figure_is_not_to_be_quoted() -> None:
    (grouped,) = to_json(EVALUATION)["by_group"]
    (shared,) = grouped["thresholds"]

    assert shared["false_match_ratio_not_estimable"] == (
        "F: only 3 events, fewer than 30; M: only 3 events, fewer than 30"
    )
    assert shared["false_nonmatch_ratio_not_estimable"] is None


def test_an_older_document_is_read_without_what_it_did_not_count() -> None:
    document = to_json(EVALUATION)
    del document["remarks"]
    del document["reading"]["failure_to_detect"]["distinct"]

    read = from_json(document)

    assert (read.remarks, read.reading.failure_to_detect.distinct) == ((), None)


@pytest.mark.parametrize(("k", "n"), [(101, 100), (-1, 100), (0, -1)])
def test_more_than_all_or_less_than_none_is_no_rate(k: int, n: int) -> None:
    document = to_json(EVALUATION)
    document["reading"]["failure_to_detect"] |= {"k": k, "n": n}

    with pytest.raises(NoEvaluationError, match=f"{k} of {n} is no rate"):
        from_json(document)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": "candid-evaluation/0"}, "candid-evaluation/0"),
        ({"facts": {}}, "cannot be read"),
        ({"doubts": [{"kind": "unheard_of"}]}, "cannot be read"),
        ({"remarks": [7]}, "7 is no str"),
    ],
)
def test_what_is_no_evaluation_is_refused(change: dict[str, Any], told: str) -> None:
    document = {**to_json(EVALUATION), **change}

    with pytest.raises(NoEvaluationError, match=told):
        from_json(document)
