"""Whatever a JMS answers, a mapping reads it, and shows nothing that is not said to be active."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.field_mapping import RecordReader
from app.domain.booking import RecordStatus
from app.domain.booking_fields import booking_from_fields
from app.domain.field_text import clean_text
from tests.field_mapping.written import compiled_by_jmespath, mapping_of

MAPPING = """
    fields:
      last_name: a.name
      date_of_birth: a.born
      sex: a.sex
      booked_at: a.at
      charges: "a.charges[].{statute: code, text: text}"
      status: a.state
      view: a.pose
    codes:
      sex: {1: M}
      status: {A: active, S: sealed}
      view: {1: front}
    times:
      date_of_birth: "%d.%m.%Y"
      booked_at: epoch_milliseconds
    extra:
      pod: a.pod
"""
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUE = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
NAMES = ("name", "born", "sex", "at", "charges", "state", "pose", "pod")
RECORD = VALUE | st.fixed_dictionaries({"a": st.dictionaries(st.sampled_from(NAMES), VALUE)})


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> RecordReader:
    directory: Path = tmp_path_factory.mktemp("mapping")
    return compiled_by_jmespath(mapping_of(directory, MAPPING))


@given(record=RECORD)
def test_any_record_is_read_and_only_a_status_that_is_named_shows_it(
    reader: RecordReader,
    record: Any,  # noqa: ANN401 - any answer
) -> None:
    fields = {"external_image_id": "A1", **reader.fields_of(record)}

    booking = booking_from_fields(fields, UTC).booking

    inner = record.get("a") if isinstance(record, dict) else None
    state = inner.get("state") if isinstance(inner, dict) else None
    is_named = isinstance(state, str) and clean_text(state) == "A"
    assert (booking.status is RecordStatus.ACTIVE) is is_named
    assert len(reader.explained(record)) == len(NAMES)
