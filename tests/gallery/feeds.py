"""The feeds of a gallery in memory, and templates to put into one."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from app.domain.errors import RecordsUnavailableError
from app.ports.gallery_feed import GalleryChanges, GalleryFeed, UserFeed, UserMembers

Halves = npt.NDArray[np.float16]


@dataclass
class MemoryFeed(GalleryFeed):
    """Numbers each change of a face; a page has the last state of each face that changed."""

    seconds: float = 0.0  # what a reading takes after the moment it shows
    down: bool = False
    fault: Exception | None = None  # what each reading stumbles over
    readings: int = 0
    serving: str | None = None
    _log: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    def add(self, templates: Halves) -> list[str]:
        """Commit faces; return their ids."""
        face_ids = [uuid4() for _ in templates]
        self._log += [
            (face_id.bytes, template.astype("<f2").tobytes())
            for face_id, template in zip(face_ids, templates, strict=True)
        ]
        return [str(face_id) for face_id in face_ids]

    def put(self, face_id: UUID, template: bytes) -> None:
        self._log.append((face_id.bytes, template))

    def replace(self, face_id: str, template: Halves) -> None:
        self._log.append((UUID(face_id).bytes, template.astype("<f2").tobytes()))

    def remove(self, face_id: str) -> None:
        self._log.append((UUID(face_id).bytes, None))

    @override
    async def changes(self, model: str, after: int, limit: int) -> GalleryChanges:
        if self.down:
            raise RecordsUnavailableError
        self.readings += 1
        if self.fault:
            raise self.fault
        page = dict(self._log[after : after + limit])
        last = min(len(self._log), after + limit)
        more = last < len(self._log)
        await asyncio.sleep(self.seconds)
        kept = {face_id: template for face_id, template in page.items() if template is not None}
        removed = (face_id for face_id, template in page.items() if template is None)
        templates = b"".join(kept.values())
        return GalleryChanges(
            last, b"".join(kept), templates, b"".join(removed), more, self.serving
        )


@dataclass
class MemoryUserFeed(UserFeed):
    """Says which faces users have, as long as that has changed."""

    readings: int = 0
    tellings: int = 0
    _faces: dict[str, list[str]] = field(default_factory=dict)
    _version: int = 1

    def associate(self, user_id: str, *face_ids: str) -> None:
        self._version += 1
        self._faces.setdefault(user_id, []).extend(face_ids)

    def disassociate(self, user_id: str, *face_ids: str) -> None:
        self._version += 1
        left = [face_id for face_id in self._faces.pop(user_id) if face_id not in face_ids]
        self._faces |= {user_id: left} if left else {}

    @override
    async def members(self, known: int) -> UserMembers | None:
        self.readings += 1
        if known == self._version:
            return None
        self.tellings += 1
        return UserMembers(self._version, {user: list(ids) for user, ids in self._faces.items()})


def random_templates(count: int, dimensions: int = 128, seed: int = 1) -> Halves:
    """Unit vectors in all directions."""
    return unit(np.random.default_rng(seed).standard_normal((count, dimensions), np.float32))


def face_like_templates(count: int, dimensions: int = 128, seed: int = 1) -> Halves:
    """Unit vectors that lie as close together as those of one network's faces do."""
    chance = np.random.default_rng(seed)
    common = chance.standard_normal(dimensions)
    spread = np.exp(-np.arange(dimensions) / 30)
    return unit(common + 1.2 * spread * chance.standard_normal((count, dimensions)))


def unit(values: npt.NDArray[np.floating]) -> Halves:
    lengths = np.sqrt((values * values).sum(axis=1, keepdims=True))
    templates: Halves = (values / lengths).astype(np.float16)
    return templates
