"""What the store of the data keys costs, against the disk that it is on.

Keys are made in batches, all read as a start does, one read, one destroyed, all wrapped anew.
Reading all is told as a multiple of reading as many bytes from a file, the least that any store
needs; and beside it what unwrapping them one by one would take of the processor alone.
`python -m bench.data_keys --keys 300000 --directory /var/tmp`.
"""

import argparse
import asyncio
import os
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.data_keys.file import FileDataKeys, opened_file_data_keys
from adapters.key_wrapping import EncryptionKeys, MemoryKey
from app.ports.data_keys import face_key_name
from bench import machine

BATCH = 64
ROUNDS = 5
SINGLE = 200


def names_of(keys: int) -> list[str]:
    """Return names as faces have them."""
    return [face_key_name("bookings", secrets.token_hex(16)) for _ in range(keys)]


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the least seconds that it took."""
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def one_by_one(keys: int) -> float:
    """Return the seconds that unwrapping each key by itself takes, nothing read."""
    cipher, nonce = AESGCM(secrets.token_bytes(32)), bytes(12)
    wrapped = cipher.encrypt(nonce, bytes(32), b"a name")

    def unwrap() -> None:
        for _ in range(keys):
            cipher.decrypt(nonce, wrapped, b"a name")

    return best_of(1, unwrap)


async def made(store: FileDataKeys, names: list[str]) -> list[float]:
    """Make keys in batches; return the seconds of each."""
    seconds = []
    for at in range(0, len(names), BATCH):
        begun = time.perf_counter()
        await store.made(names[at : at + BATCH])
        seconds.append(time.perf_counter() - begun)
    return seconds


async def all_read(path: Path, keys: EncryptionKeys, expected: int) -> float:
    """Open the store as a start does, and read every key; return the least seconds."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        async with opened_file_data_keys(path, keys) as store:
            assert len(await store.all_of("face/")) == expected
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


async def singles(store: FileDataKeys, names: list[str]) -> tuple[float, float]:
    """Return the median seconds of reading one key, and of destroying one."""
    read, destroyed = [], []
    for name in random.sample(names, SINGLE):
        begun = time.perf_counter()
        await store.of([name])
        between = time.perf_counter()
        await store.destroy([name])
        read.append(between - begun)
        destroyed.append(time.perf_counter() - between)
    return statistics.median(read), statistics.median(destroyed)


def synced_write(directory: Path) -> float:
    """Return the median seconds of writing and syncing 4 KB twice: journal and file."""
    seconds = []
    with (directory / "synced").open("wb") as file:
        for _ in range(50):
            begun = time.perf_counter()
            for _ in range(2):
                file.write(bytes(4096))
                file.flush()
                os.fsync(file.fileno())
            seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


async def measured(count: int, directory: Path) -> None:
    """Print everything."""
    path, keys = directory / "keys.db", EncryptionKeys(MemoryKey(secrets.token_bytes(32)))
    names = names_of(count)
    async with opened_file_data_keys(path, keys) as store:
        batches = await made(store, names)
    whole = await all_read(path, keys, count)
    limit = best_of(ROUNDS, path.read_bytes)
    size = path.stat().st_size
    async with opened_file_data_keys(path, keys) as store:
        read, destroyed = await singles(store, names)
        await store.wrapping.add_generation()
        begun = time.perf_counter()
        wrapped = sum([done async for done in store.wrapping.rewrap()])
        rotated = time.perf_counter() - begun
    sync = synced_write(directory)
    print(f"{count} keys, {size / 1e6:.1f} MB in the file; {machine.named()}")
    print(f"made, {BATCH} at once     {statistics.median(batches) * 1e3:8.2f} ms a batch")
    print(f"  two synced writes  {sync * 1e3:8.2f} ms, the least a commit can take")
    print(f"all read at start    {whole:8.3f} s")
    print(f"  as a file          {limit:8.3f} s: {whole / limit:.0f} times that")
    print(f"  one by one         {one_by_one(count):8.3f} s of unwrapping alone")
    print(f"one read             {read * 1e3:8.2f} ms")
    print(f"one destroyed        {destroyed * 1e3:8.2f} ms")
    print(f"  two synced writes  {sync * 1e3:8.2f} ms: {destroyed / sync:.1f} times these")
    print(f"all wrapped anew     {rotated:8.2f} s ({wrapped} keys)")


def main() -> None:
    """Measure in a directory of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=300_000)
    parser.add_argument("--directory", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory) as directory:
        asyncio.run(measured(asked.keys, Path(directory)))


if __name__ == "__main__":
    main()
