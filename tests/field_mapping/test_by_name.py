"""What is told of a record that is read by the names of its fields."""

from datetime import UTC

from adapters.field_mapping import explained_by_name
from app.domain.mapped_fields import AN_EXTRA


def test_each_field_is_told_with_what_came_of_it() -> None:
    record = {
        "External Image ID": "A1",
        "person": {"lastName": "Sample", "lastSSN": "123-45-6789", "height": "tall"},
        "charges": [],
        "pod": 7,
        "visits": ["a"],
        "status": "",
    }

    told = {one.column: one for one in explained_by_name(record, UTC)}

    assert {name: (one.expression, one.found, one.value) for name, one in told.items()} == {
        "external_image_id": ("External Image ID", "text", "A1"),
        "last_name": ("lastName", "text", "Sample"),
        "last_ssn": ("lastSSN", "text", None),
        "height": ("height", "text", "tall"),
        "charges": ("charges", "list of 0", None),
        "pod": ("pod", "number", 7),
        "visits": ("visits", "list of 1", None),
        "status": ("status", "empty", None),
    }
    assert told["last_ssn"].problem == "must not be taken in: it is dropped"
    assert told["height"].problem == "is no height such as 511, 5'11\", 71 or 180 cm"
    assert told["pod"].problem == AN_EXTRA
    assert told["visits"].problem == "is no column that is known: it is dropped"
    assert told["last_name"].problem is None


def test_a_record_whose_id_cannot_be_used_is_told_too() -> None:
    (told,) = explained_by_name({"external_image_id": ["A1"]}, UTC)

    assert (told.found, told.value) == ("list of 1", ["A1"])
