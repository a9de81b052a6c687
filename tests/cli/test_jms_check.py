"""`candid jms check` against a JMS on a socket."""

import sys
from pathlib import Path
from typing import Protocol

import pytest

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
def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checked:
    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        monkeypatch.setattr(console, "width", 200)
        for name, value in settings.items():
            monkeypatch.setenv(f"CANDID_JMS__{name}", value)
        monkeypatch.setattr(sys, "argv", ["candid", "jms", "check", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


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


def test_a_batch_that_is_asked_wrongly_is_found(mapping: str, checked: Checked) -> None:
    given = {
        "BOOKINGS__BATCH": "query",
        "BOOKINGS__BATCH_PATH": "bookings/repeated",
        "BOOKINGS__IDS": "image",
        "BOOKINGS__ITEMS": "byImage",
    }
    with served(camel_server(CamelJail(ROWS))) as url:
        given |= {"BASE_URL": f"{url}/v2", "MAPPING": mapping}
        code, said = checked("A1", "A3", **given)
        repeated = checked("A1", "A3", BOOKINGS__SEPARATOR="", **given)[1]

    assert code == 1
    assert "A1: found, and may be shown" in said
    assert "A1: asked for with the others, as by a search, not found" in said
    assert "A3: asked for with the others, as by a search, not found" in said
    assert "Asked for all 2 at once, as by a search, it says the same of each." in repeated


def test_a_bookings_file_is_checked_too(tmp_path: Path, checked: Checked) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id,last_name\nA1,Sample\n")

    code, said = checked("A1", PATH=str(path))

    assert code == 0, said
    assert "A1: found" in said
    assert "Sample" not in said


def test_what_is_never_taken_in_is_neither_shown_nor_counted(
    tmp_path: Path, checked: Checked
) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text(
        "external_image_id,detainers,custody_status,facility,aliases,height,sealed\n"
        "A1,ICE|Immigration detainer;Marion County|Warrant,Out to hospital,078-05-1120,"
        "Ann Smith;Sample|078-05-1120,tall,N\n"
        "A2,ICE|Immigration detainer,,,,,N\n"
    )

    code, said = checked("A1", "A2", "--show-values", PATH=str(path))

    assert code == 1  # the facility and the height
    assert "Marion County" in said
    assert "Ann Smith" in said
    assert "tall" in said
    assert not any(text in said for text in ("ICE", "mmigration", "hospital", "078-05"))
    counted = {
        cells[1].strip(): cells[4].strip()
        for row in said.splitlines()
        if len(cells := row.split("│")) > 5
    }
    assert counted["detainers"] == "1 of 2"
    assert counted["custody_status"] == "0 of 2"
    assert counted["sealed"] == "2 of 2"


FLAGGED = """
fields: {external_image_id: image, last_name: name, sealed: marks.sealed}
"""
STATUS = "fields: {external_image_id: image, last_name: name, status: state}"
SAID = FLAGGED + 'codes: {sealed: {"": no, "true": yes}}\n'


@pytest.mark.parametrize(
    ("mapping", "asked", "code", "told"),
    [
        (FLAGGED, ["A1"], 1, "sealed: nothing is at marks.sealed in any of these bookings, which"),
        (FLAGGED, ["A1", "A2"], 0, "A2: found, and never shown: its record status is sealed"),
        (SAID, ["A1"], 0, "sealed: nothing is at marks.sealed in any of these bookings, and codes"),
        (SAID, ["A1", "A2"], 0, "A2: found, and never shown: its record status is sealed"),
        (FLAGGED.replace("marks", "mraks"), ["A1", "A2"], 1, "nothing is at mraks.sealed"),
        (STATUS, ["A1"], 1, "A1: found, and never shown: its record status is restricted"),
    ],
)
def test_a_mark_that_is_in_no_booking_may_be_somewhere_else(
    tmp_path: Path, checked: Checked, mapping: str, asked: list[str], code: int, told: str
) -> None:
    bookings, by = tmp_path / "bookings.jsonl", tmp_path / "jms.yaml"
    bookings.write_text('{"image": "A1"}\n{"image": "A2", "marks": {"sealed": true}}\n')
    by.write_text(mapping)

    ended, said = checked(*asked, PATH=str(bookings), MAPPING=str(by))

    assert ended == code
    assert told in said
    assert ("nothing is at" in said) is ("nothing is at" in told)


def test_columns_that_sound_as_if_they_hid_records_are_named(
    tmp_path: Path, checked: Checked
) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id,sealed,sealed_date,Pod,RecordSealed\nA1,,,B,\n")

    code, said = checked("A1", PATH=str(path))

    assert code == 1
    assert "record_sealed hides nothing" in said
    assert said.count("hides nothing") == 1
    assert "in any of these bookings" not in said
    assert "is this where it should be?" not in said  # an empty column is where it is


def test_columns_in_which_only_two_words_sound_so_together_are_not_named(
    tmp_path: Path, checked: Checked
) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text(
        "external_image_id,sealed,release_allowed,CaseAlert,house_alarm,Use Alias,phase_alpha\n"
        "A1,,Y,Y,Y,Y,Y\n"
    )

    code, said = checked("A1", PATH=str(path))

    assert code == 0, said
    assert "hides nothing" not in said


@pytest.mark.parametrize("column", ["record_sealed", "ISSEALED", "confidentialYn", "juvenileCase"])
def test_a_column_that_sounds_so_is_named(tmp_path: Path, checked: Checked, column: str) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text(f"external_image_id,sealed,{column}\nA1,,\n")

    code, said = checked("A1", PATH=str(path))

    assert code == 1
    assert "hides nothing" in said


def test_a_mark_that_is_there_and_blank_is_where_it_should_be(
    tmp_path: Path, checked: Checked
) -> None:
    bookings, by = tmp_path / "bookings.csv", tmp_path / "jms.yaml"
    bookings.write_text("image,SEALED_FLAG\nA1,\nA2, \n")
    by.write_text("fields: {external_image_id: image, sealed: SEALED_FLAG}")

    code, said = checked("A1", "A2", PATH=str(bookings), MAPPING=str(by))

    assert code == 0, said
    assert "nothing is" not in said


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
