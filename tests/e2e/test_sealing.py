"""`candid encryption seal` after an upgrade, beside a service that goes on serving."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import install_models
from adapters.photo_store.directory import DirectoryPhotoStore
from app.domain.photo import photo_key, sha256_of
from tests.e2e.calls import ids_found, index, photo_files
from tests.e2e.commands import ended
from tests.e2e.processes import database_of
from tests.e2e.test_forgotten import places_of
from tests.kept import MODELS
from tests.live import LiveService, live_service

NAME = "DEMO-0001"


def as_an_earlier_version_left_it(data_dir: Path, photo: bytes, template: bytes) -> None:
    key = photo_key(NAME, sha256_of(photo))
    asyncio.run(DirectoryPhotoStore(data_dir / "photos").put(key, photo))
    with database_of(data_dir) as connection:
        connection.execute("UPDATE faces SET template = %s, is_sealed = false", (template,))
        connection.execute("INSERT INTO in_the_clear VALUES ('photos'), ('templates')")


@pytest.fixture(scope="module")
def photos(portraits: Mapping[str, Path]) -> tuple[bytes, bytes]:
    """The photo on record, and a probe of the same person."""
    return portraits[NAME].read_bytes(), portraits["DEMO-PROBE"].read_bytes()


@pytest.fixture(scope="module")
def template(photos: tuple[bytes, bytes]) -> bytes:
    found = Encoder(install_models(MODELS, print)).read(photos[0], "enrol").template
    assert found is not None
    return found


@pytest.fixture
def upgraded(tmp_path: Path, photos: tuple[bytes, bytes], template: bytes) -> Iterator[LiveService]:
    """A service that was just started on what an earlier version left."""
    with live_service(tmp_path / "data") as service:
        with service.client() as client:
            index(client, NAME, photos[0]).raise_for_status()
        as_an_earlier_version_left_it(service.data_dir, photos[0], template)
        service.stop()
        service.log.unlink()
        service.start()
        yield service


def test_what_an_earlier_version_left_is_read_and_told_at_start(
    upgraded: LiveService, photos: tuple[bytes, bytes]
) -> None:
    photo, probe = photos

    assert "kept_in_the_clear" in upgraded.log.read_text()
    assert [path.read_bytes() for path in photo_files(upgraded.data_dir)] == [photo]
    with upgraded.client() as client:
        assert ids_found(client, probe) == [NAME]
        assert client.get(f"/photos/{NAME}").content == photo


def test_it_is_sealed_beside_the_running_service_and_nothing_is_left(
    upgraded: LiveService, photos: tuple[bytes, bytes], template: bytes
) -> None:
    (photo, probe), data = photos, upgraded.data_dir

    said, again = (ended("encryption", "seal", DATA_DIR=str(data)) for _ in range(2))

    assert "1 templates, and 1 photos of 1" in said.stdout, said.stderr
    assert "0 templates, and 0 photos of 1" in again.stdout, again.stderr
    with upgraded.client() as client:
        assert ids_found(client, probe) == [NAME]
        upgraded.stop()
        upgraded.log.unlink()
        upgraded.start()
        assert "kept_in_the_clear" not in upgraded.log.read_text()
        assert ids_found(client, probe) == [NAME]
        assert client.get(f"/photos/{NAME}").content == photo
    upgraded.stop()
    pieces = [photo[9_000:9_064], template[:64], template[64:128]]
    assert places_of(pieces, [data / "photos", data / "postgresql" / "cluster" / "base"]) == []
