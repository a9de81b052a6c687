"""Answers of a real run on the demo's portraits, shown in the OpenAPI document.

`python -m tests.recorded_examples` makes the file anew.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel

FILE: Final = "examples.json"


class Examples(BaseModel):
    """Answers by operation and status, problems by code, and the fields of requests."""

    requests: dict[str, dict[str, Any]]  # by operation: fields of the form, without the photo
    parameters: dict[str, Any]  # by name of the path parameter
    answers: dict[str, dict[str, Any]]  # by operation, then status
    problems: dict[str, dict[str, Any]]


@cache
def recorded() -> Examples:
    """Return what was recorded."""
    return Examples.model_validate(json.loads((files("app.api") / FILE).read_text("utf-8")))
