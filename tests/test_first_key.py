"""The first key: in its file before it counts, and not in the log."""

from pathlib import Path

import pytest

from app.ports.records import Records
from app.services.authenticate import Authenticate
from app.settings import AuthSettings, Settings, SettingsError
from app.wiring.first_key import first_key_of, make_first_key
from tests.jails import VISITOR


def _settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, auth=AuthSettings(kind="keys"))


def _names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


async def test_the_first_key_is_left_in_a_file_of_the_owners_and_not_in_the_log(
    records: Records, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, authenticate = _settings(tmp_path), Authenticate(records, required=True)

    await make_first_key(settings, authenticate)
    key = first_key_of(settings)
    shown = capsys.readouterr().err
    await make_first_key(settings, authenticate)

    assert key is not None
    assert (await authenticate(key, VISITOR)).name.startswith("first (")
    assert (str(tmp_path / "first-key") in shown, key in shown) == (True, False)
    assert (tmp_path / "first-key").stat().st_mode & 0o777 == 0o600
    assert _names(tmp_path) == ["first-key"]
    assert (first_key_of(settings), capsys.readouterr().err) == (key, "")


async def test_a_file_of_a_database_that_is_gone_is_replaced(
    records: Records, tmp_path: Path
) -> None:
    (tmp_path / "first-key").write_text("candid_00000000_old\n")
    settings, authenticate = _settings(tmp_path), Authenticate(records, required=True)

    await make_first_key(settings, authenticate)

    assert (await authenticate(first_key_of(settings), VISITOR)).name.startswith("first (")


async def test_where_the_file_cannot_be_written_there_is_no_key(
    records: Records, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "first-key"
    blocked.mkdir()
    settings, authenticate = _settings(tmp_path), Authenticate(records, required=True)

    with pytest.raises(SettingsError, match=r"CANDID_DATA_DIR: .*first-key cannot be written"):
        await make_first_key(settings, authenticate)

    assert capsys.readouterr().err == ""
    assert _names(tmp_path) == ["first-key"]
    blocked.rmdir()
    await make_first_key(settings, authenticate)
    assert (await authenticate(first_key_of(settings), VISITOR)).name.startswith("first (")


async def test_a_data_directory_that_cannot_be_is_told_in_one_line(
    records: Records, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    settings = _settings(tmp_path / "file" / "data")

    with pytest.raises(SettingsError, match="cannot be written"):
        await make_first_key(settings, Authenticate(records, required=True))


async def test_without_keys_there_is_no_first_key(records: Records, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, auth=AuthSettings(kind="none"))

    await make_first_key(settings, Authenticate(records, required=False))

    assert first_key_of(settings) is None
    assert _names(tmp_path) == []
