"""`candid jms check` against a JMS on a socket."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
import structlog

from adapters.jms.contract.stock import JailPhoto
from app.cli import main
from app.cli.console import console
from tests.camel_jail import CamelJail, camel_server
from tests.contract.rest_shapes import MAPPING
from tests.hostile_jms import Fate, HostileJail, Hostility, hostile_jms
from tests.servers import served

ROWS = {
    "A1": {"external_image_id": "A1", "last_name": "Sample", "height": "511"},
    "A 2": {"external_image_id": "A 2", "last_name": "Sämple", "height": "tall"},
    "A3": {"external_image_id": "A3", "status": "SEALED"},
}
SETTINGS = {
    "BOOKINGS__BATCH": "post",
    "BOOKINGS__BATCH_PATH": "bookings/lookup",
    "BOOKINGS__IDS": "imageNos",
    "BOOKINGS__ITEMS": "data.bookings",
    "PHOTOS__LISTING_PATH": "images",
    "PHOTOS__ITEMS": "images",
    "PHOTOS__PAGING": "page",
    "PHOTOS__PAGE": "pageNo",
    "PHOTOS__VIEW": "",
    "PHOTOS__PATH": "images/{id}/content",
}


class Checked(Protocol):
    """Runs the command in this process; returns its exit code and what it says."""

    def __call__(self, *arguments: str, **settings: str) -> tuple[int, str]: ...


@pytest.fixture
def checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Checked]:
    root, configured = logging.getLogger(), structlog.get_config()
    before = root.handlers[:], root.level

    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        monkeypatch.setattr(console, "width", 200)
        for name, value in settings.items():
            monkeypatch.setenv(f"CANDID_JMS__{name}", value)
        monkeypatch.setattr(sys, "argv", ["candid", "jms", "check", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    yield run

    root.handlers[:], root.level = before
    structlog.configure(**configured)


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "jms.yaml"
    path.write_text(MAPPING, "utf-8")
    return str(path)


def test_what_came_of_every_field_is_told_without_the_values(
    mapping: str, checked: Checked
) -> None:
    jail = CamelJail(ROWS, [JailPhoto("A1", b"photo"), JailPhoto("A 2", b"photo")])
    with served(camel_server(jail)) as url:
        code, said = checked(BASE_URL=f"{url}/v2", MAPPING=mapping, **SETTINGS)

    assert code == 1  # a height is to mend
    assert "It answers a ping." in said
    assert "has 2 photos" in said
    assert "The first photo has 5 bytes." in said
    assert "A1: found, and may be shown" in said
    assert "subject.name.last" in said
    assert "is no height such as" in said
    assert "Sample" not in said
    assert "Sämple" not in said


def test_values_are_shown_to_whoever_asks_for_them(mapping: str, checked: Checked) -> None:
    with served(camel_server(CamelJail(ROWS))) as url:
        given = {"BASE_URL": f"{url}/v2", "MAPPING": mapping, **SETTINGS}
        code, said = checked("A1", "::A:202", "A3", "A4", "--show-values", **given)

    assert code == 1
    assert "Sample" in said
    assert "A 2: found, and may be shown" in said
    assert "A3: found, and never shown: its record status is sealed" in said
    assert "A4: not found" in said


def test_a_bookings_file_is_checked_too(tmp_path: Path, checked: Checked) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id,last_name\nA1,Sample\n")

    code, said = checked("A1", PATH=str(path))

    assert code == 0, said
    assert "A1: found" in said
    assert "Sample" not in said


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "No jail management system is connected"),
        ({"PATH": "none.csv"}, "none.csv cannot be read"),
    ],
)
def test_without_a_jms_there_is_nothing_to_check(
    checked: Checked, settings: dict[str, str], told: str
) -> None:
    code, said = checked("A1", **settings)

    assert code == 2
    assert told in said
    assert "Traceback" not in said


def test_everything_that_a_jms_refuses_is_told(checked: Checked) -> None:
    with served(camel_server(CamelJail(ROWS, client=("candid", "secret")))) as url:
        code, said = checked(
            "A1", BASE_URL=f"{url}/v2", BOOKINGS__PATH="bookings/search?image={id}"
        )

    assert code == 1
    assert "It does not answer a ping: " in said
    assert "It lists no photos: " in said
    assert "A1: unavailable: " in said


def test_entries_and_photos_that_cannot_be_used_are_told(checked: Checked) -> None:
    hostility = Hostility(fates={Fate.HTML: 1}, junk=True)
    jail = HostileJail([JailPhoto("A1", b"photo")], hostility)
    with served(hostile_jms(jail)) as url:
        code, said = checked(BASE_URL=url)

    assert code == 1
    assert "An entry cannot be used: item 2 of the first page: The entry is no object." in said
    assert "3 more entries cannot be used." in said
    assert "The first photo cannot be had: " in said
    assert "No record status is read: every booking counts as active, and is shown." in said


def test_without_a_listing_an_id_is_needed(checked: Checked) -> None:
    with served(hostile_jms(HostileJail([]))) as url:
        code, said = checked(BASE_URL=url)

    assert code == 1
    assert "No booking was looked at; name an id" in said
