"""The words of reviews and disclosures: a candidate is a lead, and nobody is called more."""

import json
import re

import pytest

from app.domain.review import Conclusion, ReviewState
from tests.live import ROOT

_REFUSED = re.compile(r"\b(match\w*|identified|hits?|suspects?|suspected)\b", re.IGNORECASE)
_FILES = (
    "docs/review.md",
    "docs/verify_disclosure.py",
    "docs/adr/0013-review.md",
    "app/cli/reviews.py",
    "app/cli/disclosure.py",
    "app/domain/errors/reviews.py",
    *(str(path.relative_to(ROOT)) for path in ROOT.glob("app/api/**/review*.py")),
    *(str(path.relative_to(ROOT)) for path in ROOT.glob("app/services/disclosure/*.py")),
    *(str(path.relative_to(ROOT)) for path in ROOT.glob("adapters/disclosure_paper/*.py")),
    "adapters/stamps.py",
)


@pytest.mark.parametrize("file", _FILES)
def test_no_text_calls_a_candidate_more_than_a_lead(file: str) -> None:
    assert not _REFUSED.findall((ROOT / file).read_text("utf-8"))


def test_no_call_of_a_review_says_more() -> None:
    paths = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))["paths"]
    ours = [one for path, one in paths.items() if "review" in path or "disclosure" in path]

    assert len(ours) == 6
    assert not _REFUSED.findall(json.dumps(ours).replace("jail_identity_check", ""))


def test_no_state_and_no_conclusion_says_who_somebody_is() -> None:
    words = [*ReviewState, *Conclusion]

    assert not [word for word in words if _REFUSED.search(word.replace("_", " "))]
