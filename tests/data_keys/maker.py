"""Makes keys without end and tells each one once it is made: to be killed in the middle."""

import asyncio
import sys
from itertools import count
from pathlib import Path

from adapters.data_keys.file import opened_file_data_keys
from adapters.key_wrapping import EncryptionKeys, KeyFile


async def make(store: Path, key_file: Path, name: str) -> None:
    async with opened_file_data_keys(store, EncryptionKeys(KeyFile(key_file))) as keys:
        for number in count():
            made = await keys.made(f"face/{name}/{number}-{one}" for one in range(5))
            for known, key in made.items():
                sys.stdout.write(f"{known} {key.hex()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
