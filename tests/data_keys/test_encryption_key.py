"""The key-encryption key: from a file, from the settings, from KMS; never made anew beside keys."""

import base64
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import HttpUrl

from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError
from app.ports.data_keys import DataKeys
from app.settings import EncryptionSettings, Settings, SettingsError
from app.wiring.aws import Aws
from app.wiring.data_keys import open_data_keys
from tests.buckets import REGION
from tests.live import free_port

NAMES = ["face/bookings/f-1", "photo/A1/00ff"]


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def made(data_dir: Path, **encryption: object) -> dict[str, bytes]:
    settings = Settings(data_dir=data_dir, encryption=EncryptionSettings.model_validate(encryption))
    async with AsyncExitStack() as stack:
        keys: DataKeys = await open_data_keys(settings, Aws(stack), stack)
        return dict(await keys.made(NAMES))


async def test_a_file_is_made_at_first_start_and_used_ever_after(tmp_path: Path) -> None:
    first = await made(tmp_path)
    key = (tmp_path / "key-encryption-key").read_bytes()

    assert await made(tmp_path) == first
    assert (tmp_path / "key-encryption-key").read_bytes() == key
    assert await made(tmp_path, key=key.decode().strip()) == first


async def test_what_a_killed_process_left_of_the_key_goes_with_the_next_start(
    tmp_path: Path,
) -> None:
    first = await made(tmp_path)
    (tmp_path / ".key-encryption-key-left").hardlink_to(tmp_path / "key-encryption-key")

    assert await made(tmp_path) == first

    assert not (tmp_path / ".key-encryption-key-left").exists()


async def test_a_file_that_is_gone_is_not_made_anew_beside_wrapped_keys(tmp_path: Path) -> None:
    first = await made(tmp_path)
    away = (tmp_path / "key-encryption-key").rename(tmp_path / "away")

    with pytest.raises(DataKeysMisconfiguredError, match="key-encryption-key is not there"):
        await made(tmp_path)
    assert not (tmp_path / "key-encryption-key").exists()

    away.rename(tmp_path / "key-encryption-key")
    assert await made(tmp_path) == first


@pytest.mark.parametrize("content", ["", "c2hvcnQ=", "no base64 at all"])
async def test_a_file_that_is_no_key_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "my-key"
    path.write_text(content)

    with pytest.raises(DataKeysMisconfiguredError, match="my-key is no 32 bytes") as refused:
        await made(tmp_path, key_file=path)

    assert path.read_text() == content
    assert not content or content not in str(refused.value)


async def test_the_wrong_key_is_told_without_a_secret_and_changes_nothing(tmp_path: Path) -> None:
    right, wrong = new_key(), new_key()
    first = await made(tmp_path, key=right)
    before = (tmp_path / "data-keys" / "keys.db").read_bytes()

    with pytest.raises(DataKeysMisconfiguredError, match="CANDID_ENCRYPTION__") as refused:
        await made(tmp_path, key=wrong)

    assert "\n" not in str(refused.value)
    assert wrong not in str(refused.value)
    assert (tmp_path / "data-keys" / "keys.db").read_bytes() == before
    assert await made(tmp_path, key=right) == first


async def test_the_key_before_opens_what_it_wrapped(tmp_path: Path) -> None:
    before, after = new_key(), new_key()
    first = await made(tmp_path, key=before)

    assert await made(tmp_path, key=after, previous_key=before) == first


def test_two_keys_at_once_are_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    monkeypatch.setenv("CANDID_ENCRYPTION__KEY", key)
    monkeypatch.setenv("CANDID_ENCRYPTION__KMS_KEY_ID", "alias/candid")

    with pytest.raises(SettingsError, match="contradictory: key and kms_key_id") as refused:
        Settings.read()

    assert key not in str(refused.value)


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


async def kms_key(url: str) -> str:
    import aioboto3  # noqa: PLC0415 - half a second of imports

    async with aioboto3.Session("test", "test", region_name=REGION).client(
        "kms", endpoint_url=url
    ) as kms:
        return (await kms.create_key())["KeyMetadata"]["Arn"]


@pytest.mark.usefixtures("aws_credentials")
async def test_a_key_of_kms_wraps_and_is_asked_once_a_start(tmp_path: Path, s3_server: str) -> None:
    kms = {"kms_endpoint_url": HttpUrl(s3_server), "kms_region": REGION}
    one, other = await kms_key(s3_server), await kms_key(s3_server)

    first = await made(tmp_path, kms_key_id=one, **kms)

    assert await made(tmp_path, kms_key_id=one, **kms) == first
    assert not (tmp_path / "key-encryption-key").exists()
    with pytest.raises(DataKeysMisconfiguredError, match=f"are wrapped by .*{one}"):
        await made(tmp_path, kms_key_id=other, **kms)
    assert await made(tmp_path, kms_key_id=other, previous_kms_key_id=one, **kms) == first
    assert await made(tmp_path, key=new_key(), previous_kms_key_id=one, **kms) == first


@pytest.mark.usefixtures("aws_credentials")
async def test_what_is_wrong_with_kms_is_told(tmp_path: Path, s3_server: str) -> None:
    kms = {"kms_endpoint_url": HttpUrl(s3_server), "kms_region": REGION}

    with pytest.raises(DataKeysMisconfiguredError, match="check CANDID_ENCRYPTION__KMS_KEY_ID"):
        await made(tmp_path, kms_key_id="alias/nobodys", **kms)
    nowhere = HttpUrl(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(DataKeysUnavailableError, match="KMS does not answer"):
        await made(
            tmp_path, kms_key_id="alias/a", kms_region=REGION, kms_endpoint_url=nowhere,
            kms_seconds=0.1,
        )  # fmt: skip
