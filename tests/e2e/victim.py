"""A service with keys, its photos in S3, that is called in every way."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.buckets import s3_client
from tests.e2e.aws_calls import Json, code_of, image, signed, target
from tests.e2e.commands import ended
from tests.live import LiveService, live_service

AWS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
COLLECTION = {"CollectionId": "bookings"}

Key = tuple[str, str]


@dataclass(frozen=True)
class Victim:
    """A service with keys and one booked face."""

    service: LiveService
    key: Key

    def new_key(self, *options: str) -> Key:
        said = ended(
            *("keys", "create", "somebody", "--aws", "--json", *options),
            DATA_DIR=str(self.service.data_dir),
        )
        assert said.returncode == 0, said.stderr
        made = json.loads(said.stdout)
        return made["access_key_id"], made["secret_access_key"]

    def revoke(self, key: Key) -> None:
        ended("keys", "revoke", key[0], DATA_DIR=str(self.service.data_dir)).check_returncode()

    def sent(self, operation: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        with self.service.client() as client:
            return client.post("/", content=body, headers=dict(headers) | target(operation))

    def called(
        self, operation: str, asked: Json | bytes, key: Key | None = None, **headers: str
    ) -> httpx.Response:
        body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        given = signed(self.service.url, operation, body, key or self.key, more=headers)
        return self.sent(operation, body, given)

    def faces(self) -> int:
        return int(self.called("DescribeCollection", COLLECTION).json()["FaceCount"])


async def _make(url: str, bucket: str) -> None:
    async with s3_client(url) as client:
        await client.create_bucket(Bucket=bucket)


@pytest.fixture(scope="module")
def bucket(s3_server: str) -> dict[str, str]:
    name = f"jail-{uuid4()}"
    asyncio.run(_make(s3_server, name))
    asyncio.run(_make(s3_server, f"other-{name}"))
    return {
        "PHOTOS__KIND": "s3",
        "PHOTOS__BUCKET": name,
        "PHOTOS__REGION": "us-east-1",
        "PHOTOS__ENDPOINT_URL": s3_server,
    }


@pytest.fixture(scope="module")
def victim(
    tmp_path_factory: pytest.TempPathFactory,
    bucket: dict[str, str],
    portraits: Mapping[str, Path],
) -> Iterator[Victim]:
    data_dir = tmp_path_factory.mktemp("attacked")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in AWS.items():
            patch.setenv(name, value)
        keys = {"AUTH__KIND": "keys", "AUTH__LOCKOUT_AFTER": "1000"}  # attackers fail often
        with live_service(data_dir, **keys, **bucket) as service:
            scopes = [f"--scope={one}" for one in ("index", "search", "admin")]
            key = Victim(service, ("", "")).new_key("--purpose=training_test", *scopes)
            victim = Victim(service, key)
            booked = {**COLLECTION, "Image": image(portraits["DEMO-0001"].read_bytes())}
            assert code_of(victim.called("IndexFaces", booked)) is None
            yield victim
