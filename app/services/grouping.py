"""From ranked faces to people: who may be shown, by which photo, and how many are withheld."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.booking import RecordStatus
from app.domain.record import CurrentFace, Standing
from app.ports.face_engine import Match
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class RankedPhoto:
    """A current face among the matches, with its photo's id."""

    match: Match
    face: CurrentFace

    @property
    def external_image_id(self) -> str:
        """The photo's id."""
        return self.face.external_image_id


Person = Sequence[RankedPhoto]
"""One person's photos: those that may be shown before the others, then by likeness."""


class Grouping:
    """The matches read so far, as people in the order of their best photo.

    `known` has each photo's standing as the records had it, `standings` the newest one.
    """

    def __init__(self, records: Records, ranked: AsyncIterator[Sequence[Match]]) -> None:
        self._records = records
        self._ranked = ranked
        self._exhausted = False
        self.outdated = False  # a face was read that counts no more: who replaced it is missing
        self.known: dict[str, Standing] = {}
        self.standings: dict[str, Standing] = {}
        self._photos: list[RankedPhoto] = []
        self._grouped: list[Person] | None = []

    async def people(self, wanted: int) -> Sequence[Person]:
        """Return up to `wanted` people who may be shown.

        Reads on through the engine's ranking until there are enough people or no more faces.
        """
        while len(self._shown()) < wanted and not self._exhausted:
            await self._read_on()
        return self._shown()[:wanted]

    def withheld(self, wanted: int) -> int:
        """Count the people left out for their record status who rank above the last one shown."""
        visible = withheld = 0
        for person in self._everybody():
            if visible == wanted:
                break
            if self.may_be_shown(person[0]):
                visible += 1
            else:
                withheld += 1
        return withheld

    def know(self, standings: Mapping[str, Standing]) -> None:
        """Take what the records say of photos."""
        self.known = {**standings, **self.known}
        self.learn(standings)

    def learn(self, standings: Mapping[str, Standing]) -> None:
        """Take what was said of photos, where it is newer than what is known."""
        for external_image_id, said in standings.items():
            now = self.standings.get(external_image_id)
            if now is None or now.as_of is None or (said.as_of and said.as_of >= now.as_of):
                self.standings[external_image_id] = said
        self._grouped = None

    def obey(self, stored: Mapping[str, Standing]) -> None:
        """Take what must not be shown by the records, whatever the JMS said last.

        It may be behind what it told by itself.
        """
        hidden = {one: now for one, now in stored.items() if now.status is not RecordStatus.ACTIVE}
        self.standings |= hidden
        self._grouped = None

    def standing(self, photo: RankedPhoto) -> Standing:
        """Return the newest known standing of a photo."""
        return self.standings[photo.external_image_id]

    def may_be_shown(self, photo: RankedPhoto) -> bool:
        """Only active records are shown."""
        return self.standing(photo).status is RecordStatus.ACTIVE

    def similarities(self) -> dict[str, float]:
        """Return the likeness of each photo read so far, by id."""
        return {photo.external_image_id: photo.match.similarity for photo in self._photos}

    def raw_scores(self) -> dict[str, float]:
        """Return the raw score of each photo read so far, by id."""
        return {photo.external_image_id: photo.match.raw_score for photo in self._photos}

    async def _read_on(self) -> None:
        try:
            batch = await anext(self._ranked)
        except StopAsyncIteration:
            self._exhausted = True
            return
        async with self._records.view() as view:
            current = await view.faces.current([match.face_id for match in batch])
        self.outdated |= len(current) < len(batch)
        found = (match for match in batch if match.face_id in current)
        photos = [RankedPhoto(match, current[match.face_id]) for match in found]
        self._photos += photos
        self.know({photo.external_image_id: photo.face.standing for photo in photos})

    def _shown(self) -> list[Person]:
        return [person for person in self._everybody() if self.may_be_shown(person[0])]

    def _everybody(self) -> list[Person]:
        """Return all people read so far, grouped anew only when something was read or learnt."""
        if self._grouped is None:
            self._grouped = self._group()
        return self._grouped

    def _group(self) -> list[Person]:
        people: dict[str, list[RankedPhoto]] = {}
        for photo in sorted(self._photos, key=lambda photo: not self.may_be_shown(photo)):
            person_id = self.standing(photo).person_id
            key = f"person {person_id}" if person_id else f"photo {photo.external_image_id}"
            people.setdefault(key, []).append(photo)
        # By the raw score: many similarities are equal where a scale ends.
        return sorted(people.values(), key=lambda person: -person[0].match.raw_score)
