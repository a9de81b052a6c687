"""One process of bench.quota: indexes its share of made-up photos through the shared quota."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import aioboto3
from aiobotocore.config import AioConfig
from types_aiobotocore_rekognition import RekognitionClient

from adapters.call_quota import GovernedCallQuota
from adapters.face_engine.rekognition.calls import GovernedCalls
from adapters.records.postgres import PostgresQuotaLedger, connected

COLLECTION = "bench"
_PHOTO_BYTES = 20_000
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Share:
    """What one process is to index, and where."""

    conninfo: str
    endpoint: str
    scope: str
    first: int
    step: int
    photos: int
    workers: int

    def as_json(self) -> str:
        """Return what `main` reads."""
        return json.dumps(asdict(self))


async def indexed(share: Share) -> Counter[str]:
    """Index the share; counts what came of each photo, and how late the event loop was at most."""
    config = AioConfig(
        retries={"total_max_attempts": 1}, max_pool_connections=share.workers + 5, read_timeout=20
    )
    session = aioboto3.Session("test", "test", region_name="us-east-1")
    async with (
        connected(share.conninfo, connections=4) as pool,
        session.client("rekognition", endpoint_url=share.endpoint, config=config) as client,
    ):
        ledger = PostgresQuotaLedger(pool, share.scope)
        calls = GovernedCalls(GovernedCallQuota(ledger), _PATIENCE_SECONDS)
        numbers, outcomes = iter(range(share.first, share.photos, share.step)), Counter[str]()
        watching = asyncio.create_task(_watched(outcomes))
        await asyncio.gather(
            *(_worker(client, calls, numbers, outcomes) for _ in range(share.workers))
        )
        watching.cancel()
    return outcomes


async def _worker(
    client: RekognitionClient, calls: GovernedCalls, numbers: Iterator[int], outcomes: Counter[str]
) -> None:
    for number in numbers:
        name = f"B{number}"
        photo = name.encode().ljust(_PHOTO_BYTES, b".")
        try:
            await calls(
                "IndexFaces",
                lambda name=name, photo=photo: client.index_faces(  # type: ignore[misc]
                    CollectionId=COLLECTION,
                    Image={"Bytes": photo},
                    ExternalImageId=name,
                    MaxFaces=1,
                ),
            )
        except Exception as error:  # noqa: BLE001 - what it is is counted
            outcomes[type(error).__name__] += 1
        else:
            outcomes["indexed"] += 1


async def _watched(outcomes: Counter[str]) -> None:
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.02)
        late = round(1e3 * (time.monotonic() - before - 0.02))
        outcomes["late_ms"] = max(outcomes["late_ms"], late)


def main() -> None:
    """Read the share from the command line and print what came of it."""
    print(json.dumps(asyncio.run(indexed(Share(**json.loads(sys.argv[1]))))))


if __name__ == "__main__":
    main()
