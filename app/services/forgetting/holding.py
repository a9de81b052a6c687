"""Which hold is on a search, or on a photo."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import PreservationHoldError
from app.domain.hold import Hold, HoldKind, Touched, first_on
from app.domain.jms_events import About
from app.domain.record import Standing
from app.domain.search import SearchAnswer
from app.ports.records import Unit

_PAGE = 100


async def hold_on_search(
    unit: Unit, holds: Sequence[Hold], search_id: str, answer: SearchAnswer | None
) -> Hold | None:
    """Return a hold on the search, its case, or a person or photo among its candidates.

    `answer` is the search as it was answered; None: it is destroyed, and only its id is known.
    """
    if not holds:
        return None
    touched = Touched(search_id=search_id)
    if answer is not None:
        touched = await _touched_by(unit, answer)
    return first_on(holds, touched)


async def holds_on_photos(unit: Unit, external_image_ids: Sequence[str]) -> Mapping[str, Hold]:
    """Return a hold for each photo that one is on; no hold is placed until this unit ends.

    It is on the photo, its person by any number, or a search in whose answer the photo stands,
    though by the id that it had then.
    """
    holds = await unit.holds.in_force()
    if not holds:
        return {}
    standings = await unit.standings.of(external_image_ids)
    answered = await _answered(unit, holds)
    found = dict[str, Hold]()
    for one in external_image_ids:
        people = _people_of(standings.get(one))
        touched = Touched(person_ids=people, external_image_ids=frozenset({one}))
        if hold := first_on(holds, touched) or answered.get(one):
            found[one] = hold
    return found


async def check_not_held(unit: Unit, external_image_ids: Sequence[str]) -> None:
    """Raise PreservationHoldError where a hold is on one; photos are locked before holds."""
    for one, hold in (await holds_on_photos(unit, external_image_ids)).items():
        raise PreservationHoldError(hold.hold_id, f"the photo {one}")


@dataclass(slots=True)
class HeldPhotos:
    """Asks once for all photos of a unit: the answers of held cases have to be read for it."""

    external_image_ids: Sequence[str]
    _found: Mapping[str, Hold] | None = None

    async def check(self, unit: Unit, external_image_id: str) -> None:
        """Raise PreservationHoldError where a hold is on this one of them."""
        if self._found is None:
            self._found = await holds_on_photos(unit, self.external_image_ids)
        if hold := self._found.get(external_image_id):
            raise PreservationHoldError(hold.hold_id, f"the photo {external_image_id}")


def _people_of(standing: Standing | None) -> frozenset[str]:
    """Return whose a photo is; where no id is the person's own, any that was told with it."""
    if standing is None:
        return frozenset()
    return frozenset([standing.person_id] if standing.person_id else standing.other_person_ids)


async def _touched_by(unit: Unit, answer: SearchAnswer) -> Touched:
    """Return whom an answer is about, as it was given and as is known now."""
    photos = await _by_any_id(unit, answer.photo_ids())
    people = set[str]()
    for standing in (await unit.standings.of(sorted(photos))).values():
        people |= _people_of(standing)
    for candidate in answer.candidates:
        people |= candidate.booking.person.ids if candidate.booking else set()
    return Touched(
        case_number=answer.context.case_number,
        search_id=answer.search_id,
        person_ids=frozenset(people),
        external_image_ids=photos,
    )


async def _answered(unit: Unit, holds: Sequence[Hold]) -> Mapping[str, Hold]:
    """Return the photos in the answers of held searches, and of those of held cases."""
    found = dict[str, Hold]()
    for hold in holds:
        found |= dict.fromkeys(await _by_any_id(unit, await _answered_in(unit, hold)), hold)
    return found


async def _answered_in(unit: Unit, hold: Hold) -> set[str]:
    photos, after = set[str](), None
    if hold.asked.kind is HoldKind.SEARCH:
        answer = await unit.searches.get(hold.asked.value)
        return answer.photo_ids() if answer else photos
    if hold.asked.kind is HoldKind.CASE:
        while page := await unit.searches.page(hold.asked.value, after, _PAGE):
            photos |= {one for answer in page for one in answer.photo_ids()}
            after = page[-1].search_id
    return photos


async def _by_any_id(unit: Unit, external_image_ids: Collection[str]) -> frozenset[str]:
    """Return these ids of photos, and those that the same photos had before or have since."""
    if not external_image_ids:
        return frozenset()
    about = About(external_image_ids=tuple(external_image_ids))
    return frozenset((await unit.jms_events.meant(about)).ids)
