"""What of a bookings file is checked when the service starts."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.jms.file import FileJms
from app.settings import FileJmsSettings, Settings, SettingsError
from app.wiring.jms import open_adapter

LAYOUT = "columns: {Id: {start: 1, width: 3}, Nr: {start: 4, width: 4}}"
MAPPING = "fields: {external_image_id: Id, booking_number: Nr}"


def settings_of(folder: Path, **chosen: object) -> Settings:
    name = "b.txt"
    (folder / name).write_text("A1 26-1\nA2 26-2\n")
    given = {"kind": "file", "path": folder / name} | chosen
    return Settings(jms=FileJmsSettings.model_validate(given))


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


async def test_layout_mapping_and_deltas_of_the_settings_are_used(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    settings = settings_of(
        tmp_path,
        layout=written(tmp_path / "layout.yaml", LAYOUT),
        mapping=written(tmp_path / "mapping.yaml", MAPPING),
        deltas="delta-*",
        index_dir=index,
    )
    written(tmp_path / "delta-1", "A2 27-2\n")

    jms = await open_adapter(settings, AsyncExitStack())
    assert isinstance(jms, FileJms)
    found = (await jms.bookings(["A1", "A2"])).found
    explained = await jms.explained("A2")

    assert [one.booking_number for one in found.values()] == ["26-1", "27-2"]
    assert [(one.column, one.value) for one in explained or ()] == [
        ("external_image_id", "A2"),
        ("booking_number", "27-2"),
    ]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"path": "none.csv"}, "CANDID_JMS__PATH: .* cannot be read"),
        ({"layout": "none.yaml"}, "layout file .* cannot be read"),
        ({"mapping": "none.yaml"}, "mapping file .* cannot be read"),
        ({"index_dir": "none"}, "CANDID_JMS__INDEX_DIR: .* is no directory"),
    ],
)
async def test_what_was_never_right_stops_the_start(
    tmp_path: Path, chosen: dict[str, str], told: str
) -> None:
    settings = settings_of(tmp_path, **{name: tmp_path / one for name, one in chosen.items()})

    with pytest.raises(SettingsError, match=told):
        await open_adapter(settings, AsyncExitStack())


def test_a_pattern_of_deltas_names_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leave folders out"):
        settings_of(tmp_path, deltas="deltas/*.csv")
