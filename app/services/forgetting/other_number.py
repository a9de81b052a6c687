"""What a number has become that no photo on record is named by."""

from app.domain.booking import RecordStatus
from app.domain.errors import NothingToRemoveError, NotIndexedError
from app.domain.jms_events import About
from app.domain.record import Standing
from app.domain.removal import RemovalRequest, RemovalSubject
from app.ports.records import Unit

_TOLD = 5
"""Numbers that are told; a filler of the JMS may stand for many."""


async def check_no_other_number(unit: Unit, request: RemovalRequest) -> None:
    """Raise NotIndexedError or NothingToRemoveError where its photos have another number by now.

    Nobody may believe them gone. They are not removed by the old one, which somebody else may have
    had since. Photos of other collections are their clients' own.
    """
    meant = await unit.jms_events.meant(_about(request))
    found = await unit.standings.of(meant.photos)
    if not found:
        return
    shown = {one: said for one, said in found.items() if said.status is RecordStatus.ACTIVE}
    numbers = {_number(request.subject, one, said) for one, said in shown.items()}
    told = _told(len(found), sorted(one for one in numbers if one))
    if request.subject is RemovalSubject.EXTERNAL_IMAGE_ID:
        raise NotIndexedError(told)
    raise NothingToRemoveError(told)


def _about(request: RemovalRequest) -> About:
    named = (request.value,)
    match request.subject:
        case RemovalSubject.EXTERNAL_IMAGE_ID:
            return About(external_image_ids=named)
        case RemovalSubject.PERSON_ID:
            return About(person_ids=named)
        case RemovalSubject.BOOKING_NUMBER:
            return About(booking_numbers=named)


def _number(subject: RemovalSubject, external_image_id: str, standing: Standing) -> str | None:
    match subject:
        case RemovalSubject.EXTERNAL_IMAGE_ID:
            return external_image_id
        case RemovalSubject.PERSON_ID:
            return standing.person_id
        case RemovalSubject.BOOKING_NUMBER:
            return standing.booking_number


def _told(photos: int, numbers: list[str]) -> str:
    listed = f": {', '.join(numbers[:_TOLD])}" if numbers else ""
    if len(numbers) > _TOLD:
        listed += f" and {len(numbers) - _TOLD} more"
    return (
        f"No photo on record has this number; {photos} {'has' if photos == 1 else 'have'} what it "
        f"has become{listed}. Nothing was removed, as the old number may be somebody else's since. "
        "See in the JMS whose they are, and name them by their number of now or by "
        "external_image_id. GET /jms/removals lists those that are hidden, GET /removals what was "
        "removed by the old number before."
    )
