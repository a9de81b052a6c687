"""From ranked faces to those that may be shown, strongest first."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.booking import RecordStatus
from app.domain.collection import CollectionFace, UserFace
from app.domain.record import Standing
from app.ports.face_engine import Match
from app.ports.records import Records
from app.services.collections.answers import FaceMatch
from app.services.enrichment import Enrichment

ASKED = 50
"""Photos the JMS is asked about for one search; for weaker matches its last word counts."""


@dataclass(slots=True)
class VisibleMatches:
    """The strongest `most` matches whose records are active, as the JMS says now or said last."""

    records: Records
    enrichment: Enrichment
    ranked: AsyncIterator[Sequence[Match]]
    most: int
    outdated: bool = False  # a face was read that counts no more: who replaced it is missing
    news: dict[str, Standing] = field(default_factory=dict)  # what the JMS said, to be kept
    _read: list[FaceMatch] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _exhausted: bool = False

    async def look_up(self) -> None:
        """Read on until there are enough who may be shown, the JMS having been asked."""
        while True:
            while len(self._visible()) < self.most and not self._exhausted:
                await self._read_on()
            if not (new := self._unasked()):
                return
            self._asked.update(new)
            self.news |= (await self.enrichment(new)).standings()

    def shown(self) -> list[FaceMatch]:
        """Return what was found; similarities are on the engine's own scale."""
        return self._visible()[: self.most]

    def withheld(self) -> int:
        """Count the faces read so far that are left out for their record status."""
        return len(self._read) - len(self._visible())

    async def _read_on(self) -> None:
        try:
            batch = await anext(self.ranked)
        except StopAsyncIteration:
            self._exhausted = True
            return
        async with self.records.view() as view:
            current = await view.faces.of([match.face_id for match in batch])
        self.outdated |= len(current) < len(batch)
        found = (match for match in batch if match.face_id in current)
        self._read += [FaceMatch(current[match.face_id], match.similarity) for match in found]

    def _visible(self) -> list[FaceMatch]:
        return [match for match in self._read if may_be_shown(match.face, self.news)]

    def _unasked(self) -> list[str]:
        named = (match.face.external_image_id for match in self.shown() if match.face.is_named)
        new = [one for one in dict.fromkeys(named) if one not in self._asked]
        return new[: ASKED - len(self._asked)]


def may_be_shown(
    face: CollectionFace | UserFace, news: Mapping[str, Standing] | None = None
) -> bool:
    """Only active records are shown; what the JMS just said counts before what is on record."""
    standing = (news or {}).get(face.external_image_id, face.standing)
    return standing.status is RecordStatus.ACTIVE
