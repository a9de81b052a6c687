"""The OpenAPI document: committed, complete, and its examples true to it."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from app.api.errors import MEDIA_TYPE
from app.main import create_app
from app.settings import Settings
from tests.live import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
WITHOUT_JSON = {
    *("search_probe", "index_remove", "photo", "import_item_photo", "review_picture", "disclosure"),
}


def _operations() -> Iterator[Any]:
    for path in DOCUMENT["paths"].values():
        yield from path.values()


def _check(schema: Any, value: Any) -> None:  # noqa: ANN401 - JSON
    components = {"components": DOCUMENT["components"]}
    jsonschema_rs.Draft202012Validator(schema | components).validate(value)


OPERATIONS = [pytest.param(one, id=one["operationId"]) for one in _operations()]


def test_the_committed_document_is_what_the_code_says() -> None:
    assert create_app(Settings()).openapi() == DOCUMENT, "run `make openapi` and commit"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_says_what_it_does(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert len(operation["description"]) > 20


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_error_is_a_problem_with_an_example_of_each_code(operation: dict[str, Any]) -> None:
    errors = {s: one for s, one in operation["responses"].items() if int(s) >= 400}

    for status, answer in errors.items():
        if (operation["operationId"], status) == ("ready", "503"):
            continue  # a readiness report is no error of the call
        [(media_type, media)] = answer["content"].items()
        assert media_type == MEDIA_TYPE
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
        for code, example in media.get("examples", {}).items():
            _check(media["schema"], example["value"])
            assert (example["value"]["code"], example["value"]["status"]) == (code, int(status))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_has_an_example_that_fits(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        for media in answer.get("content", {}).values():
            if int(status) < 400 and operation["operationId"] not in WITHOUT_JSON:
                _check(media["schema"], media["example"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_example_has_every_field_that_an_answer_has(operation: dict[str, Any]) -> None:
    for media in operation["responses"].get("200", {}).get("content", {}).values():
        name = media["schema"].get("$ref", "").rsplit("/", 1)[-1]
        known = DOCUMENT["components"]["schemas"].get(name, {}).get("properties", {})
        assert set(known) == (set(media["example"]) if known else set())


@pytest.mark.parametrize("name", ["Body_index", "Body_search", "Body_detect"])
def test_a_photo_is_a_file_and_no_field_can_be_null(name: str) -> None:
    fields = DOCUMENT["components"]["schemas"][name]["properties"]

    assert fields["photo"]["contentMediaType"] == "application/octet-stream"
    assert not [field for field, schema in fields.items() if "anyOf" in schema]
