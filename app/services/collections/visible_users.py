"""From ranked users to those of whom something may be shown, strongest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from app.domain.booking import RecordStatus
from app.domain.collection import User, UserFace
from app.domain.record import Standing
from app.ports.face_collections import UserMatch
from app.ports.records import Records
from app.services.collections.answers import FoundUser
from app.services.collections.visible_matches import ASKED, may_be_shown
from app.services.enrichment import Enrichment


@dataclass(slots=True)
class VisibleUsers:
    """Users who have a face that may be shown, as the JMS says now or said last."""

    records: Records
    enrichment: Enrichment
    confirmed_only: bool = False  # `told` leaves out users of whom the JMS confirms no photo
    news: dict[str, Standing] = field(default_factory=dict)  # what the JMS said, to be kept
    _asked: set[str] = field(default_factory=set)

    async def among(self, ranked: Sequence[UserMatch]) -> list[FoundUser]:
        """Return those who may be shown; the JMS is asked about what it was not asked before."""
        async with self.records.view() as view:
            faces = await view.users.faces([match.user_id for match in ranked])
        known = [match for match in ranked if match.user_id in faces]
        new = self._unasked([faces[match.user_id] for match in known])
        if new:
            self._asked.update(new)
            self.news |= (await self.enrichment(new)).standings()
        return [
            FoundUser(User(match.user_id, len(faces[match.user_id])), match.similarity)
            for match in known
            if any_may_be_shown(faces[match.user_id], self.news)
        ]

    def told(
        self, shown: Sequence[FoundUser], stored: Mapping[str, Sequence[UserFace]]
    ) -> list[FoundUser]:
        """Return those of whom a face may be shown by the records too, whatever the JMS said last.

        `stored` are their faces as they are on record now. Nobody moves up.
        """
        return [one for one in shown if self._may_be_told(stored.get(one.user.user_id, ()))]

    def _may_be_told(self, faces: Sequence[UserFace]) -> bool:
        active = (face for face in faces if face.standing.status is RecordStatus.ACTIVE)
        counted = [
            face
            for face in active
            if not self.confirmed_only or face.external_image_id in self.news
        ]
        return any_may_be_shown(counted, self.news)

    def _unasked(self, faces: Sequence[Sequence[UserFace]]) -> list[str]:
        """Name a photo of each user, then another of each: nobody's many use up all questions."""
        named = dict.fromkeys(one for one in _in_turn(faces) if one not in self._asked)
        return list(named)[: ASKED - len(self._asked)]


def any_may_be_shown(faces: Sequence[UserFace], news: Mapping[str, Standing] | None = None) -> bool:
    """Say whether a user of these faces may be shown."""
    return any(may_be_shown(face, news) for face in faces)


def _in_turn(faces: Sequence[Sequence[UserFace]]) -> Iterator[str]:
    turns = zip_longest(*([one for one in of_user if one.is_named] for of_user in faces))
    return (face.external_image_id for face in chain.from_iterable(turns) if face is not None)
