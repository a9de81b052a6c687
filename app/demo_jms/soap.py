"""The SOAP face: 1.1 and 1.2, with a WS-Security username token where a token is set."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from app.demo_jms.jail import DemoJail, DemoPhoto
from app.demo_jms.niem import NAMESPACES, POSES, booking_document, photo_document, photo_entry
from app.demo_jms.soap_messages import (
    SOAP_11,
    RefusedError,
    check_token,
    envelope_of,
    fault_of,
    message_of,
)

_DEMO: Final = f"{{{NAMESPACES['demo']}}}"
_VIEWS: Final = {pose: view for view, pose in POSES.items()}
_LISTING: Final = ("Pose", "Since", "After")


class SoapFace:
    """Answers GetBookings, ListPhotos and GetPhoto of one jail."""

    def __init__(self, jail: DemoJail, token: str | None = None) -> None:
        self._jail = jail
        self._token = token
        self._operations: dict[str, Callable[[etree._Element], Sequence[etree._Element]]] = {
            f"{_DEMO}GetBookings": self._bookings,
            f"{_DEMO}ListPhotos": self._photos,
            f"{_DEMO}GetPhoto": self._photo,
        }

    async def answer(self, request: Request) -> Response:
        """Answer one message in the version of SOAP that it is in."""
        space = SOAP_11
        try:
            envelope = envelope_of(await request.body())
            space = etree.QName(envelope).namespace or SOAP_11
            if self._token is not None:
                check_token(envelope.find(f"{{{space}}}Header"), self._token)
            answered = self._answered(envelope.find(f"{{{space}}}Body/*"))
        except RefusedError as refused:
            return message_of(space, fault_of(space, refused), 500 if space == SOAP_11 else 400)
        return message_of(space, answered)

    def _answered(self, asked: etree._Element | None) -> etree._Element:
        name = "" if asked is None else str(asked.tag)
        operation = self._operations.get(name)
        if asked is None or operation is None:
            raise RefusedError("Ask GetBookings, ListPhotos or GetPhoto of urn:candid:demo-jms:1.")
        answered = etree.Element(f"{name}Response", nsmap=NAMESPACES)
        answered.extend(operation(asked))
        return answered

    def _bookings(self, asked: etree._Element) -> Sequence[etree._Element]:
        named = dict.fromkeys(one.text or "" for one in asked.iter(f"{_DEMO}PhotoID"))
        known = [photo for one in named if (photo := self._jail.photo(one)) is not None]
        return [
            booking_document(self._jail.columns(photo), number)
            for number, photo in enumerate(known)
        ]

    def _photos(self, asked: etree._Element) -> Sequence[etree._Element]:
        pose, since, after = (asked.findtext(f"{_DEMO}{name}") for name in _LISTING)
        try:
            moment = datetime.fromisoformat(since) if since else None
            aware = moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
            page = self._jail.page(_VIEWS.get(pose, pose) if pose else None, aware, after or None)
        except ValueError as error:
            raise RefusedError("Since is a dateTime; After is what Next was.") from error
        listed = [_entry(photo) for photo in page.photos]
        if page.next is not None:
            following = etree.Element(f"{_DEMO}Next")
            following.text = page.next
            listed.append(following)
        return listed

    def _photo(self, asked: etree._Element) -> Sequence[etree._Element]:
        name = asked.findtext(f"{_DEMO}PhotoID") or ""
        photo = self._jail.photo(name)
        return [] if photo is None else [photo_document(name, photo.read())]


def _entry(photo: DemoPhoto) -> etree._Element:
    columns = {**photo.booking, "external_image_id": photo.external_image_id}
    return photo_entry(columns, photo.view, photo.changed_at.isoformat())
