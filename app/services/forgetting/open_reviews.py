"""Whether the review of a search is open: then what it is about is still needed."""

from app.domain.review_standing import Standing
from app.ports.records import Unit


async def review_is_open(unit: Unit, search_id: str, *, locked: bool) -> bool:
    """Say whether a review was begun and is not closed; `locked`: it stays so until the unit ends.

    Reviews are locked before probes, as by whoever writes an entry.
    """
    get = unit.reviews.get_locked if locked else unit.reviews.get
    review = await get(search_id)
    return review is not None and not Standing.of(review).is_closed
