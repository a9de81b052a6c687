"""A manifest as a file: what is none, and its rows from any place in it."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.photo_source.manifest_file import open_manifest
from app.domain.errors import SourceUnusableError


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "names no column external_image_id"),
        ("id,path\nA1,1.jpg\n", "names no column external_image_id"),
        ("external_image_id,name\nA1,x\n", "names no column path or url"),
        ("external_image_id,path,path\n", "names these columns twice: path"),
        ("external_image_id,path\rA1,1.jpg\r", "no header of a CSV file"),
        ('[{"external_image_id": "A1"}]', "is a JSON array"),
        ('{"id": "A1", "path": "1.jpg"}\n', "none of its first 100 lines"),
        ("external_image_id,path\n".encode("utf-16"), "is UTF-16"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: str | bytes, told: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    with pytest.raises(SourceUnusableError, match=told):
        open_manifest(path)


CELLS = st.text(st.sampled_from('ab",\n\r;é\\ '), max_size=6)


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=12), size=st.integers(1, 5))
def test_rows_are_the_same_from_every_place(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / f"{random.getrandbits(64):x}.csv"
    lines = [",".join(row) for row in rows]  # as they are: quotation marks may stay open
    path.write_text("\n".join(("external_image_id,path", *lines)), newline="")
    manifest = open_manifest(path)
    whole, _ = manifest.rows(manifest.start, 10**6)
    place, found = manifest.start, []
    while True:
        some, after = manifest.rows(place, size)
        found += some
        if after is None:
            break
        place = after

    assert found == whole
