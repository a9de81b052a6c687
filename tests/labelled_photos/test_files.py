import os
from pathlib import Path

import pytest

from adapters.labelled_photos import labelled_files
from app.domain.errors import PhotoMissingError, PhotoTooLargeError, SourceUnusableError
from app.domain.evaluation import LabelledPhoto, Role
from app.ports.photo_source import PHOTO_BYTES


def people(root: Path, *images: str) -> Path:
    for image in images:
        (root / image).parent.mkdir(parents=True, exist_ok=True)
        (root / image).write_bytes(os.fsencode(image))
    return root


def table(root: Path, text: str, name: str = "set.csv") -> Path:
    (root / name).write_text(text, encoding="utf-8")
    return root / name


async def test_a_folder_of_people_is_read_sorted_and_its_photos_shown(tmp_path: Path) -> None:
    root = people(tmp_path / "jail", "b/1.JPG", "a/2.png", "a/1.jpg", "a/notes.txt", "a/.x.jpg")
    files = labelled_files(root)

    labels = await files.labels()

    assert labels.name == "jail"
    assert labels.photos == (
        LabelledPhoto("a", "a/1.jpg"),
        LabelledPhoto("a", "a/2.png"),
        LabelledPhoto("b", "b/1.JPG"),
    )
    assert await files.shown("a/2.png") == b"a/2.png"


async def test_a_folder_with_a_protocol_is_read_by_it(tmp_path: Path) -> None:
    root = people(tmp_path / "lfw", "a/1.jpg", "a/2.jpg", "b/1.jpg")
    table(root, "person,image,role\na,a/1.jpg,gallery_mated\n", "protocol.csv")

    labels = await labelled_files(root).labels()

    assert labels.name == "lfw"
    assert labels.photos == (LabelledPhoto("a", "a/1.jpg", Role.GALLERY_MATED),)


async def test_every_other_column_of_a_table_is_a_group(tmp_path: Path) -> None:
    people(tmp_path, "1.jpg", "2.jpg")
    text = "\ufeffImage;Person; Age Band ;sex;\n1.jpg;a;18-29;F;\n\n2.jpg; b ;NA;M;\n"

    labels = await labelled_files(table(tmp_path, text)).labels()

    assert labels.name == "set"
    assert labels.photos == (
        LabelledPhoto("a", "1.jpg", None, {"age_band": "18-29", "sex": "F"}),
        LabelledPhoto("b", "2.jpg", None, {"sex": "M"}),
    )


@pytest.mark.parametrize("word", ["Unknown", "UNK", "n/a", "-"])
async def test_a_word_for_what_is_not_known_is_no_group(tmp_path: Path, word: str) -> None:
    people(tmp_path, "1.jpg")

    labels = await labelled_files(table(tmp_path, f"image,person,race\n1.jpg,a,{word}\n")).labels()

    assert labels.photos[0].groups == {}


async def test_plain_roles_become_those_of_who_is_enrolled_and_searched_for(
    tmp_path: Path,
) -> None:
    people(tmp_path, "1", "2", "3", "4", "5")
    rows = "a,1,gallery\na,2,Probe\nb,3,gallery\nc,4,probe\nc,5,\n"

    labels = await labelled_files(table(tmp_path, f"person,image,role\n{rows}")).labels()

    assert [photo.role for photo in labels.photos] == [
        Role.GALLERY_MATED,
        Role.PROBE_MATED,
        Role.GALLERY_DISTRACTOR,
        Role.PROBE_NONMATED,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the header must name the columns person and image"),
        ("name,image\n", "it says name, image"),
        ("person,image,person\n", "each column once"),
        ("person,image\n", "no photo below it"),
        ("person,image\na,1.jpg\n,1.jpg\n", "line 3: person and image must not be empty"),
        ("person,image\na,1.jpg\nb,1.jpg\n", "line 3: 1.jpg stands on line 2 already"),
        ("person,image\na,2.jpg\n", "line 2: there is no file 2.jpg"),
        ("person,image\na,1.jpg,x\n", "line 2: more cells than"),
        ("person,image,role\na,1.jpg,guest\n", "line 2: the role 'guest' is none of gallery_mated"),
        ("person,image\n" + "a,\n" * 12, "and 2 more lines"),
        ('person,image\na,"1.jpg\n', "is no CSV file"),
    ],
)
async def test_what_is_wrong_with_a_table_is_told_by_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    people(tmp_path, "1.jpg")

    with pytest.raises(SourceUnusableError, match=told):
        await labelled_files(table(tmp_path, text)).labels()


async def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_bytes(b"person,image\n\xff\xfe\n")

    with pytest.raises(SourceUnusableError, match="no CSV file in UTF-8"):
        await labelled_files(tmp_path / "set.csv").labels()


async def test_what_is_not_there_or_holds_no_photo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnusableError, match="There is nothing at"):
        labelled_files(tmp_path / "elsewhere")
    with pytest.raises(SourceUnusableError, match="holds no folder with photos"):
        await labelled_files(tmp_path).labels()


@pytest.mark.parametrize("name", [b"Jos\xe9/1.jpg", b"Jose/\xe9.jpg"])
async def test_a_name_that_is_not_in_utf_8_is_refused_before_anything_is_measured(
    tmp_path: Path, name: bytes
) -> None:
    people(tmp_path, os.fsdecode(name))

    with pytest.raises(SourceUnusableError, match=r"\\udce9.* is not in UTF-8.*convmv") as refused:
        await labelled_files(tmp_path).labels()
    assert str(refused.value).isascii()


@pytest.mark.parametrize("name", ["set.csv", "protocol.csv"])
async def test_a_set_that_is_not_named_in_utf_8_has_a_name_that_can_be_written(
    tmp_path: Path, name: str
) -> None:
    root = people(tmp_path / os.fsdecode(b"\xe9"), "a/1.jpg")
    table(root, "person,image\na,a/1.jpg\n", name)

    labels = await labelled_files(root).labels()

    assert labels.name == r"\udce9"


async def test_a_photo_that_went_or_is_too_large_is_told(tmp_path: Path) -> None:
    files = labelled_files(people(tmp_path, "a/1.jpg", "a/2.jpg"))
    with (tmp_path / "a/2.jpg").open("wb") as large:
        large.truncate(PHOTO_BYTES + 1)
    (tmp_path / "a/1.jpg").unlink()

    with pytest.raises(PhotoMissingError):
        await files.shown("a/1.jpg")
    with pytest.raises(PhotoTooLargeError):
        await files.shown("a/2.jpg")
