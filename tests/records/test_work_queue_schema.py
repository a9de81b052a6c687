"""The work queue's tables are those of the library that is installed."""

from pathlib import Path

import procrastinate
from procrastinate.schema import SchemaManager

from adapters.records.migrations import versions

_LINE = f"-- {'-' * 94}\n"


def _ours() -> str:
    file = Path(versions.__file__).with_name("procrastinate_3_10.sql")
    return file.read_text(encoding="utf-8").partition(_LINE)[2]


def test_a_new_version_of_the_library_with_other_tables_is_noticed() -> None:
    assert _ours() == SchemaManager.get_schema(), (
        f"procrastinate {procrastinate.__version__} has other tables: write a migration that "
        "applies its own migrations since 3.10 (procrastinate/sql/migrations), and hold that here"
    )
