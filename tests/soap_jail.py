"""A jail management system that speaks SOAP on a socket, with NIEM documents in its envelopes.

It reads requests and checks WS-Security by itself, and knows nothing of the adapter.
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from lxml import etree

from adapters.jms.contract.stock import JailPhoto
from tests.servers import linger

ENVELOPES = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
KINDS = {"1.1": "text/xml", "1.2": "application/soap+xml"}
JAIL = "urn:example:jail"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = f"{_WSS}wssecurity-secext-1.0.xsd", f"{_WSS}wssecurity-utility-1.0.xsd"
RELEASES = {
    "2.0": {
        "nc": "http://niem.gov/niem/niem-core/2.0",
        "j": "http://niem.gov/niem/domains/jxdm/4.0",
        "biom": "http://niem.gov/niem/biometrics/1.0",
        "s": "http://niem.gov/niem/structures/2.0",
    },
    "3.2": {
        "nc": "http://release.niem.gov/niem/niem-core/3.0/",
        "j": "http://release.niem.gov/niem/domains/jxdm/5.2/",
        "biom": "http://release.niem.gov/niem/domains/biometrics/3.2/",
        "s": "http://release.niem.gov/niem/structures/3.0/",
    },
    "5.2": {
        "nc": "http://release.niem.gov/niem/niem-core/5.0/",
        "j": "http://release.niem.gov/niem/domains/jxdm/7.2/",
        "biom": "http://release.niem.gov/niem/domains/biometrics/5.2/",
        "s": "http://release.niem.gov/niem/structures/5.0/",
    },
    "6.0": {
        "nc": "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/",
        "j": "https://docs.oasis-open.org/niemopen/ns/model/domains/justice/6.0/",
        "biom": "https://docs.oasis-open.org/niemopen/ns/model/domains/biometrics/6.0/",
        "s": "https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/",
    },
}

Told = tuple[str, str]  # a fault's code, such as `Client` or `Server.Busy`, and its reason


@dataclass
class SoapJail:
    """What it knows, how it wants to be asked, and what it was asked."""

    documents: Mapping[str, str] = field(default_factory=dict)  # an id's booking, as NIEM
    photos: Sequence[JailPhoto] = ()
    version: str = "1.1"
    release: str = "5.2"
    page_size: int = 1000
    credentials: tuple[str, str, str] | None = None  # name, password, `PasswordText` or `...Digest`
    not_found: Told | None = None  # the fault for an id that it does not know
    fault: Told | None = None  # of every answer
    answer: Callable[[], Response] | None = None  # of every question, in the place of its own
    picture: Callable[[], Response] | None = None  # of every question about one
    hangs: bool = False
    delay_seconds: float = 0.0  # of every answer
    asked: list[list[str]] = field(default_factory=list)  # the ids of each question
    heads: list[Mapping[str, str]] = field(default_factory=list)  # of HTTP
    headers: list[bytes] = field(default_factory=list)  # of the envelopes
    nonces: set[str] = field(default_factory=set)


def soap_server(jail: SoapJail) -> FastAPI:
    """Serve SOAP at `/jms`, and photos at `/pictures/{number}.jpg`."""
    return soap_server_of(lambda: jail)


def soap_server_of(current: Callable[[], SoapJail]) -> FastAPI:
    """Serve whatever jail is the current one."""
    app = FastAPI()

    @app.post("/jms")
    async def service(request: Request) -> Response:
        jail = current()
        jail.heads.append(dict(request.headers))
        if jail.hangs:
            await linger(request, 3600)
        body = await request.body()
        await asyncio.sleep(jail.delay_seconds)
        return _answered(jail, request, etree.fromstring(body))

    @app.get("/pictures/{number}.jpg")
    async def picture(number: int) -> Response:
        jail = current()
        if jail.picture is not None:
            return jail.picture()
        if number >= len(jail.photos):
            return Response(status_code=404)
        return Response(jail.photos[number].read(), media_type="image/jpeg")

    return app


def enveloped(version: str, content: str, release: str = "5.2") -> Response:
    """Return an answer with this in the body of its envelope."""
    spaces = {"soap": ENVELOPES[version], "jail": JAIL, **RELEASES[release]}
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    body = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<soap:Envelope {declared}><soap:Header/>'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    )
    return Response(body, media_type=KINDS[version])


def faulty(version: str, code: str, reason: str) -> Response:
    """Return a fault; in 1.2 what follows a dot is a subcode, in 1.1 a detail has its name."""
    general, _, special = code.partition(".")
    told = escape(reason)
    if version == "1.1":
        detail = f"<detail><jail:{special}/></detail>" if special else ""
        fault = f"<faultcode>soap:{general}</faultcode><faultstring>{told}</faultstring>{detail}"
    else:
        name = {"Client": "Sender", "Server": "Receiver"}.get(general, general)
        value = "<soap:Subcode><soap:Value>jail:{}</soap:Value></soap:Subcode>".format
        fault = (
            f"<soap:Code><soap:Value>soap:{name}</soap:Value>{value(special) if special else ''}"
            f'</soap:Code><soap:Reason><soap:Text xml:lang="en">{told}</soap:Text></soap:Reason>'
        )
    answer = enveloped(version, f"<soap:Fault>{fault}</soap:Fault>")
    answer.status_code = 400 if version == "1.2" and general == "Client" else 500
    return answer


async def in_pieces(piece: bytes, times: int) -> AsyncGenerator[bytes]:
    """Yield the same over and over."""
    for _ in range(times):
        yield piece


def streamed(first: bytes, piece: bytes, times: int, kind: str = "text/xml") -> Response:
    """Return an answer that is made while it is sent."""

    async def parts() -> AsyncGenerator[bytes]:
        yield first
        async for part in in_pieces(piece, times):
            yield part

    return StreamingResponse(parts(), media_type=kind)


def _answered(jail: SoapJail, request: Request, root: etree._Element) -> Response:
    jail.headers.append(etree.tostring(root))
    wrong = _refusal(jail, request, root)
    if wrong is not None:
        return faulty(jail.version, *wrong)
    body = root.find(f"{{{ENVELOPES[jail.version]}}}Body")
    assert body is not None
    question = body[0]
    ids = [one.text or "" for one in question.iter(f"{{{JAIL}}}ImageID")]
    jail.asked.append(ids)
    if jail.answer is not None:
        return jail.answer()
    if jail.fault is not None:
        return faulty(jail.version, *jail.fault)
    return _answer(jail, etree.QName(question).localname, ids, question)


def _answer(jail: SoapJail, name: str, ids: list[str], question: etree._Element) -> Response:
    if name == "GetBookings":
        known = [jail.documents[one] for one in dict.fromkeys(ids) if one in jail.documents]
        if jail.not_found is not None and len(known) < len(set(ids)):
            return faulty(jail.version, *jail.not_found)
        content = f"<jail:Bookings>{''.join(known)}</jail:Bookings>"
    elif name == "ListPhotos":
        content = _page(jail, question)
    else:
        named = [one for one in jail.photos if one.raw_id == ids[0]]
        if not named:
            return faulty(jail.version, "Client.NoSuchPhoto", "it is gone")
        content = f"<jail:Photos>{_entry(jail, named[0], with_photo=True)}</jail:Photos>"
    return enveloped(jail.version, content, jail.release)


def _page(jail: SoapJail, question: etree._Element) -> str:
    said = {etree.QName(one).localname: one.text or "" for one in question}
    since = datetime.fromisoformat(said["Since"]) if "Since" in said else None
    meant = [
        one
        for one in jail.photos
        if one.view == said["View"] and (since is None or one.changed_at >= since)
    ]
    start = int(said.get("After", "0"))
    end = start + jail.page_size
    items = "".join(_entry(jail, one, with_photo=False) for one in meant[start:end])
    following = f"<jail:Next>{end}</jail:Next>" if end < len(meant) else ""
    return f"<jail:Photos>{items}{following}</jail:Photos>"


def _entry(jail: SoapJail, one: JailPhoto, *, with_photo: bool) -> str:
    number = jail.photos.index(one)
    content = ""
    if with_photo:
        packed = base64.encodebytes(one.read()).decode("ascii")
        content = f"<nc:Base64BinaryObject>{packed}</nc:Base64BinaryObject>"
    elif number % 2:
        content = f"<nc:BinaryURI>/pictures/{number}.jpg</nc:BinaryURI>"
    return (
        f"<biom:FaceImage><nc:BinaryID>{escape(one.raw_id)}</nc:BinaryID>{content}"
        f"<biom:FaceImageSubjectPoseCode>{escape(one.view)}</biom:FaceImageSubjectPoseCode>"
        "</biom:FaceImage>"
    )


def _refusal(jail: SoapJail, request: Request, root: etree._Element) -> Told | None:
    """Return what is wrong with how it is asked."""
    space, kind = ENVELOPES[jail.version], request.headers["Content-Type"]
    if root.tag != f"{{{space}}}Envelope":
        return "VersionMismatch", "another version"
    if not kind.startswith(KINDS[jail.version]) or "charset=utf-8" not in kind:
        return "Client", f"the type is {kind}"
    action = request.headers.get("SOAPAction") if jail.version == "1.1" else kind
    if action is None or not re.search(r'"(urn|http):.+"$', action):
        return "Client", "no action"
    if jail.credentials is None:
        return None
    token = root.find(f"{{{space}}}Header/{{{WSSE}}}Security/{{{WSSE}}}UsernameToken")
    is_known = token is not None and _is_known(jail, token)
    return None if is_known else ("Client.FailedAuthentication", "user clerk is not known")


def _is_known(jail: SoapJail, token: etree._Element) -> bool:
    assert jail.credentials is not None
    name, password, form = jail.credentials
    said = {etree.QName(one).localname: one for one in token}
    nonce, created = said["Nonce"].text or "", said["Created"].text or ""
    is_fresh = abs(datetime.now(UTC) - datetime.fromisoformat(created)) < timedelta(minutes=5)
    if nonce in jail.nonces or not is_fresh or said["Username"].text != name:
        return False
    jail.nonces.add(nonce)
    if not said["Password"].get("Type", "").endswith(f"#{form}"):
        return False
    if form == "PasswordText":
        return said["Password"].text == password
    hashed = hashlib.sha1(base64.b64decode(nonce) + (created + password).encode())  # noqa: S324 - WS-Security has no other
    return said["Password"].text == base64.b64encode(hashed.digest()).decode()
