"""Imports from the JMS's listing and from S3, as the settings open them."""

from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from adapters.jms.contract.stock import JailPhoto
from app.domain.errors import SourceUnusableError
from app.domain.imports import ImportSource, NewItem, SourceKind
from app.settings import (
    FileJmsSettings,
    ImportsSettings,
    RestJmsSettings,
    S3PhotosSettings,
    Settings,
)
from app.wiring.aws import Aws
from app.wiring.jms import open_jms
from app.wiring.remote_sources import jms_source, s3_source
from tests.buckets import s3_client
from tests.hostile_jms import HostileJail, hostile_jms
from tests.servers import served

FROM_JMS = ImportSource(SourceKind.JMS)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


async def from_jms(settings: Settings, source: ImportSource = FROM_JMS) -> tuple[NewItem, bytes]:
    registry = CollectorRegistry()
    async with AsyncExitStack() as stack:
        opener = jms_source(settings, await open_jms(settings, stack, registry))
        opened = await stack.enter_async_context(opener(source, None))
        (item,) = (await opened.page(None)).items
        photo = await opened.photo(item.location)
    for call in ("photos", "photo"):
        assert registry.get_sample_value("candid_jms_seconds_count", {"call": call}) == 1
    return item, photo


async def from_s3(settings: Settings, location: str) -> tuple[NewItem, bytes]:
    async with AsyncExitStack() as stack:
        opener = s3_source(settings, Aws(stack))
        source = ImportSource(SourceKind.S3, location)
        opened = await stack.enter_async_context(opener(source, None))
        (item,) = (await opened.page(None)).items
        return item, await opened.photo(item.location)


async def test_the_jms_of_the_settings_lists_photos_under_encoded_ids() -> None:
    with served(hostile_jms(HostileJail([JailPhoto("A 1/2", b"photo")]))) as url:
        jms = RestJmsSettings.model_validate({"kind": "rest", "base_url": url})
        item, photo = await from_jms(Settings(jms=jms))

    assert (item.external_image_id, photo) == ("::A:201:2f2", b"photo")


async def test_so_does_a_bookings_file_with_photos(tmp_path: Path) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id,photo\nA 1/2,1.jpg\n")
    (tmp_path / "1.jpg").write_bytes(b"photo")

    item, photo = await from_jms(Settings(jms=FileJmsSettings(kind="file", path=path)))

    assert (item.external_image_id, photo) == ("::A:201:2f2", b"photo")


async def test_without_a_jms_there_is_no_listing() -> None:
    with pytest.raises(SourceUnusableError, match="CANDID_JMS__PATH"):
        await from_jms(Settings())


@pytest.mark.parametrize("wrong", [{"location": "/photos"}, {"pattern": "{id}.jpg"}])
async def test_the_jms_itself_says_where_photos_are(wrong: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id,photo\n")
    settings = Settings(jms=FileJmsSettings(kind="file", path=path))

    with pytest.raises(SourceUnusableError, match="leave location and pattern out"):
        await from_jms(settings, ImportSource(SourceKind.JMS, **wrong))


async def test_photos_come_from_the_photo_stores_bucket_and_from_those_that_are_named(
    s3_server: str,
) -> None:
    own, other = f"own-{uuid4()}", f"other-{uuid4()}"
    async with s3_client(s3_server) as client:
        for bucket in (own, other):
            await client.create_bucket(Bucket=bucket)
            await client.put_object(Bucket=bucket, Key="in/A1.jpg", Body=bucket.encode())
    photos = S3PhotosSettings.model_validate(
        {"kind": "s3", "bucket": own, "endpoint_url": s3_server, "region": "us-east-1"}
    )
    settings = Settings(photos=photos, imports=ImportsSettings(buckets=frozenset({other})))

    assert (await from_s3(settings, "in"))[1] == own.encode()
    assert (await from_s3(settings, f"s3://{other}/in"))[1] == other.encode()
    with pytest.raises(SourceUnusableError, match="CANDID_IMPORTS__BUCKETS"):
        await from_s3(Settings(photos=photos), f"s3://{other}/in")
    with pytest.raises(SourceUnusableError, match="photo store keeps its photos"):
        await from_s3(settings, "photos")


async def test_a_configuration_of_aws_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    settings = Settings(imports=ImportsSettings(buckets=frozenset({"inbox"})))

    with pytest.raises(SourceUnusableError, match="AWS"):
        await from_s3(settings, "s3://inbox/in")
