"""The disclosure of a search: complete, honest about what is missing, and verifiable offline."""

import dataclasses
import io
import json
import subprocess
import sys
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pypdfium2
import pytest
from PIL import Image
from typing_extensions import override

from adapters.stamps import stamped
from app.domain.audit import AuditAction
from app.domain.booking import Booking, Charge, Person, RecordStatus
from app.domain.errors import EngineUnavailableError
from app.domain.photo import sha256_of
from app.domain.record import Standing
from app.domain.review import ReviewEntry
from app.domain.review_told import sha256_of_entry, told
from app.ports.face_engine import EngineDescription
from app.ports.records import Records
from app.services.recorded import utc_now
from app.services.signatures import Signer, signed_by
from tests.api.applications import Json, application, problem, search
from tests.api.reviewing import EVIDENCE, Reviewing, searched
from tests.databases import KEY
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.jails import FakeDarkroom, Jail, booking
from tests.live import ROOT
from tests.records.samples import full_booking

SCRIPT = ROOT / "docs" / "verify_disclosure.py"
PUBLIC_KEY = Signer.of(KEY).public_key


@dataclass(frozen=True)
class Package:
    """A disclosure that was answered."""

    content: bytes

    def file(self, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return archive.read(name)

    @property
    def document(self) -> Json:
        found: Json = json.loads(self.file("disclosure.json"))
        return found

    @property
    def paper(self) -> str:
        pdf = pypdfium2.PdfDocument(self.file("disclosure.pdf"))
        pages = [page.get_textpage().get_text_range() for page in pdf]
        return " ".join(" ".join(pages).split())


@pytest.fixture
def jail(records: Records) -> Jail:
    """Give a jail whose people have names."""
    jail = Jail(records)
    jail.fake_jms.known |= {one: booking(one, f"P-{one}") for one in ("A1", "A2", "A3")}
    return jail


async def disclosed(client: httpx.AsyncClient, search_id: str) -> Package:
    response = await client.get(f"/searches/{search_id}/disclosure")
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/zip"
    assert f"disclosure-{search_id}.zip" in response.headers["Content-Disposition"]
    return Package(response.content)


async def reviewed(client: httpx.AsyncClient, jail: Jail) -> Reviewing:
    review = await searched(client, jail)
    await review.probe("Ann", reasons=["blur"], notes="Blurred, but usable.")
    await review.answer("Ann", "A1", notes="The ears are alike.")
    await review.release("Ann", "A1", corroboration=EVIDENCE)
    return review


async def test_a_package_has_request_answer_review_and_audit(jail: Jail) -> None:
    async with application(jail) as client:
        review = await reviewed(client, jail)
        package = await disclosed(client, review.search_id)

    document = package.document
    asked = document["search"]
    assert (asked["on_behalf_of"], asked["requested_by"]) == ("Sgt. O", "Det. N")
    assert (asked["case_number"], asked["purpose"]) == ("26-1", "criminal_investigation")
    first = document["candidates"][0]
    assert (first["rank"], first["external_image_id"]) == (1, "A1")
    assert first["raw_score"] > 0
    assert first["booking"]["person"]["last_name"] == "Sample"
    assert "pod" not in json.dumps(document)
    assert [list(entry)[5] for entry in document["review"]["entries"]] == [
        "probe",
        "answer",
        "release",
    ]
    assert (document["review"]["released"], document["review"]["release_stands"]) == ([1], True)
    assert document["error_rates"]["measured"] is False
    actions = [one["action"] for one in document["audit"]["records"]]
    assert actions == ["search", "review_probe", "review_answer", "review_release"]
    assert signed_by(document["audit"]["signed_head"]) == PUBLIC_KEY
    for text in ("Sample", "The ears are alike.", "AFIS 4711", "candid evaluate", "Sgt. O"):
        assert text in package.paper
    [entry] = [one for one in await jail.audit() if one.action is AuditAction.DISCLOSE]
    assert entry.details["package_sha256"] == sha256_of(package.content)


async def test_a_package_has_every_field_of_a_booking_but_the_agencys_own(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = full_booking()
    async with application(jail) as client:
        review = await searched(client, jail)
        package = await disclosed(client, review.search_id)

    told = next(one for one in package.document["candidates"] if one["external_image_id"] == "A1")
    fields = {one.name for one in dataclasses.fields(Booking)}
    of_photo = {"external_image_id", "view", "pose", "image_type", "status", "extra"}
    assert told["booking"].keys() == fields - of_photo | {"photo"}
    assert told["booking"]["person"].keys() == {one.name for one in dataclasses.fields(Person)}
    assert told["booking"]["charges"][0].keys() == {one.name for one in dataclasses.fields(Charge)}
    assert told["booking"]["person"]["aliases"][0]["full_name"] == "Big Sample"
    assert told["booking"]["detainers"] == [{"agency": "Clark Co. SO", "reason": "warrant 26-1"}]


async def test_a_search_that_named_nobody_has_a_proper_package(jail: Jail) -> None:
    async with application(jail) as client:
        answer = (await search(client, purpose="training_test")).json()
        assert answer["candidates"] == []
        package = await disclosed(client, answer["search_id"])

    nobody = "No candidate above the floor: the search named nobody."
    assert package.document["result"] == nobody
    assert package.document["candidates"] == []
    assert nobody in package.paper
    assert "Nobody has reviewed this search in Candid." in package.paper


async def test_who_was_sealed_since_is_not_in_it(jail: Jail) -> None:
    async with application(jail) as client:
        review = await reviewed(client, jail)
        async with jail.records.unit() as unit:
            sealed = Standing(None, RecordStatus.EXPUNGED, utc_now())
            await unit.standings.remember({"A1": sealed})
        await client.delete("/index/A2")
        package = await disclosed(client, review.search_id)

    document = package.document
    changes = [(one["rank"], one["reason"]) for one in document["later_changes"]]
    assert changes == [(1, "expunged"), (2, "removed")]
    first = document["candidates"][0]
    assert (first["redacted"], "booking" in first, "external_image_id" in first) == (
        True,
        False,
        False,
    )
    for text in ("Sample", "B-A1", "alike", "looked at it", "AFIS"):
        assert text not in package.paper
        assert text not in json.dumps(document)
    assert "the record was expunged" in package.paper
    whole = [entry["is_whole"] for entry in document["review"]["entries"]]
    assert whole == [True, False, False]


async def test_the_audit_has_the_hash_of_each_entry(jail: Jail) -> None:
    async with application(jail) as client:
        review = await reviewed(client, jail)
        package = await disclosed(client, review.search_id)

    entries = package.document["review"]["entries"]
    in_audit = [one.details.get("entry_sha256") for one in await jail.audit()]
    assert [one["sha256"] for one in entries] == [one for one in in_audit if one]
    async with jail.records.view() as view:
        kept = await view.reviews.get(review.search_id)
    assert kept is not None
    ranks = {"A1": 1, "A2": 2}
    assert [_hash(entry, ranks) for entry in kept.entries] == [one["sha256"] for one in entries]


def _hash(entry: ReviewEntry, ranks: dict[str, int]) -> str:
    assert told(entry, ranks)["number"] == entry.number
    return sha256_of_entry(entry, ranks)


def _portrait() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (300, 400), "grey").save(written, "PNG")
    return written.getvalue()


def _pictures(package: Package) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(package.file("disclosure.pdf"))
    kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    found = (one for page in pdf for one in page.get_objects(filter=[kind]))
    return [one.get_bitmap().to_pil() for one in found]


async def test_the_probe_is_in_it_where_it_is_kept(jail: Jail) -> None:
    jail.darkroom = Stamps()
    async with application(jail) as client:
        await jail.book({"A1": "Ann"})
        answer = (await search(client, drawn_photo("Ann"), purpose="training_test")).json()
        [key] = jail.probes.photos
        jail.probes.photos = {key: _portrait()}
        package = await disclosed(client, answer["search_id"])
        jail.probes.photos = {}
        without = await disclosed(client, answer["search_id"])

    assert not without.document["probe"]["is_kept"]
    assert "The picture is not kept" in without.paper
    assert package.document["probe"]["is_kept"]
    assert "The probe as it was searched" in package.paper
    [picture] = _pictures(package)
    assert picture.size[0] == 300
    assert picture.size[1] > 400


async def test_a_search_that_is_not_on_record_is_not_disclosed(jail: Jail) -> None:
    async with application(jail) as client:
        problem(await client.get("/searches/S-9/disclosure"), 404, "search_not_found")

    [entry] = await jail.audit()
    assert (entry.action, entry.outcome) == (AuditAction.DISCLOSE, "search_not_found")


class SilentEngine(FakeFaceEngine):
    """Says what it is until it is silent."""

    is_silent = False

    @override
    async def describe(self) -> EngineDescription:
        if self.is_silent:
            raise EngineUnavailableError
        return await super().describe()


class Stamps(FakeDarkroom):
    """Stamps pictures as they are."""

    @override
    async def stamped(self, photo: bytes, width: int, caption: str) -> bytes:
        return stamped(photo, width, caption)


async def test_a_package_is_made_while_the_engine_is_down(jail: Jail) -> None:
    engine = SilentEngine()
    jail.engine = engine
    async with application(jail) as client:
        review = await searched(client, jail)
        engine.is_silent = True
        package = await disclosed(client, review.search_id)

    assert "does not run here now" in package.document["engine"]["scale_meaning"]


async def test_the_script_verifies_a_package_and_names_what_was_altered(
    jail: Jail, tmp_path: Path
) -> None:
    async with application(jail) as client:
        review = await reviewed(client, jail)
        package = await disclosed(client, review.search_id)

    assert _verified(package.content, tmp_path) == (0, "0 faults")
    other = _verified(package.content, tmp_path, key="A" * 43 + "=")
    assert other == (1, "2 faults")
    json_file = package.file("disclosure.json")
    altered = json_file.replace(b'"similarity": 100.0', b'"similarity": 10.00')
    assert altered != json_file
    for name, content in (
        ("disclosure.json", altered),
        ("disclosure.pdf", package.file("disclosure.pdf") + b" "),
    ):
        code, _ = _verified(_with(package.content, name, content), tmp_path)
        assert code == 1
    assert _verified(package.content[:-200], tmp_path) == (1, "1 faults")
    assert _verified(_with(package.content, "README.txt", b"Use another key."), tmp_path)[0] == 1
    for name in ("disclosure.pdf", "FINAL.pdf"):
        assert _verified(_with_first(package.content, name), tmp_path)[0] == 1
    broken = bytearray(package.content)
    broken[broken.index(b"disclosure.pdf") + 100] ^= 255
    assert _verified(bytes(broken), tmp_path)[0] == 1
    for text in (b"[]", b'{"disclosure": []}', b'{"disclosure": {"public_key": 1}}'):
        changed = _with(package.content, "disclosure.signed.json", text)
        assert _verified(changed, tmp_path)[0] == 1
    assert _verified(_with(package.content, "disclosure.pdf", None), tmp_path)[0] == 1


def _verified(content: bytes, folder: Path, key: str = PUBLIC_KEY) -> tuple[int, str]:
    """Run the script as somebody elsewhere does, isolated; return its code and last line."""
    (folder / "package.zip").write_bytes(content)
    command = [sys.executable, "-I", str(SCRIPT), "--key", key, "package.zip"]
    ended = subprocess.run(  # noqa: S603 - our own interpreter and script
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout.splitlines()[-1]


def _with_first(content: bytes, name: str) -> bytes:
    """Return a ZIP with another file before those it has, be it of the same name."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        new.writestr(name, b"%PDF forged")
        new.writestr("README.txt", old.read("README.txt"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of the name that comes twice
            for one in old.namelist():
                if one != "README.txt":
                    new.writestr(one, old.read(one))
    return written.getvalue()


def _with(content: bytes, name: str, changed: bytes | None) -> bytes:
    """Return a ZIP with a file changed, or without it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for one in old.namelist():
            kept = old.read(one) if one != name else changed
            if kept is not None:
                new.writestr(one, kept)
    return written.getvalue()
