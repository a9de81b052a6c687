"""Enrolled faces in the order of their likeness, for as long as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.face_engine.rekognition.collection import MOST_FACES
from app.ports.face_engine import Match

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from adapters.face_engine.rekognition.answers import OwnMatch

    Ask = Callable[[int], Awaitable[list[OwnMatch]]]
    """Returns up to so many matches, strongest first."""

    FacesOf = Callable[[str], Awaitable[Sequence[str]]]
    """Returns the faces of a user."""

FIRST = 20
"""Fewest matches asked for at first; several photos of one person are common."""


async def pages(
    first: list[OwnMatch], asked: int, ask: Ask, besides: str | None = None
) -> AsyncIterator[list[OwnMatch]]:
    """Yield what the first call brought; then ask for twice as many, as far as there are.

    The face `besides` is left out.
    """
    seen = {besides}
    page = first
    while True:
        fresh = [match for match in page if match.face_id not in seen]
        seen.update(match.face_id for match in fresh)
        if fresh:
            yield fresh
        if len(page) < asked or asked == MOST_FACES:
            return
        asked = min(MOST_FACES, 2 * asked)
        page = await ask(asked)


async def ranked(
    found: AsyncIterator[list[OwnMatch]], floor: float
) -> AsyncIterator[Sequence[Match]]:
    """Yield matches as the core knows them; none below `floor`."""
    async for page in found:
        kept = [_match(one, one.similarity) for one in page if one.similarity >= floor]
        if kept:
            yield kept


class RankingWithUsers:
    """Faces of which each is as alike as its user is, where that is more.

    Rekognition ranks faces and users apart. A face that was not among the matches so far comes by
    the list of its user's faces, before the first face that is less alike than the user.
    """

    def __init__(self, users: Mapping[str, float], faces_of: FacesOf, floor: float) -> None:
        self._users = {name: value for name, value in users.items() if value >= floor}
        self._faces_of = faces_of
        self._floor = floor
        self._waiting: dict[str, Match] = {}
        self._given: set[str] = set()
        self._lowest = 100.0  # no face given so far is less alike

    async def ranked(self, found: AsyncIterator[list[OwnMatch]]) -> AsyncIterator[Sequence[Match]]:
        """Yield each face once, strongest first."""
        listed = dict(self._users)
        async for page in found:
            for one in page:
                self._add(one)
                listed.pop(one.user_id or "", None)
            down_to = page[-1].similarity
            await self._add_listed(listed, down_to)
            if batch := self._due(down_to):
                yield batch
        await self._add_listed(listed, self._floor)
        if batch := self._due(self._floor):
            yield batch

    def _add(self, one: OwnMatch) -> None:
        similarity = max(one.similarity, self._users.get(one.user_id or "", 0.0))
        if similarity >= self._floor and one.face_id not in self._given:
            self._waiting[one.face_id] = _match(one, min(similarity, self._lowest))

    async def _add_listed(self, users: dict[str, float], down_to: float) -> None:
        """Add the faces of users who come before what is less alike than `down_to`."""
        for user_id in [name for name, similarity in users.items() if similarity >= down_to]:
            similarity = min(users.pop(user_id), self._lowest)
            for face_id in await self._faces_of(user_id):
                if face_id not in self._given:
                    match = Match(face_id, similarity, similarity)
                    self._waiting.setdefault(face_id, match)

    def _due(self, down_to: float) -> list[Match]:
        due = [match for match in self._waiting.values() if match.similarity >= down_to]
        due.sort(key=lambda match: -match.similarity)
        for match in due:
            del self._waiting[match.face_id]
            self._given.add(match.face_id)
            self._lowest = match.similarity
        return due


def _match(one: OwnMatch, similarity: float) -> Match:
    return Match(one.face_id, similarity, one.similarity)
