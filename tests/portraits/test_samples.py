import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from adapters.portraits import Portrait, PortraitsUnavailableError, Role, sample_portraits
from adapters.portraits.catalogue import SAMPLES
from adapters.portraits.registry import originals
from tests.kept import PORTRAITS


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portraits fetched once, and copied from where they are kept."""
    sample_portraits(PORTRAITS, print)
    directory = tmp_path_factory.mktemp("tests") / "portraits"
    shutil.copytree(PORTRAITS, directory, ignore=shutil.ignore_patterns("tmp*"))
    return directory


@pytest.fixture(scope="session")
def portraits(directory: Path) -> tuple[Portrait, ...]:
    return sample_portraits(directory, lambda _: None)


def test_the_probes_person_has_other_photos_among_the_bookings(
    portraits: tuple[Portrait, ...],
) -> None:
    probes = [portrait for portrait in portraits if portrait.role is Role.PROBE]
    booked = [portrait.person for portrait in portraits if portrait.role is Role.BOOKING]

    assert len(probes) == 1
    assert booked.count(probes[0].person) == 2
    assert len(set(booked)) >= 4


def test_every_sample_says_whose_it_is_and_where_it_comes_from(
    portraits: tuple[Portrait, ...],
) -> None:
    assert all("public domain" in portrait.rights for portrait in portraits)
    assert all("DEMO" in portrait.source for portrait in portraits)


def test_every_picture_carries_a_red_band_below_the_photo(portraits: tuple[Portrait, ...]) -> None:
    for portrait in portraits:
        with Image.open(portrait.path) as picture:
            band = picture.convert("RGB").crop((0, picture.height - 12, 120, picture.height))
        red, green, _ = ImageStat.Stat(band).mean
        assert red > 150
        assert green < 60


def test_a_second_call_downloads_nothing_and_changes_nothing(
    directory: Path, portraits: tuple[Portrait, ...]
) -> None:
    before = [hashlib.sha256(portrait.path.read_bytes()).hexdigest() for portrait in portraits]
    said: list[str] = []

    again = sample_portraits(directory, said.append)

    assert again == portraits
    assert said == []
    assert before == [hashlib.sha256(p.path.read_bytes()).hexdigest() for p in again]


def test_a_damaged_original_is_fetched_again(
    directory: Path, portraits: tuple[Portrait, ...]
) -> None:
    damaged = next((directory / "originals").glob("3c17*"))
    damaged.write_bytes(b"half a pic")
    said: list[str] = []

    again = sample_portraits(directory, said.append)

    assert again == portraits
    assert said == ["Fetching sample photographs (face_recognition==1.3.0, 3 MB)"]


def test_an_archive_with_another_hash_is_refused(tmp_path: Path) -> None:
    sample = SAMPLES[0]
    altered = replace(sample.archive, sha256="0" * 64)

    with pytest.raises(PortraitsUnavailableError, match="face_recognition"):
        originals([replace(sample, archive=altered)], tmp_path, lambda _: None)


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(PortraitsUnavailableError, match="file"):
        sample_portraits(tmp_path / "file", lambda _: None)
