"""Any JMS, whose own ids become ExternalImageIds on the way out and are its own again going in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from typing_extensions import override

from app.domain.encoded_ids import decoded_id, encoded_id
from app.domain.errors import InvalidExternalImageIdError
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs, UnusableRef

_TOO_LONG: Final = "The id has more than 255 characters when it is encoded."


class EncodedIdsJms(Jms):
    """Wraps a JMS that knows its own ids only; ids that fit the pattern stay as they are."""

    def __init__(self, jms: Jms) -> None:
        self._jms = jms

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        by_own = {own: one for one in external_image_ids if (own := _own(one)) is not None}
        answers = await self._jms.bookings([*by_own])
        found = {
            by_own[own]: replace(booking, external_image_id=by_own[own])
            for own, booking in answers.found.items()
        }
        unavailable = frozenset(by_own[own] for own in answers.unavailable)
        asked_at = {by_own[own]: moment for own, moment in answers.asked_at.items()}
        return BookingAnswers(found, unavailable, asked_at)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        page = await self._jms.photos(view, since, after)
        told = [_encoded(ref) for ref in page.items]
        return PhotoRefs(
            tuple(one for one in told if isinstance(one, PhotoRef)),
            page.next,
            (*page.problems, *(one for one in told if isinstance(one, UnusableRef))),
        )

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        own = decoded_id(ref.external_image_id)
        return await self._jms.photo(replace(ref, external_image_id=own))

    @override
    async def ping(self) -> None:
        await self._jms.ping()


def _own(external_image_id: str) -> str | None:
    """Return the JMS's id, or None where no id of a JMS is encoded like this."""
    own = decoded_id(external_image_id)
    try:
        return own if encoded_id(own) == external_image_id else None
    except InvalidExternalImageIdError:
        return None


def _encoded(ref: PhotoRef) -> PhotoRef | UnusableRef:
    try:
        return replace(ref, external_image_id=encoded_id(ref.external_image_id))
    except InvalidExternalImageIdError:
        return UnusableRef(ref.external_image_id, ItemReason.ID_NOT_ENCODABLE, _TOO_LONG)
