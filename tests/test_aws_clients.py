"""Clients of AWS are few: one a service, whoever asks."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from pydantic import HttpUrl

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
