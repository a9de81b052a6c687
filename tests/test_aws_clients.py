"""Clients of AWS are few: one a service, whoever asks."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from pydantic import HttpUrl

from app.settings import SettingsError
from app.wiring.aws import Aws, ClientOptions

NOWHERE = HttpUrl("http://127.0.0.1:9")


async def test_who_asks_for_the_same_client_gets_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    options = ClientOptions("us-east-1", NOWHERE, 20, 1.0, attempts=1)

    async with AsyncExitStack() as stack:
        aws = Aws(stack)
        first, second = [await aws.client("rekognition", options) for _ in range(2)]
        other = await aws.client("s3", options)

        config: Any = first.meta.config
        assert first is second
        assert other.meta.service_model.service_name == "s3"
        assert config.max_pool_connections > 20
        assert config.retries == {"mode": "standard", "total_max_attempts": 1}


@pytest.mark.parametrize(
    ("environment", "region", "words"),
    [
        ({}, None, "CANDID_ENGINE__REGION: You must specify a region"),
        ({}, "us east", "CANDID_ENGINE__REGION: .*us east"),
        ({"AWS_PROFILE": "nobodys"}, "us-east-1", "AWS_PROFILE.*nobodys"),
    ],
)
async def test_a_client_that_cannot_be_made_says_what_to_change(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], region: str | None, words: str
) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsError, match=words):
            await Aws(stack).client("rekognition", ClientOptions(region, None, 20, 1.0))
