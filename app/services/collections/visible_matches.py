"""From ranked faces to those that may be shown, strongest first."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    confirmed_only: bool = False  # leaves out whom the JMS does not confirm now; nobody moves up
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

    def photos(self) -> list[str]:
        """Return the ids of the photos that are about to be shown."""
        return [match.face.external_image_id for match in self.shown()]

    def obey(self, stored: Mapping[str, Standing]) -> None:
        """Leave out what must not be shown by the records, whatever the JMS said last.

        Nobody moves up.
        """
        hidden = {
            one: replace(now, as_of=None)  # so that nothing counts as newer
            for one, now in stored.items()
            if now.status is not RecordStatus.ACTIVE
        }
        best = self._best()
        self.news |= hidden
        self.most = sum(may_be_shown(match.face, self.news) for match in best)

    def shown(self) -> list[FaceMatch]:
        """Return what was found; similarities are on the engine's own scale."""
        return [one for one in self._best() if self._may_be_told(one)]

    def withheld(self) -> int:
        """Count the faces left out for their record status, or because nobody confirms it."""
        unconfirmed = len(self._best()) - len(self.shown())
        return len(self._read) - len(self._visible()) + unconfirmed

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

    def _best(self) -> list[FaceMatch]:
        return self._visible()[: self.most]

    def _may_be_told(self, match: FaceMatch) -> bool:
        return not self.confirmed_only or match.face.external_image_id in self.news

    def _unasked(self) -> list[str]:
        named = (match.face.external_image_id for match in self._best() if match.face.is_named)
        new = [one for one in dict.fromkeys(named) if one not in self._asked]
        return new[: ASKED - len(self._asked)]


def may_be_shown(
    face: CollectionFace | UserFace, news: Mapping[str, Standing] | None = None
) -> bool:
    """Only active records are shown; what the JMS said last counts, now or as it is on record."""
    known, said = face.standing, (news or {}).get(face.external_image_id)
    is_newer = said is not None and not (known.as_of and said.as_of and said.as_of < known.as_of)
    standing = said if said is not None and is_newer else known
    return standing.status is RecordStatus.ACTIVE
