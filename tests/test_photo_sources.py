"""Which sources an import may have, by the settings."""

import zipfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI, Response

from app.domain.errors import PhotoMissingError, SourceUnusableError
from app.domain.imports import ImportSource, NewItem, SourceKind
from app.ports.photo_source import PhotoSource
from app.settings import AuthSettings, ImportsSettings, Settings
from app.wiring.sources import Opener, photo_sources
from tests.fakes_sources import FakePhotoSource
from tests.servers import served


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder, a manifest and a ZIP of one photo."""
    photos = tmp_path / "allowed" / "photos"
    photos.mkdir(parents=True)
    (photos / "A1.jpg").write_bytes(b"photo")
    (photos.parent / "list.csv").write_text("external_image_id,path\nA1,photos/A1.jpg\n")
    with zipfile.ZipFile(photos.parent / "photos.zip", "w") as archive:
        archive.writestr("A1.jpg", b"photo")
    return photos


def sources_of(photos: Path) -> Mapping[SourceKind, ImportSource]:
    places = {
        SourceKind.FOLDER: photos,
        SourceKind.MANIFEST: photos.parent / "list.csv",
        SourceKind.ZIP: photos.parent / "photos.zip",
    }
    return {kind: ImportSource(kind, str(place)) for kind, place in places.items()}


KINDS = [SourceKind.FOLDER, SourceKind.MANIFEST, SourceKind.ZIP]


async def read(
    source: ImportSource,
    settings: Settings | None = None,
    further: Mapping[SourceKind, Opener] | None = None,
) -> bytes:
    sources = photo_sources(settings or Settings(), further or {})
    async with sources.open(source, None) as opened:
        (item,) = (await opened.page(None)).items
        return await opened.photo(item.location)


def for_elsewhere(*folders: Path) -> Settings:
    return Settings(auth=AuthSettings(kind="keys"), imports=ImportsSettings(folders=folders))


@pytest.mark.parametrize("kind", KINDS)
async def test_on_a_machine_of_its_own_a_source_may_lie_anywhere(
    photos: Path, kind: SourceKind
) -> None:
    assert await read(sources_of(photos)[kind]) == b"photo"


@pytest.mark.parametrize("kind", KINDS)
async def test_where_keys_are_needed_a_source_lies_in_a_folder_that_is_named(
    photos: Path, kind: SourceKind
) -> None:
    source = sources_of(photos)[kind]

    assert await read(source, for_elsewhere(photos.parent)) == b"photo"
    for folders in ((), (photos.parent / "others",), (Path(f"{photos.parent}2"),)):
        with pytest.raises(SourceUnusableError, match="CANDID_IMPORTS__FOLDERS"):
            await read(source, for_elsewhere(*folders))


async def test_folders_that_are_named_count_without_keys_too(photos: Path) -> None:
    source = sources_of(photos)[SourceKind.FOLDER]

    with pytest.raises(SourceUnusableError, match="CANDID_IMPORTS__FOLDERS"):
        await read(source, Settings(imports=ImportsSettings(folders=(photos.parent / "others",))))


@pytest.mark.parametrize("name", ["link", "../photos", "link/../photos"])
async def test_no_link_and_no_dots_lead_out_of_the_folders(
    photos: Path, tmp_path: Path, name: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "link").symlink_to(photos)
    (tmp_path / "photos").symlink_to(photos)
    source = ImportSource(SourceKind.FOLDER, f"{other}/{name}")

    with pytest.raises(SourceUnusableError, match="CANDID_IMPORTS__FOLDERS"):
        await read(source, for_elsewhere(other))


async def test_whether_a_path_outside_is_there_is_not_told(tmp_path: Path) -> None:
    texts = set[str]()
    for place in ("/etc", "/etcetera"):
        with pytest.raises(SourceUnusableError) as refused:
            await read(ImportSource(SourceKind.FOLDER, place), for_elsewhere(tmp_path))
        texts.add(str(refused.value).replace(place, ""))

    assert len(texts) == 1


async def test_a_manifest_of_elsewhere_names_photos_of_its_folders_only(
    photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (photos / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    manifest = photos.parent / "list.csv"
    manifest.write_text("external_image_id,path\nA1,photos/out.jpg\n")
    source = sources_of(photos)[SourceKind.MANIFEST]

    with pytest.raises(PhotoMissingError):
        await read(source, for_elsewhere(photos.parent))
    assert await read(source) == b"secret"


async def test_photos_are_fetched_from_hosts_that_are_named(photos: Path) -> None:
    app = FastAPI()
    app.get("/1.jpg")(_photo_of_the_web)
    source = sources_of(photos)[SourceKind.MANIFEST]
    with served(app) as base:
        (photos.parent / "list.csv").write_text(f"external_image_id,url\nA1,{base}/1.jpg\n")

        hosts = frozenset((base.removeprefix("http://"),))
        settings = Settings(imports=ImportsSettings(hosts=hosts))

        assert await read(source, settings) == b"fetched"
        with pytest.raises(SourceUnusableError, match="is not fetched"):
            await read(source)


@pytest.mark.parametrize("location", ["", "photos", "./photos", "~/photos", "/a\0b"])
async def test_a_path_is_given_as_a_whole(location: str) -> None:
    with pytest.raises(SourceUnusableError, match="Give the whole path of the folder"):
        await read(ImportSource(SourceKind.FOLDER, location))


async def test_a_pattern_is_not_for_manifests(photos: Path) -> None:
    place = sources_of(photos)[SourceKind.MANIFEST].location

    with pytest.raises(SourceUnusableError, match="leave the pattern out"):
        await read(ImportSource(SourceKind.MANIFEST, place, "{id}_F.jpg"))


async def test_a_kind_that_is_not_set_up_is_refused() -> None:
    with pytest.raises(SourceUnusableError, match="cannot be imported from jms here"):
        await read(ImportSource(SourceKind.JMS))


async def test_further_kinds_have_openers_of_their_own() -> None:
    @asynccontextmanager
    async def opened(_: ImportSource, __: datetime | None) -> AsyncGenerator[PhotoSource]:
        yield FakePhotoSource([NewItem("A1", "1")], {"1": b"of the JMS"})

    found = await read(ImportSource(SourceKind.JMS), further={SourceKind.JMS: opened})

    assert found == b"of the JMS"


async def _photo_of_the_web() -> Response:
    return Response(b"fetched")
