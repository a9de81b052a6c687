"""Data keys in one SQLite file, for one machine."""

from adapters.data_keys.file.store import FileDataKeys, opened_file_data_keys

__all__ = ["FileDataKeys", "opened_file_data_keys"]
