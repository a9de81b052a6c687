"""One of a person's two stays is sealed by event: its number is in no answer from then on."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pypdfium2

from app.domain.webhooks import secret_of
from tests.e2e.calls import search, write_bookings
from tests.e2e.processes import eventually
from tests.e2e.test_sealed_by_jms import PEOPLE, SECRET, proof_of, serving
from tests.webhooks import body_of, event, signed_headers

SEALED, SHOWN = "26-000417", "26-000980"
FIRST, SECOND = PEOPLE[:2]


def book(path: Path, status: str) -> None:
    """Write the JMS's export anew; it lists the first stay with the second, whatever it is."""
    new = path.with_suffix(".new")
    stays = ((FIRST, SEALED, SHOWN, status), (SECOND, SHOWN, SEALED, "active"))
    columns = ("external_image_id", "booking_number", "other_booking_numbers", "status")
    write_bookings(
        new, [{"person_id": "P-1"} | dict(zip(columns, one, strict=True)) for one in stays]
    )
    new.replace(path)


def seal(client: httpx.Client) -> None:
    body = body_of(event("evt-1", booking_numbers=[SEALED]))
    headers = signed_headers(body, secret_of(SECRET))
    client.post("/jms/events", content=body, headers=headers).raise_for_status()


def bodies(client: httpx.Client, probe: bytes, search_id: str) -> Mapping[str, str]:
    """Return what every call answers that shows, or might show, a booking."""
    told = {"fresh": search(client, probe).text, "replayed": asked(client, probe).text}
    past = f"/searches/{search_id}"
    paths = ("/searches", past, f"{past}/reviews", "/reviews", f"/bookings/{SECOND}", "/index")
    told |= {path: client.get(path).raise_for_status().text for path in paths}
    package = client.get(f"{past}/disclosure").raise_for_status().content
    return told | {"/disclosure": "\n".join(texts_of(package))}


def asked(client: httpx.Client, probe: bytes) -> httpx.Response:
    """Search as one that is repeated."""
    headers = {"Idempotency-Key": "first"}
    return client.post("/search", files={"photo": probe}, headers=headers).raise_for_status()


def texts_of(package: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        files = [opened.read(one) for one in opened.namelist()]
    for file in files:
        if file.startswith(b"%PDF"):
            pages = pypdfium2.PdfDocument(file)
            yield from (page.get_textpage().get_text_range() for page in pages)
        else:
            yield file.decode(errors="replace")


def naming(told: Mapping[str, str], number: str) -> set[str]:
    return {path for path, body in told.items() if number in body}


def test_the_number_of_a_sealed_stay_is_in_no_answer_of_the_other_one(
    portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    bookings = tmp_path / "bookings.csv"
    book(bookings, "active")
    probe = portraits[SECOND].read_bytes()
    serves = serving(tmp_path / "data", bookings, portraits, delay=0)
    with serves as service, service.client() as client:
        search_id = asked(client, probe).json()["search_id"]
        before = bodies(client, probe, search_id)
        told = {"fresh", "replayed", "/searches", f"/searches/{search_id}", "/disclosure"}
        assert naming(before, SEALED) == told | {f"/bookings/{SECOND}"}

        book(bookings, "sealed")
        seal(client)

        after = bodies(client, probe, search_id)
        assert naming(after, SEALED) == set()
        assert naming(after, SHOWN) == naming(before, SHOWN)
        assert eventually(lambda: proof_of(client, FIRST) is not None)
        assert naming(bodies(client, probe, search_id), SEALED) == set()
