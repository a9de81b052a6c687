"""Searches that were kept before there were policy profiles are shown as they were answered."""

import json

from adapters.records.postgres.documents import adapter_of
from app.domain.search import SearchAnswer
from tests.records.samples import search

NEW = ("policy", "review_required")
NEW_OF_CONTEXT = ("offense", "authority", "authority_reference", "narrative")


def test_a_search_without_a_policy_is_read() -> None:
    adapter = adapter_of(SearchAnswer)
    answer = search("S-1")
    kept = json.loads(adapter.dump_json(answer))
    for name in NEW:
        del kept[name]
    for name in NEW_OF_CONTEXT:
        del kept["context"][name]

    read = adapter.validate_json(json.dumps(kept))

    assert read == answer
    assert read.policy is None
