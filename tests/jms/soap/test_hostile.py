"""A SOAP service that answers with what would cost memory, time, or something else of ours."""

import codecs
import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse

from adapters.jms.soap import LARGEST_BOOKING
from adapters.jms.soap.calls import Calls, Question
from adapters.jms.soap.photos import LARGEST_PAGE
from adapters.jms.soap.service import Questions
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from app.domain.photo import View
from app.ports.jms import PhotoRef
from tests.jms.soap.connected import STAGE, connected
from tests.jms.soap.documents import WHOLE
from tests.soap_files import MAPPING, PHOTOS, requests_text, service
from tests.soap_jail import ENVELOPES, SoapJail, enveloped, streamed

NUMBER = "26-000123"
SPACE = ENVELOPES["1.1"]
OPEN = f'<s:Envelope xmlns:s="{SPACE}"><s:Body>'
CLOSE = "</s:Body></s:Envelope>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
MANY = " ".join(f'a{n}="1"' for n in range(10_000))


def xml(body: str | bytes, kind: str = "text/xml") -> Callable[[], Response]:
    return lambda: Response(body, headers={"Content-Type": kind})


def doctype(subset: str, content: str) -> Callable[[], Response]:
    return xml(f"<!DOCTYPE s:Envelope {subset}>{OPEN}<b>{content}</b>{CLOSE}")


HOSTILE: dict[str, Callable[[], Response]] = {
    "billion laughs": doctype(f'[<!ENTITY l0 "ha">{LAUGHS}]', "&l11;"),
    "laughs in an attribute": doctype(f'[<!ENTITY l0 "ha">{LAUGHS}]', '<a b="&l11;"/>'),
    "quadratic blowup": doctype(f'[<!ENTITY a "{"a" * 100_000}">]', "&a;" * 10_000),
    "parameter entities": doctype('[<!ENTITY % p SYSTEM "http://203.0.113.7/x">%p;]', ""),
    "a file": doctype('[<!ENTITY f SYSTEM "file:///etc/passwd">]', "&f;"),
    "an address": doctype('[<!ENTITY f SYSTEM "http://203.0.113.7/x">]', "&f;"),
    "another's document type": doctype('SYSTEM "http://203.0.113.7/x.dtd"', ""),
    "a document type in UTF-16": xml(
        f'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>{OPEN}&f;{CLOSE}'.encode("utf-16"),
        "text/xml; charset=utf-16",
    ),
    "a document type in UTF-16 unmarked": xml(
        f"<!DOCTYPE a []>{OPEN}{CLOSE}".encode("utf-16-le"), "text/xml"
    ),
    "another entity": xml(f"{OPEN}&f;{CLOSE}"),
    "10 MB": lambda: streamed(OPEN.encode(), b" " * 100_000, 100),
    "deep": xml(OPEN + "<a>" * 200 + "</a>" * 200 + CLOSE),
    "very deep": xml(OPEN + "<a>" * 140_000),
    "many elements": xml(OPEN + "<a/>" * 200_000 + CLOSE),
    "many attributes": xml(f"{OPEN}<a {MANY}/>{CLOSE}"),
    "wrong bytes": xml(b"<a>\xff\xfe\xfd</a>"),
    "wrong bytes for its charset": xml("<a>é</a>".encode("latin-1"), "text/xml; charset=utf-8"),
    "UTF-7": xml(f'<?xml version="1.0" encoding="utf-7"?>{OPEN}{CLOSE}'),
    "an unknown charset": xml(OPEN + CLOSE, "text/xml; charset=x-jail"),
    "EBCDIC": xml(f"{OPEN}{CLOSE}".encode("cp500"), "text/xml"),
    "cut off": xml(OPEN + "<a>"),
    "nothing": xml(""),
    "no XML": xml("\0\0\0"),
    "no envelope": xml("<html><body>Password</body></html>"),
    "an envelope without a body": xml(f'<s:Envelope xmlns:s="{SPACE}"/>'),
    "JSON": xml("{}", "application/json"),
    "a page to sign in": lambda: HTMLResponse("<html><form>Password</form></html>"),
    "elsewhere": lambda: RedirectResponse("/login", 302),
    "several parts": xml(f"--x\r\n\r\n{OPEN}{CLOSE}\r\n--x--", 'multipart/related; boundary="x"'),
    "compressed": lambda: Response(
        b"\x1f\x8b", media_type="text/xml", headers={"Content-Encoding": "gzip"}
    ),
    "refused": lambda: HTMLResponse("no", 403),
    "not there": lambda: HTMLResponse("no", 404),
}
PASSING: dict[str, Callable[[], Response]] = {
    "an error page": lambda: HTMLResponse("<h1>SELECT * FROM inmate</h1>", 500),
    "an error as XML": lambda: Response(OPEN + CLOSE, 503, media_type="text/xml"),
    "busy": lambda: HTMLResponse("", 429),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_it_costs_nothing_and_says_what_to_check(tmp_path: Path, name: str) -> None:
    jail = SoapJail(answer=HOSTILE[name])
    async with connected(jail, tmp_path) as jms:
        with pytest.raises(JmsMisconfiguredError) as caught:
            await jms.bookings([NUMBER])

    told = str(caught.value)
    assert "check CANDID_JMS__SERVICE_URL" in told
    assert not any(word in told for word in ("Password", "passwd", "203.0.113.7", "line 1", "/x"))


@pytest.mark.parametrize("name", PASSING)
async def test_what_passes_is_unavailable(tmp_path: Path, name: str) -> None:
    async with connected(SoapJail(answer=PASSING[name]), tmp_path) as jms:
        with pytest.raises(JmsUnavailableError):
            await jms.bookings([NUMBER])


@pytest.mark.parametrize("name", HOSTILE)
async def test_it_costs_an_import_a_page_and_no_more(tmp_path: Path, name: str) -> None:
    jail = SoapJail(answer=HOSTILE[name])
    async with connected(jail, tmp_path, requests_text(more=PHOTOS)) as jms:
        if name != "10 MB":
            with pytest.raises((JmsMisconfiguredError, JmsUnavailableError)):
                await jms.photo(PhotoRef("A1", None, View.FRONT, None, ""))
        if name not in {"deep", "many elements"}:
            with pytest.raises(JmsMisconfiguredError):
                await jms.photos(View.FRONT, None, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (OPEN + "é" + CLOSE, "text/xml; charset=UTF-8"),
        (codecs.BOM_UTF8 + (OPEN + "é" + CLOSE).encode(), "text/xml"),
        ((OPEN + "é" + CLOSE).encode("utf-16"), "text/xml"),
        ((OPEN + "é" + CLOSE).encode("utf-16-be"), 'text/xml; charset="utf-16be"'),
        (
            f"<?xml version='1.0' encoding='ISO-8859-1'?>{OPEN}é{CLOSE}".encode("latin-1"),
            "text/xml",
        ),
        ((OPEN + "é" + CLOSE).encode("cp1252"), "application/xml; charset=windows-1252"),
        (f"\r\n<?xml version='1.0'?>{OPEN}é{CLOSE}", "application/soap+xml; charset=utf-8"),
    ],
)
async def test_usual_encodings_are_read(tmp_path: Path, body: str | bytes, kind: str) -> None:
    content = body.encode() if isinstance(body, str) else body
    jail = SoapJail(answer=lambda: Response(content, headers={"Content-Type": kind}))
    async with connected(jail, tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found == {}


async def test_an_answer_at_the_limit_is_read(tmp_path: Path) -> None:
    def answer() -> Response:
        small = enveloped("1.1", WHOLE)
        padded = bytes(small.body).ljust(LARGEST_BOOKING)
        return Response(padded, media_type="text/xml")

    async with connected(SoapJail(answer=answer), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert set(answers.found) == {NUMBER}


async def test_whatever_an_expression_fails_on_is_a_setting_to_check(tmp_path: Path) -> None:
    def failing(_: object) -> None:
        raise ValueError("growing nodeset hit limit")

    question = question_to(SoapJail(), tmp_path)
    async with httpx.AsyncClient() as client:
        with pytest.raises(JmsMisconfiguredError, match="an expression fails"):
            await Calls(client, 1, 1).answer(question, failing)


def question_to(jail: SoapJail, directory: Path) -> Question:
    asked = service(directory, STAGE.url, requests_text())
    STAGE.jail = jail
    return Questions(asked).asked(asked.requests.bookings, LARGEST_PAGE, {}, [NUMBER])


async def test_threads_that_go_on_after_their_time_are_counted(tmp_path: Path) -> None:
    begun, may_end = threading.Semaphore(0), threading.Event()

    def slow(_: object) -> None:
        begun.release()
        may_end.wait(60)

    question = question_to(SoapJail(), tmp_path)
    async with httpx.AsyncClient() as client:
        calls = Calls(client, 1, 60)
        try:
            for _ in range(8):
                async with anyio.create_task_group() as group:
                    group.start_soon(calls.answer, question, slow)
                    await anyio.to_thread.run_sync(begun.acquire)
                    group.cancel_scope.cancel()
            with pytest.raises(JmsUnavailableError):
                await calls.answer(question, slow)
            await calls.answer_to_import(question, lambda _: None)
        finally:
            may_end.set()


async def test_a_small_answer_is_read_in_a_thread_too(tmp_path: Path) -> None:
    question = question_to(SoapJail(), tmp_path)
    async with httpx.AsyncClient() as client:
        thread = await Calls(client, 1, 60).answer(question, lambda _: threading.get_ident())

    assert thread != threading.get_ident()


IDS = [f"I{n}" for n in range(30)]


@pytest.mark.parametrize("named", [IDS, ["B1"] * 1050])
async def test_many_bookings_or_ids_in_an_answer_are_refused(
    tmp_path: Path, named: list[str]
) -> None:
    told = "".join(f"<jail:ImageID>{one}</jail:ImageID>" for one in named)
    jail = SoapJail(answer=lambda: enveloped("1.1", f"<j:Booking>{told}</j:Booking>" * 20))
    asked = requests_text(of_bookings="each: //j:Booking\nat_once: 50")
    async with connected(jail, tmp_path, asked, MAPPING) as jms:
        with pytest.raises(JmsMisconfiguredError, match="more than"):
            await jms.bookings(IDS)
