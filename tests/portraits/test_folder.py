import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from adapters.portraits import PortraitsUnavailableError, Role, demo_bookings, portraits_from
from adapters.portraits.folder import id_of
from app.domain.photo import checked_external_image_id


def photo(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\xd8\xff")
    return path


def test_one_folder_a_person_gives_bookings_and_a_probe(tmp_path: Path) -> None:
    for name in ("ann/1.jpg", "ann/2.JPG", "bob/1.png", "bob/notes.txt"):
        photo(tmp_path / name)

    portraits = portraits_from(tmp_path)

    assert [(p.person, p.role) for p in portraits] == [
        ("ann", Role.BOOKING),
        ("bob", Role.BOOKING),
        ("ann", Role.PROBE),
    ]
    assert portraits[-1].path == tmp_path / "ann/2.JPG"


def test_without_a_second_photo_of_anybody_the_first_is_also_the_probe(tmp_path: Path) -> None:
    photo(tmp_path / "ann/1.jpg")
    photo(tmp_path / "bob/1.jpg")

    portraits = portraits_from(tmp_path)

    assert [p.role for p in portraits] == [Role.BOOKING, Role.BOOKING, Role.PROBE]
    assert portraits[-1].path == portraits[0].path


def test_a_csv_names_images_beside_it(tmp_path: Path) -> None:
    photo(tmp_path / "photos/a.jpg")
    photo(tmp_path / "photos/b.jpg")
    listing = tmp_path / "people.csv"
    listing.write_text("image,person\nphotos/b.jpg,B\nphotos/a.jpg,A\n", "utf-8")

    portraits = portraits_from(listing)

    assert [(p.person, p.path) for p in portraits[:2]] == [
        ("A", tmp_path / "photos/a.jpg"),
        ("B", tmp_path / "photos/b.jpg"),
    ]


def test_a_csv_line_without_its_photo_is_named(tmp_path: Path) -> None:
    listing = tmp_path / "people.csv"
    listing.write_text("image,person\nmissing.jpg,A\n", "utf-8")

    with pytest.raises(PortraitsUnavailableError, match="line 2"):
        portraits_from(listing)


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_source_without_photos_is_refused_with_the_way_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(PortraitsUnavailableError, match="one folder of photos a person"):
        portraits_from(tmp_path / name)


@pytest.mark.parametrize("name", ["a b/ü.jpg", "../x", "con", "a:2Fb", "..", "名/写.png"])
def test_an_id_decodes_to_the_name_of_its_photo(name: str) -> None:
    external_image_id = checked_external_image_id(id_of(name))

    escaped = re.sub(r":(..)", r"%\1", external_image_id.removeprefix("DEMO-"))
    assert unquote(escaped) == name


def test_a_name_too_long_for_an_id_still_has_one_of_its_own() -> None:
    ids = {checked_external_image_id(id_of("é" * 200 + str(number))) for number in range(3)}

    assert len(ids) == 3


def test_demo_bookings_are_plainly_samples_and_share_the_person(tmp_path: Path) -> None:
    for name in ("ann/1.jpg", "ann/2.jpg", "ann/3.jpg", "bob/1.jpg"):
        photo(tmp_path / name)

    rows = demo_bookings(portraits_from(tmp_path))

    ann, again, bob = (row["person_id"] for row in rows)
    assert ann == again != bob
    assert {row["last_name"] for row in rows} == {"Sample"}
    assert all("DEMO" in row["booking_number"] and not row["charges"] for row in rows)
    assert not any("ann" in value or "bob" in value for row in rows for value in _shown(row))


def _shown(row: dict[str, str]) -> list[str]:
    return [value for name, value in row.items() if name != "external_image_id"]
