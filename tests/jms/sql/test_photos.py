"""Photos that a database lists, and those that lie in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.field_mapping import FieldMapping
from app.domain.errors import (
    JmsCannotListError,
    JmsMisconfiguredError,
    PhotoMissingError,
    PhotoTooLargeError,
    PhotoUnreadableError,
)
from app.domain.photo import View
from app.ports.jms import PhotoRef
from tests.database_line import line_to
from tests.jail_databases import JailDatabase, PostgresJail, fill, jms_on

ALL = "SELECT * FROM photos"
ANGELES = ZoneInfo("America/Los_Angeles")


def columns(jail: JailDatabase, **more: str) -> dict[str, str]:
    """Return the columns of a table of photos that lie in it."""
    return {"external_image_id": jail.text, "view": jail.text, "image": jail.blob, **more}


async def test_photos_of_one_id_are_told_apart_by_their_views(jail_database: JailDatabase) -> None:
    rows = [("A1", "F", b"front"), ("A1", "L", b"left"), ("A2", None, b"plain"), ("A3", "", b"x")]
    fill(jail_database, "photos", columns(jail_database), rows)

    with jms_on(jail_database.address, ALL, photos=ALL, page_size=1) as jms:
        listed = {}
        for view in (View.FRONT, View.LEFT):
            after = None
            while True:
                page = await jms.photos(view, None, after)
                for ref in page.items:
                    listed[ref.external_image_id, ref.view] = await jms.photo(ref)
                if (after := page.next) is None:
                    break

    assert listed == {
        ("A1", View.FRONT): b"front",
        ("A1", View.LEFT): b"left",
        ("A2", View.FRONT): b"plain",
        ("A3", View.FRONT): b"x",
    }


async def test_poses_tell_photos_apart_too(jail_database: JailDatabase) -> None:
    kinds = columns(jail_database, pose=jail_database.text, image_type=jail_database.text)
    rows = [
        ("A1", None, b"front", "F", "FACE"),
        ("A1", None, b"left", "L", "FACE"),
        ("A1", None, b"rose", None, "TATTOO"),
        ("A2", "front", b"may be anything", "sideways", None),
    ]
    fill(jail_database, "photos", kinds, rows)

    with jms_on(jail_database.address, ALL, photos=ALL) as jms:
        page = await jms.photos(View.FRONT, None, None)
        photos = [await jms.photo(ref) for ref in page.items]

    assert [ref.external_image_id for ref in page.items] == ["A1"]
    assert photos == [b"front"]
    assert page.problems == ()


async def test_what_cannot_be_used_is_told(jail_database: JailDatabase) -> None:
    rows = [
        ("A1", "F", b"1"),
        ("A1", "front", b"2"),
        ("A2", "from behind", b"3"),
        (" ", "F", b"4"),
        (None, "F", b"5"),
        (None, "F", b"6"),
        ("A3", "F", None),
        ("A4", "F", b"7"),
    ]
    fill(jail_database, "photos", columns(jail_database), rows)

    with jms_on(jail_database.address, ALL, photos=ALL) as jms:
        page = await jms.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == ["A4"]
    assert {one.name: one.detail.split(";")[0] for one in page.problems} == {
        "A1": "The query has more than one row of this id and view, so that nobody knows which "
        "photo is meant",
        "A2": "The view is not known here",
        "row 1 of a page": "Its external_image_id is empty or not an id that can be used.",
        "rows without an id": "2 rows have no external_image_id.",
    }


async def test_two_photos_under_one_id_and_view_are_not_read(postgres_jail: PostgresJail) -> None:
    fill(postgres_jail, "photos", columns(postgres_jail), [("A1", "F", b"1"), ("A1", "F", b"2")])

    with (
        jms_on(postgres_jail.address, ALL, photos=ALL) as jms,
        pytest.raises(PhotoUnreadableError, match="more than one row"),
    ):
        await jms.photo(PhotoRef("A1", None, View.FRONT, None, '["F"]'))


@pytest.mark.parametrize(
    ("identifier", "location"),
    [
        *(("B1", '["F"]'), ("a1", '["F"]'), ("A\0", '["F"]'), ("A1", '["L"]'), ("A1", '["f"]')),
        *(("A1", "[null]"), ("A1", "[]"), ("A1", '["F", "F"]'), ("A1", '["\\u0000"]')),
        *(("A1", ""), ("A1", "F"), ("A1", "[1]"), ("A1", "{}"), ("A1", "[" * 9999)),
    ],
)
async def test_a_photo_that_is_not_there_is_missing(
    jail_database: JailDatabase, identifier: str, location: str
) -> None:
    fill(jail_database, "photos", columns(jail_database), [("A1", "F", b"1")])

    with jms_on(jail_database.address, ALL, photos=ALL) as jms, pytest.raises(PhotoMissingError):
        await jms.photo(PhotoRef(identifier, None, View.FRONT, None, location))


async def test_of_a_photo_of_100_mb_only_its_size_is_read(
    postgres_jail: PostgresJail, tmp_path: Path
) -> None:
    fill(postgres_jail, "photos", columns(postgres_jail), [])
    postgres_jail.execute("INSERT INTO photos SELECT 'A1', 'F', repeat('x', 100000000)::bytea")

    at = tmp_path / postgres_jail.socket.name
    async with line_to(postgres_jail.socket, at) as line:
        with jms_on(postgres_jail.address_at(tmp_path), ALL, photos=ALL) as jms:
            (ref,) = (await jms.photos(View.FRONT, None, None)).items
            with pytest.raises(PhotoTooLargeError, match=r"100\.0 MB"):
                await jms.photo(ref)

    assert 0 < line.answered_bytes < 100_000


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
async def test_since_is_asked_as_the_column_has_it(postgres_jail: PostgresJail, kind: str) -> None:
    noon = datetime(2026, 5, 17, 12, tzinfo=ANGELES)
    moments = {
        "older": noon - timedelta(days=1),
        "now": noon,
        "newer": noon + timedelta(days=1),
    }
    local = [
        (one, "F", b"1", moment if kind == "timestamptz" else moment.replace(tzinfo=None))
        for one, moment in moments.items()
    ]
    rows = [*local, ("never", "F", b"1", None)]
    fill(postgres_jail, "photos", columns(postgres_jail, changed_at=kind), rows)

    with jms_on(postgres_jail.address, ALL, photos=ALL, zone=ANGELES) as jms:
        page = await jms.photos(View.FRONT, noon.astimezone(UTC), None)

    assert {ref.external_image_id for ref in page.items} == {"never", "newer", "now"}


async def test_rows_that_come_and_go_shift_no_page(jail_database: JailDatabase) -> None:
    rows = [(one, "F", b"1") for one in ("B", "D", "F", "H")]
    fill(jail_database, "photos", columns(jail_database), rows)

    with jms_on(jail_database.address, ALL, photos=ALL, page_size=2) as jms:
        first = await jms.photos(View.FRONT, None, None)
        jail_database.execute("DELETE FROM photos WHERE external_image_id IN ('B', 'D')")
        jail_database.execute("INSERT INTO photos VALUES ('A', 'F', 'x'), ('G', 'F', 'x')")
        second = await jms.photos(View.FRONT, None, first.next)
        third = await jms.photos(View.FRONT, None, second.next)

    pages = [[ref.external_image_id for ref in page.items] for page in (first, second, third)]
    assert pages == [["B", "D"], ["F", "G"], ["H"]]


async def test_ids_that_are_numbers_are_listed_in_their_order(jail_database: JailDatabase) -> None:
    kinds = columns(jail_database) | {"external_image_id": "bigint"}
    fill(jail_database, "photos", kinds, [(number, "F", b"1") for number in (100, 9, -1, 20)])

    with jms_on(jail_database.address, ALL, photos=ALL, page_size=3) as jms:
        first = await jms.photos(View.FRONT, None, None)
        second = await jms.photos(View.FRONT, None, first.next)
        with pytest.raises(JmsMisconfiguredError, match="start a new import"):
            await jms.photos(View.FRONT, None, "from another listing")

    assert [ref.external_image_id for ref in first.items] == ["-1", "9", "20"]
    assert [ref.external_image_id for ref in second.items] == ["100"]


async def test_a_table_whose_ids_tell_no_rows_apart_is_refused(
    postgres_jail: PostgresJail,
) -> None:
    fill(postgres_jail, "photos", columns(postgres_jail), [])
    postgres_jail.execute("INSERT INTO photos SELECT 'A1', 'F', 'x' FROM generate_series(1, 1001)")

    with (
        jms_on(postgres_jail.address, ALL, photos=ALL, page_size=5) as jms,
        pytest.raises(JmsMisconfiguredError, match="more than 1,000 rows of one"),
    ):
        await jms.photos(View.FRONT, None, None)


async def test_what_is_listed_says_what_is_known(jail_database: JailDatabase) -> None:
    more = {"booking_number": "int", "taken_at": jail_database.moment}
    taken = datetime(2026, 5, 17, 14, 30, tzinfo=UTC)
    fill(jail_database, "photos", columns(jail_database, **more), [("A1", "F", b"1", 26, taken)])

    with jms_on(jail_database.address, ALL, photos=ALL) as jms:
        page = await jms.photos(View.FRONT, None, None)

    assert page.items == (PhotoRef("A1", "26", View.FRONT, taken, '["F"]'),)


async def test_photos_may_have_names_and_codes_of_their_own(
    jail_database: JailDatabase, tmp_path: Path
) -> None:
    kinds = {"img_id": "int", "pose": "int", "pic": jail_database.blob}
    fill(jail_database, "photos", kinds, [(1, 1, b"front"), (2, 2, b"left"), (3, 3, b"odd")])
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "fields:\n  external_image_id: img_id\n"
        "photos:\n  fields:\n    external_image_id: img_id\n    view: pose\n    image: pic\n"
        '  codes:\n    view: {"1": front, "2": left}\n'
    )

    with jms_on(jail_database.address, ALL, photos=ALL, mapping=FieldMapping.load(mapping)) as jms:
        page = await jms.photos(View.FRONT, None, None)
        photo = await jms.photo(page.items[0])

    assert [ref.external_image_id for ref in page.items] == ["1"]
    assert [one.name for one in page.problems] == ["3"]
    assert photo == b"front"


async def test_a_mapping_calls_a_path_a_url(postgres_jail: PostgresJail, tmp_path: Path) -> None:
    fill(postgres_jail, "photos", {"img_id": "text", "file": "text"}, [("A1", "a.jpg")])
    (tmp_path / "a.jpg").write_bytes(b"photo")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "fields:\n  external_image_id: img_id\n"
        "photos:\n  fields:\n    external_image_id: img_id\n    url: file\n"
    )

    with jms_on(
        postgres_jail.address,
        ALL,
        photos=ALL,
        mapping=FieldMapping.load(mapping),
        photos_dir=tmp_path,
    ) as jms:
        (ref,) = (await jms.photos(View.FRONT, None, None)).items

        assert await jms.photo(ref) == b"photo"


async def test_paths_that_are_none_are_passed_over_or_told(
    jail_database: JailDatabase, tmp_path: Path
) -> None:
    kinds = {"external_image_id": jail_database.text, "photo": jail_database.text}
    fill(jail_database, "photos", kinds, [("A1", "a.jpg"), ("A2", " "), ("A3", None)])
    (tmp_path / "a.jpg").write_bytes(b"photo")

    with jms_on(jail_database.address, ALL, photos=ALL, photos_dir=tmp_path) as jms:
        page = await jms.photos(View.FRONT, None, None)

        assert [ref.external_image_id for ref in page.items] == ["A1"]
        assert await jms.photo(page.items[0]) == b"photo"


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ({"photo": "text", "image": "bytea"}, "either a column photo .* or a column image"),
        ({"view": "text"}, "either a column photo .* or a column image"),
        ({"photo": "text"}, "set CANDID_JMS__PHOTOS_DIR"),
        ({"image": "text"}, "column image has to be binary"),
        ({"image": "bytea", "changed_at": "text"}, "changed_at has to be a date or time"),
    ],
)
async def test_columns_that_give_no_photos_are_told(
    postgres_jail: PostgresJail, kinds: dict[str, str], why: str
) -> None:
    fill(postgres_jail, "photos", {"external_image_id": "text", **kinds}, [])

    with (
        jms_on(postgres_jail.address, ALL, photos=ALL) as jms,
        pytest.raises(JmsMisconfiguredError, match=why),
    ):
        await jms.photos(View.FRONT, None, None)


async def test_without_a_listing_it_is_said_what_it_would_take(postgres_jail: PostgresJail) -> None:
    fill(postgres_jail, "bookings", {"external_image_id": "text"}, [])

    with (
        jms_on(postgres_jail.address) as jms,
        pytest.raises(JmsCannotListError, match="CANDID_JMS__PHOTOS_VIEW"),
    ):
        await jms.photos(View.FRONT, None, None)
