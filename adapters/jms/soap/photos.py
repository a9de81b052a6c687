"""Photos of a SOAP service: its listing, and each photo by its address or in an answer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

import httpx

from adapters.jms.soap.calls import Calls
from adapters.jms.soap.errors import AnswerTooLargeError
from adapters.jms.soap.faults import Fault
from adapters.jms.soap.listing import Listing, cursor_of
from adapters.jms.soap.photo_answers import LARGEST_ENCODED, decoded_photo
from adapters.jms.soap.reading import PhotoEntries, Reading
from adapters.jms.soap.safe_xml import Bounds, Element
from adapters.jms.soap.service import Questions
from adapters.jms.soap.template import fits_xml
from app.domain.errors import (
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
)
from app.domain.field_text import clean_text
from app.domain.photo import View
from app.domain.views import view_of
from app.ports.jms import PhotoRef, PhotoRefs, UnusableRef

LARGEST_PAGE: Final = Bounds(bytes=5_000_000, tags=200_000)
LARGEST_PHOTO: Final = Bounds(bytes=LARGEST_ENCODED, tags=40_000)

_POSES: Final = {View.FRONT: "F", View.LEFT: "L", View.RIGHT: "R"}
_CANNOT_LIST: Final = (
    "The jail management system cannot list photos: the requests file has no  photos:  operation. "
    "docs/connect-by-soap.md describes it; or import from a folder or a manifest."
)
_NO_PHOTO: Final = "The jail management system has no photo under this id."


class Photos:
    """Asks for pages of the listing, and for photos; `address` is the service's own."""

    def __init__(
        self,
        calls: Calls,
        questions: Questions,
        reading: Reading,
        address: httpx.URL,
        zone: tzinfo,
    ) -> None:
        self._calls = calls
        self._questions = questions
        self._reading = reading
        self._listing = Listing(address, zone)

    async def page(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        """Return a page of the listing."""
        entries = self._reading.listing
        if entries is None:
            raise JmsCannotListError(_CANNOT_LIST)
        values = {
            "view": view.value,
            "pose": _POSES.get(view),
            "since": _text_of(since) if since else None,
            "after": after,
        }
        question = self._questions.asked(entries.operation, LARGEST_PAGE, values)
        answered = await self._calls.answer_to_import(
            question, lambda root: self._refs(entries, root, view, after)
        )
        if not isinstance(answered, Fault):
            return answered
        if answered.is_one_of(entries.operation.not_found):
            return PhotoRefs((), None)
        raise answered.error()

    async def photo(self, ref: PhotoRef) -> bytes:
        """Return the bytes of a photo."""
        if ref.location:
            return await self._calls.photo(self._listing.address(ref))
        found = await self._answered(ref)
        if isinstance(found, bytes):
            return found
        return await self._calls.photo(self._listing.address(found))

    async def _answered(self, ref: PhotoRef) -> bytes | PhotoRef:
        """Return the photo in an answer, or where the answer says that it is."""
        entries, identifier = self._reading.photo, ref.external_image_id
        if entries is None or not identifier or not fits_xml(identifier):
            raise PhotoMissingError(_NO_PHOTO)
        values = {"view": ref.view.value, "pose": _POSES.get(ref.view)}
        asked = self._questions.asked(entries.operation, LARGEST_PHOTO, values, [identifier])
        try:
            answered = await self._calls.answer_to_import(
                asked, lambda root: self._in(entries, root, ref)
            )
        except JmsMisconfiguredError as error:  # of this photo, perhaps; others may go on
            if isinstance(error.__cause__, AnswerTooLargeError):
                raise PhotoTooLargeError from error
            raise JmsUnavailableError(str(error)) from error
        if not isinstance(answered, Fault):
            return answered
        if answered.is_one_of(entries.operation.not_found):
            raise PhotoMissingError(_NO_PHOTO)
        raise JmsUnavailableError(str(answered.error()))

    def _refs(
        self, entries: PhotoEntries, root: Element, view: View, after: str | None
    ) -> PhotoRefs:
        document = entries.documents.record(root)
        where = "the first page" if after is None else f"the page after {after}"
        told = [
            self._listing.told(entries.reader.fields_of(record), view, f"entry {number} of {where}")
            for number, record in enumerate(entries.each(document), 1)
        ]
        return PhotoRefs(
            tuple(one for one in told if isinstance(one, PhotoRef)),
            cursor_of(entries.next(document)),
            tuple(one for one in told if isinstance(one, UnusableRef)),
        )

    def _in(self, entries: PhotoEntries, root: Element, ref: PhotoRef) -> bytes | PhotoRef:
        document = entries.documents.record(root, ref.external_image_id)
        fields = _meant([entries.reader.fields_of(one) for one in entries.each(document)], ref)
        image = fields.get("image")
        if isinstance(image, str):
            return decoded_photo(image)
        told = self._listing.told(
            {**fields, "external_image_id": ref.external_image_id}, ref.view, "the answer"
        )
        if isinstance(told, UnusableRef) or not told.location:
            raise PhotoMissingError(_NO_PHOTO)
        return told


def _meant(listed: Sequence[Mapping[str, object]], ref: PhotoRef) -> Mapping[str, object]:
    """Return the entry that is this photo's: by its id, of several by the view; {} for none.

    The only entry of an answer needs no id: it is what was asked for.
    """
    shown = [one for one in listed if one.get("image") or one.get("url")]
    own = clean_text(ref.external_image_id)
    theirs = [one for one in shown if clean_text(one.get("external_image_id")) == own]
    if not theirs and len(shown) == 1 and not shown[0].get("external_image_id"):
        theirs = shown
    alike = [one for one in theirs if view_of(clean_text(one.get("view")) or "") is ref.view]
    return next(iter([*alike, *theirs]), {})


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
