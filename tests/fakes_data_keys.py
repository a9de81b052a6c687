"""A fake of the data keys port; it passes the same contract suite as the real ones."""

import os
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from typing_extensions import override

from app.domain.errors import DataKeysMisconfiguredError, DataKeysUnavailableError
from app.ports.data_keys import DataKeys, KeyNames
from app.ports.key_wrapping import KeyWrapping, WrappingGeneration, WrappingStatus


@dataclass
class FakeDataKeys(DataKeys):
    """Keeps keys in a mapping that tests may look at."""

    keys: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    page: int = 100

    def __post_init__(self) -> None:
        self.wrapping = FakeKeyWrapping(self)

    @override
    async def made(self, names: Iterable[str]) -> Mapping[str, bytes]:
        self._answering()
        return {name: self.keys.setdefault(name, os.urandom(32)) for name in names}

    @override
    async def of(self, names: Iterable[str]) -> Mapping[str, bytes]:
        self._answering()
        return {name: self.keys[name] for name in names if name in self.keys}

    @override
    async def all_of(self, start: str) -> Mapping[str, bytes]:
        self._answering()
        return {name: key for name, key in self.keys.items() if name.startswith(start)}

    @override
    async def destroy(self, names: Sequence[str]) -> None:
        self._answering()
        for name in names:
            self.keys.pop(name, None)

    @override
    async def names(self, start: str, after: str | None) -> KeyNames:
        self._answering()
        there = sorted(n for n in self.keys if n.startswith(start) and (after or "") < n)
        page = tuple(there[: self.page])
        return KeyNames(page, page[-1] if len(there) > len(page) else None)

    @override
    async def ping(self) -> None:
        self._answering()

    def _answering(self) -> None:
        if self.down:
            raise DataKeysUnavailableError


@dataclass
class FakeKeyWrapping(KeyWrapping):
    """Wraps nothing, and keeps what a store would know of it."""

    data_keys: FakeDataKeys
    encryption_key: str = "local:fake"
    generations: list[WrappingGeneration] = field(default_factory=list)
    to_rewrap: set[str] = field(default_factory=set)

    def use(self, current: str, previous: str | None = None) -> None:
        """Open the wrapping keys as a store does, made where there is none."""
        if not self.generations:
            self.generations.append(WrappingGeneration(1, datetime.now(UTC), current, 0))
        if not {one.wrapped_by for one in self.generations} <= {current, previous}:
            raise DataKeysMisconfiguredError
        self.encryption_key = current

    @override
    async def status(self) -> WrappingStatus:
        kinds = Counter(name.partition("/")[0] for name in self.data_keys.keys)
        newest, every = self.generations[-1], len(self.data_keys.keys)
        return WrappingStatus(
            "memory",
            dict(sorted(kinds.items())),
            [replace(one, keys=every if one is newest else 0) for one in self.generations],
            self.encryption_key,
        )

    @override
    async def add_generation(self) -> int:
        number = self.generations[-1].generation + 1
        made = WrappingGeneration(number, datetime.now(UTC), self.encryption_key, 0)
        self.generations.append(made)
        self.to_rewrap = set(self.data_keys.keys)
        return number

    @override
    async def rewrap(self) -> AsyncGenerator[int]:
        left = self.to_rewrap & self.data_keys.keys.keys()
        self.to_rewrap = set()
        yield len(left)

    @override
    async def rewrap_wrapping_keys(self) -> int:
        others = [one for one in self.generations if one.wrapped_by != self.encryption_key]
        self.generations = [
            replace(one, wrapped_by=self.encryption_key) for one in self.generations
        ]
        return len(others)

    @override
    async def retire(self) -> Sequence[int]:
        gone = [one.generation for one in self.generations[:-1]]
        del self.generations[:-1]
        return gone
