"""What the name of a file says of the photo in it."""

import pytest

from adapters.photo_source.file_names import FileNames, is_ignored
from app.domain.errors import SourceUnusableError
from app.domain.imports import ItemReason, ItemStatus
from app.domain.photo import View


@pytest.mark.parametrize(
    ("pattern", "path", "external_image_id", "view"),
    [
        (None, "A1.jpg", "A1", View.FRONT),
        (None, "2026/11/A.1.JPEG", "A.1", View.FRONT),
        ("{id}", "x/A1.png", "A1", View.FRONT),
        ("{id}_F.jpg", "x/A1_F.jpg", "A1", View.FRONT),
        ("{id}_F.jpg", "A1_f.JPG", "A1", View.FRONT),
        ("{id}_F", "A1_F.heic", "A1", View.FRONT),
        ("{id}_F.*", "A1_F.tif", "A1", View.FRONT),
        ("{id}-{view}.jpg", "2026-001-F.jpg", "2026-001", View.FRONT),
        ("{id}.{view}", "A1.L.jpg", "A1", View.LEFT),
        ("*/{id}-{view}.jpg", "drawer 7/A1-right.jpg", "A1", View.RIGHT),
        ("{id}/{view}.jpg", "A1/smt.jpg", "A1", View.SCAR_MARK_TATTOO),
        ("{id}/*.jpg", "A1/whatever.jpg", "A1", View.FRONT),
        ("img_*_{id}.jpg", "img_2026_05_A1.jpg", "A1", View.FRONT),
        ("*a/{id}.jpg", "bananaa/A1.jpg", "A1", View.FRONT),
        ("*/*_{id}/*-{view}-*.jpg", "a/x_A1/2-L-7.jpg", "A1", View.LEFT),
        ("{id} (F).jpg", "A1 (F).jpg", "A1", View.FRONT),
        ("{id}", "Müller 7.jpg", "::M:c3:bcller:207", View.FRONT),
    ],
)
def test_a_pattern_says_where_the_id_and_the_view_are(
    pattern: str | None, path: str, external_image_id: str, view: View
) -> None:
    item = FileNames(pattern).item(path, path)

    assert (item.external_image_id, item.view) == (external_image_id, view)
    assert (item.location, item.status, item.reason) == (path, ItemStatus.WAITING, None)


@pytest.mark.parametrize(
    ("pattern", "path", "told"),
    [
        ("{id}_F.jpg", "A1_L.jpg", "does not fit the pattern {id}_F.jpg"),
        ("{id}_F.jpg", "_F.jpg", "does not fit the pattern"),
        ("*/{id}.jpg", "A1.jpg", "does not fit the pattern"),
        ("*/{id}.jpg", "a/b/A1.jpg", "does not fit the pattern"),
        ("{id}-{view}", "A1-Q.jpg", "view in the name is not known"),
        (None, "A1.pdf", "no ending of a picture"),
        (None, "A1", "no ending of a picture"),
        (None, ".jpg", "no ending of a picture"),
        (None, "M\udcfcller.jpg", "not UTF-8"),
    ],
)
def test_a_name_that_says_too_little_is_an_entry_with_its_reason(
    pattern: str | None, path: str, told: str
) -> None:
    item = FileNames(pattern).item(path, path)

    assert (item.external_image_id, item.status) == ("", ItemStatus.FAILED)
    assert item.reason is ItemReason.ENTRY_UNUSABLE
    assert told in (item.detail or "")
    assert item.location.encode()


@pytest.mark.parametrize(
    "pattern",
    ["*.jpg", "{id}{view}.jpg", "{id}*", "{id}-{id}", "{id}-{name}", "{}", "*a*b*{id}", "**/{id}"],
)
def test_a_pattern_that_could_mean_anything_is_refused(pattern: str) -> None:
    with pytest.raises(SourceUnusableError, match="an example is"):
        FileNames(pattern)


def test_no_name_takes_for_ever_to_match() -> None:
    names = FileNames("*a*a*/*a{id}a*b.jpg")

    item = names.item(f"{'a' * 250}/{'a' * 250}.jpg", "x")

    assert item.reason is ItemReason.ENTRY_UNUSABLE


@pytest.mark.parametrize(
    "path",
    [
        *(".DS_Store", "._A1.jpg", "Thumbs.db", "x/desktop.ini", "A1.xmp", "A1.jpg.md5"),
        *("__MACOSX/A1.jpg", "@eaDir/", ".git/", "a/.hidden/A1.jpg", "~$list.xlsx"),
    ],
)
def test_what_programs_leave_beside_photos_is_passed_over(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize("path", ["A1.jpg", "x/A1.pdf", "A1", "exports.csv/A1.jpg", "photos.db/"])
def test_nothing_else_is_passed_over(path: str) -> None:
    assert not is_ignored(path)
