"""Where probes lie: where every process that shares the photos finds them."""

from pathlib import Path

from app.settings import DirectoryPhotosSettings
from app.wiring.photos import probes_path


def test_probes_lie_beside_photos_that_are_shared_and_else_in_the_data_directory() -> None:
    shared, data = DirectoryPhotosSettings(path=Path("/srv/jail/photos/")), Path("/var/lib/candid")

    assert probes_path(data, shared) == Path("/srv/jail/photos-probes")
    assert probes_path(data, DirectoryPhotosSettings()) == data / "probes"


def test_a_photos_directory_is_named_by_its_real_name(tmp_path: Path) -> None:
    (tmp_path / "photos" / "sub").mkdir(parents=True)
    odd = DirectoryPhotosSettings(path=tmp_path / "photos" / "sub" / "..")

    assert probes_path(tmp_path, odd) == tmp_path / "photos-probes"
