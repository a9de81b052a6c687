"""What a blind test writes is there whole or not at all, and its names tell nothing."""

from pathlib import Path

import pytest

from app.cli.console import CommandError
from app.cli.evaluate.blind.folder import BlindFolder, kept_answers
from app.domain.blind_score import opened
from app.domain.errors import BlindTestOrderError
from app.services.blind_test import protocol_text, seal_answers
from tests.blind_test.samples import NOW, OPENED_AT, sealed, searched
from tests.cli.hindered import full_disk

NAMES = {"smith.B-1017": "A1", "web.not-booked": "not in the gallery", "cousin.PNG": "C1"}
PHOTOS = {name: name.encode() * 1000 for name in NAMES}
TEST = seal_answers(PHOTOS, NAMES, "Det. R. Sample", NOW)


def test_probes_are_named_by_their_number_alone(tmp_path: Path) -> None:
    folder = BlindFolder(tmp_path / "test")
    folder.seal(TEST, PHOTOS, tmp_path / "kept.json")

    assert sorted(one.name for one in (tmp_path / "test/probes").iterdir()) == ["001", "002", "003"]
    assert [folder.photo(one) for one in TEST.test.probes] == [
        PHOTOS[TEST.photos[one.number]] for one in TEST.test.probes
    ]
    assert folder.test() == TEST.test
    assert kept_answers(tmp_path / "kept.json") == TEST.answers


@pytest.mark.parametrize("at", [10, 5000])
def test_a_full_disk_leaves_nothing_and_the_same_command_works_later(
    tmp_path: Path, at: int
) -> None:
    folder, keep = BlindFolder(tmp_path / "test"), tmp_path / "kept.json"

    with full_disk(at), pytest.raises(CommandError, match="Nothing of it is left"):
        folder.seal(TEST, PHOTOS, keep)
    assert list(tmp_path.iterdir()) == []

    folder.seal(TEST, PHOTOS, keep)
    assert folder.test() == TEST.test


def test_answers_that_cannot_be_kept_leave_no_test(tmp_path: Path) -> None:
    nowhere = tmp_path / "no-directory" / "kept.json"

    with pytest.raises(CommandError, match=r"kept\.json cannot be written: No such file"):
        BlindFolder(tmp_path / "test").seal(TEST, PHOTOS, nowhere)
    assert list(tmp_path.iterdir()) == []


def test_answers_that_are_kept_are_not_replaced(tmp_path: Path) -> None:
    keep = tmp_path / "kept.json"
    BlindFolder(tmp_path / "first").seal(TEST, PHOTOS, keep)

    with pytest.raises(BlindTestOrderError, match=r"kept\.json is there already"):
        BlindFolder(tmp_path / "second").seal(TEST, PHOTOS, keep)
    assert kept_answers(keep) == TEST.answers


def test_a_protocol_that_could_not_be_written_is_written_by_the_next_open(tmp_path: Path) -> None:
    test = sealed()
    found = opened(test.test, searched(test), test.answers, OPENED_AT)
    text, folder = protocol_text(found), BlindFolder(tmp_path)

    with full_disk(len(text.encode())), pytest.raises(CommandError, match=r"protocol\.html cannot"):
        folder.write_opened(found, text, "<p>page</p>" * 1000)
    folder.write_opened(found, text, "<p>page</p>")

    assert (tmp_path / "protocol.html").read_text() == "<p>page</p>"
    with pytest.raises(BlindTestOrderError, match="was opened before"):
        folder.write_opened(found, text, "<p>another page</p>")
