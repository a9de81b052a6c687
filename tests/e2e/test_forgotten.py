"""After the removal of one person nobody can read anything of them, wherever they look."""

import asyncio
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import install_models
from adapters.records.embedded.binaries import packaged
from app.ports.data_keys import face_key_name, photo_key_name
from app.settings import Settings
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from tests.e2e.calls import ids_found, index, photo_files
from tests.e2e.commands import ended
from tests.e2e.processes import database_of
from tests.kept import MODELS
from tests.live import LiveService, live_service

REMOVED, OTHERS = "DEMO-0001", ("DEMO-0002", "DEMO-0003")
_WINDOW = 64


@dataclass(frozen=True)
class Secrets:
    """What of a person must be nowhere: photo, template as it was computed, and both data keys."""

    photo: bytes
    template: bytes
    keys: Mapping[str, bytes]

    def windows(self) -> Iterator[bytes]:
        """Yield pieces to look for, as they are and as a dump writes them."""
        for whole in (self.photo, self.template, *self.keys.values()):
            step = max(1, len(whole) // 8)
            for start in range(0, max(1, len(whole) - _WINDOW), step):
                piece = whole[start : start + _WINDOW]
                yield piece
                yield piece.hex().encode()


def places_of(pieces: Iterable[bytes], folders: Iterable[Path]) -> list[str]:
    """Return the files below some folders that hold any of the pieces."""
    wanted = list(pieces)
    found = []
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if any(piece in content for piece in wanted):
            found.append(str(path))
    return found


def kept_keys(data_dir: Path) -> dict[str, bytes]:
    async def read() -> dict[str, bytes]:
        async with AsyncExitStack() as stack:
            keys = await open_data_keys(Settings(data_dir=data_dir), Aws(stack), stack)
            return {**await keys.all_of("photo/"), **await keys.all_of("face/")}

    return asyncio.run(read())


def dump(data_dir: Path, into: Path) -> None:
    """Write a backup of the database as its administrator would."""
    with database_of(data_dir) as connection:
        where = connection.info.dsn
    program = str(packaged().directory / "pg_dump")
    subprocess.run([program, "--dbname", where, "--file", str(into)], check=True)  # noqa: S603 - the packaged program


def put_back(copies: Mapping[Path, bytes]) -> None:
    """Write files again, as a backup of the photos brings them back."""
    for path, copy in copies.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(copy)


def faces_of(data_dir: Path) -> dict[str, tuple[str, bytes]]:
    """Return the face id and the template as it is kept, by photo."""
    query = "SELECT external_image_id, face_id::text, template FROM faces WHERE is_current"
    with database_of(data_dir) as connection:
        return {name: (face, bytes(kept)) for name, face, kept in connection.execute(query)}


def secrets_of(service: LiveService, name: str, photo: bytes) -> Secrets:
    template = Encoder(install_models(MODELS, print)).read(photo, "enrol").template
    assert template is not None
    face_id, _ = faces_of(service.data_dir)[name]
    names = {face_key_name(Settings().engine.collection_id, face_id)}
    names |= {one for one in kept_keys(service.data_dir) if one.startswith(photo_key_name(name))}
    keys = kept_keys(service.data_dir)
    return Secrets(photo, template, {one: keys[one] for one in names})


@pytest.fixture
def photos(portraits: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: portraits[name].read_bytes() for name in (REMOVED, *OTHERS)}


@pytest.fixture
def service(tmp_path: Path, photos: Mapping[str, bytes]) -> Iterator[LiveService]:
    with live_service(tmp_path / "data") as service:
        with service.client() as client:
            for name, photo in photos.items():
                index(client, name, photo).raise_for_status()
        yield service


def test_after_a_removal_nothing_readable_is_left_anywhere(
    service: LiveService, photos: Mapping[str, bytes], portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    dumps, data = tmp_path / "dumps", service.data_dir
    dumps.mkdir()
    secrets = secrets_of(service, REMOVED, photos[REMOVED])
    copies = {path: path.read_bytes() for path in photo_files(data)}
    dump(data, dumps / "before.sql")
    with service.client() as client:
        shown = client.get(f"/photos/{REMOVED}").raise_for_status().content
        found_before = ids_found(client, portraits["DEMO-PROBE"].read_bytes())

        client.delete(f"/index/{REMOVED}").raise_for_status()

        found_after = ids_found(client, portraits["DEMO-PROBE"].read_bytes())
        gone = client.get(f"/photos/{REMOVED}")
    dump(data, dumps / "after.sql")
    left = kept_keys(data)
    service.stop()

    assert shown == photos[REMOVED]
    assert REMOVED in found_before
    assert REMOVED not in found_after
    assert gone.status_code == 404
    assert len(secrets.keys) == 2
    assert not secrets.keys.keys() & left.keys()
    assert len(left) == 2 * len(OTHERS)
    put_back(copies)
    assert places_of(secrets.windows(), [data, dumps]) == []
    (data / "control").write_bytes(b"..." + photos[REMOVED])
    assert places_of(secrets.windows(), [data, dumps]) == [str(data / "control")]


def test_nothing_is_readable_without_the_keys_even_of_those_on_record(
    service: LiveService, photos: Mapping[str, bytes], tmp_path: Path
) -> None:
    dump(service.data_dir, tmp_path / "whole.sql")
    secrets = [secrets_of(service, name, photo) for name, photo in photos.items()]
    service.stop()

    pieces = [piece for one in secrets for piece in one.windows()]
    assert places_of(pieces, [tmp_path]) == []


def test_a_backup_restored_without_its_keys_brings_nobody_back(
    service: LiveService, photos: Mapping[str, bytes], portraits: Mapping[str, Path]
) -> None:
    before = faces_of(service.data_dir)
    copies = {path: path.read_bytes() for path in photo_files(service.data_dir)}
    with service.client() as client:
        client.delete(f"/index/{REMOVED}").raise_for_status()
    face_id, sealed = before[REMOVED]
    with database_of(service.data_dir) as connection:  # the row as it was, from a backup
        connection.execute(
            "UPDATE faces SET template = %s, is_sealed = true, is_current = true, "
            "external_image_id = %s, change = (SELECT max(change) + 1 FROM faces) "
            "WHERE face_id = %s",
            (sealed, REMOVED, face_id),
        )
        connection.execute("UPDATE galleries SET last_change = last_change + 1")
    put_back(copies)

    service.stop()
    service.start()

    with service.client() as client:
        assert REMOVED not in ids_found(client, portraits["DEMO-PROBE"].read_bytes())
        assert client.get(f"/photos/{OTHERS[0]}").content == photos[OTHERS[0]]
    said = ended("verify", "--repair", DATA_DIR=str(service.data_dir))
    assert "missing_key" in said.stdout
    assert "orphaned_photo" in said.stdout
    assert len(photo_files(service.data_dir)) == len(OTHERS)
