"""The JMS that is a bookings file."""

from datetime import tzinfo
from importlib.util import find_spec
from pathlib import Path

from adapters.field_mapping import FieldMapping
from adapters.jms.file import EXCEL, FileJms, FileShape, Layout
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name
from app.ports.jms import Jms
from app.settings import PREFIX, FileJmsSettings, SettingsError


def open_file_jms(chosen: FileJmsSettings, zone: tzinfo, data_dir: Path) -> Jms:
    """Connect it.

    Raises SettingsError for a file, mapping or layout that was never right, and for an Excel
    sheet without the extra that reads it; one that goes bad later costs bookings only.
    """
    _check_readable(chosen.path)
    if chosen.path.suffix.lower() in EXCEL and find_spec("openpyxl") is None:
        raise SettingsError(
            f"{PREFIX}JMS__PATH: Excel needs an extra: pip install 'candid[jms-excel]'"
        )
    if chosen.index_dir is not None and not chosen.index_dir.is_dir():
        raise SettingsError(f"{PREFIX}JMS__INDEX_DIR: {chosen.index_dir} is no directory")
    try:
        shape = FileShape(
            mapping=FieldMapping.load(chosen.mapping) if chosen.mapping else None,
            layout=Layout.load(chosen.layout) if chosen.layout else None,
            sheet=chosen.sheet,
            deltas=chosen.deltas,
            deleted=column_name(chosen.deleted_column),
            index_dir=chosen.index_dir or _made(data_dir),
        )
        shape.check(chosen.path)
    except JmsMisconfiguredError as error:
        raise SettingsError(str(error)) from error
    return FileJms(chosen.path, zone, shape=shape)


def _made(directory: Path) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"{PREFIX}JMS__PATH: {path} cannot be read: {reason}") from error
