"""A SOAP service connected by its files: each way of asking it is one kind."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

import httpx

from adapters.jms.contract.stock import JailPhoto, Open
from adapters.jms.soap import PasswordForm, SoapJms, UsernameToken
from app.ports.jms import Jms
from tests.servers import served
from tests.soap_files import MAPPING, PHOTOS, booking_document, requests_text, service
from tests.soap_jail import SoapJail, soap_server


@dataclass(frozen=True, slots=True)
class Way:
    """How one service is asked."""

    version: str
    release: str  # of NIEM
    form: PasswordForm
    at_once: int = 1
    has_faults: bool = False  # an unknown id is one


WAYS: Final = {
    "soap 1.1": Way("1.1", "3.2", PasswordForm.TEXT),
    "soap 1.2": Way("1.2", "6.0", PasswordForm.DIGEST, at_once=2),
    "soap fault": Way("1.1", "2.0", PasswordForm.DIGEST, at_once=50, has_faults=True),
}


@asynccontextmanager
async def spoken_to(
    name: str, bookings: Mapping[str, Mapping[str, str]], directory: Path
) -> AsyncGenerator[Jms]:
    """Serve these bookings, and give an adapter that asks for them in one way."""
    way = WAYS[name]
    jail = SoapJail(
        {key: booking_document(fields) for key, fields in bookings.items()},
        version=way.version,
        release=way.release,
        credentials=("clerk", "sesame", f"Password{way.form.capitalize()}"),
        not_found=("Client.NoSuchBooking", "it is not there") if way.has_faults else None,
    )
    lines = f"each: //j:Booking\nat_once: {way.at_once}\nnot_found: NoSuchBooking\n"
    asked = requests_text(version=way.version, of_bookings=lines)
    token = UsernameToken("clerk", "sesame", way.form)
    with served(soap_server(jail)) as url:
        async with httpx.AsyncClient() as client:
            yield SoapJms(client, service(directory, url, asked, MAPPING, token), UTC, 4)


@asynccontextmanager
async def soap_photos(
    directory: Path, photos: Sequence[JailPhoto], page_size: int
) -> AsyncGenerator[Open]:
    """Serve these photos as NIEM's, some at addresses, some in the answers."""
    jail = SoapJail(photos=photos, page_size=page_size)

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Jms]:
        async with httpx.AsyncClient() as client:
            yield SoapJms(client, service(directory, url, requests_text(more=PHOTOS)), UTC, 4)

    with served(soap_server(jail)) as url:
        yield opened
