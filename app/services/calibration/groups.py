"""To which groups a booking's person belongs: what the JMS says of sex and race, nothing kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.booking import Coded, Person, RecordStatus
from app.domain.compared_groups import RACE, SEX
from app.domain.errors import JmsUnavailableError
from app.domain.ncic import UNKNOWN
from app.domain.record import Standing
from app.domain.search import BookingStatus
from app.ports.jms import Jms
from app.services.enrichment import Enriched
from app.services.recorded import utc_now

_BATCH = 100


@dataclass(slots=True)
class Said:
    """What the JMS says of photos: groups by kind and by photo, and whether they may be shown."""

    groups: dict[str, Mapping[str, str]] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)

    @property
    def hidden(self) -> frozenset[str]:
        """Photos that the JMS lets nobody see any more."""
        return frozenset(
            photo
            for photo, standing in self.standings.items()
            if standing.status is not RecordStatus.ACTIVE
        )


async def said_of(jms: Jms, external_image_ids: Sequence[str], done: Callable[[int], None]) -> Said:
    """Ask about photos; raises what the JMS raises, also where it answers some.

    A photo whose booking is not known, or says nothing of it that has a code, is of no group.
    """
    said = Said()
    for start in range(0, len(external_image_ids), _BATCH):
        batch, asked_at = external_image_ids[start : start + _BATCH], utc_now()
        answers = await jms.bookings(batch)
        if answers.unavailable:
            raise JmsUnavailableError
        found, before = answers.found, answers.asked_at
        enriched = Enriched(asked_at, BookingStatus.UNAVAILABLE, found, asked_before=before)
        said.standings |= enriched.standings()
        said.groups |= {photo: groups_of_person(one.person) for photo, one in found.items()}
        done(len(batch))
    return said


def groups_of_person(person: Person) -> Mapping[str, str]:
    """Name the groups of a person by their kind: race and sex by themselves, and both together.

    NCIC's "unknown" is no group, nor is a value that none of its codes is known for: people whom
    several words are used for would be several groups.
    """
    said = {RACE: _said(person.race), SEX: _said(person.sex)}
    alone = {kind: f"{kind} {one}" for kind, one in said.items() if one}
    if len(alone) == len(said):
        return {**alone, ", ".join(alone): ", ".join(alone.values())}
    return alone


def _said(coded: Coded | None) -> str | None:
    return coded.code if coded and coded.code != UNKNOWN else None
