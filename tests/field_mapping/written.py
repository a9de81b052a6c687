"""Mapping files of tests, and readers whose expressions are JMESPath."""

from datetime import UTC, tzinfo
from pathlib import Path
from textwrap import dedent

import jmespath

from adapters.field_mapping import FieldMapping, RecordReader


def mapping_of(directory: Path, text: str) -> FieldMapping:
    """Write a mapping file and load it."""
    path = directory / "mapping.yaml"
    path.write_text(dedent(text), "utf-8")
    return FieldMapping.load(path)


def compiled_by_jmespath(mapping: FieldMapping, zone: tzinfo = UTC) -> RecordReader:
    """Return a reader of JSON records."""
    return mapping.compiled(lambda text: jmespath.compile(text).search, zone)
