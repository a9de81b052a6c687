"""Every odd, broken and hostile file through both endpoints of a running service."""

import csv
import io
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.e2e.calls import different_photos, index, search
from tests.e2e.processes import encoders, resident_bytes
from tests.live import LiveService, live_service

SECONDS = 60.0
KEPT_BYTES = 100 * 2**20
"""How much more all processes together may hold afterwards: allocators keep some freed blocks."""

REFUSED = frozenset(range(400, 500))
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
BASES = {"hopper": "hopper/hopper.jpg", "obama": "derived/base.jpg"}


@dataclass(frozen=True)
class Expected:
    """The statuses that a row of the manifest allows."""

    index: frozenset[int]
    search: frozenset[int]


RULES = {
    "200|1 face flagged": Expected(frozenset({201}), frozenset({200})),
    "either decoded|0 or 1|4xx or decoded|422": Expected(REFUSED | {201}, REFUSED | {200}),
    ".*enrol refuses .422": Expected(frozenset({422}), frozenset({200, 422})),
    "decodes; 0 faces": Expected(frozenset({422}), frozenset({422})),
    "413/422": Expected(frozenset({413, 415, 422}), frozenset({413, 415, 422})),
    "415": Expected(frozenset({415}), frozenset({415})),
    "4xx": Expected(REFUSED, REFUSED),
}
"""By the beginning of the manifest's words; the first that fits counts."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    with live_service(tmp_path_factory.mktemp("robustness")) as service:
        yield service


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "robustness" / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def expected(answer: str) -> Expected:
    """Read the manifest's column `service_should_answer`; a refusal it allows adds to the rule."""
    also = frozenset(int(status) for status in re.findall(r"\bor (4\d\d)\b", answer.lower()))
    if re.search(r"\bor 4xx\b", answer, re.IGNORECASE):
        also = REFUSED
    rule = next((rule for start, rule in RULES.items() if re.match(start, answer)), None)
    assert rule is not None, f"the manifest says something new: {answer}"
    return Expected(rule.index | also, rule.search | also)


def wrong_count(row: Mapping[str, str], answer: httpx.Response) -> str | None:
    """Say what is wrong with the number of faces that a search found."""
    if answer.status_code != 200:
        return None
    found = len(answer.json()["probe"]["faces"])
    least, _, most = row["faces"].partition("-")
    if not int(least) <= found <= int(most or least):
        return f"{found} faces instead of {row['faces']}"
    if found > 1 and not answer.json()["probe"]["warnings"]:
        return "nothing says that bystanders were not searched"
    return None


def wrong_person(row: Mapping[str, str], answer: httpx.Response) -> str | None:
    """Say so when a likeness of a known base photo does not come first."""
    if answer.status_code != 200 or row["person"] not in BASES or row["faces"] != "1":
        return None
    first = answer.json()["candidates"][0]["external_image_id"]
    return None if first == row["person"] else f"{first} came before {row['person']}"


def timed(call: httpx.Response) -> str | None:
    slow = call.elapsed.total_seconds() > SECONDS
    return f"{call.elapsed.total_seconds():.1f} s" if slow else None


def memory(service: LiveService) -> int:
    assert service.process is not None
    pids = [service.process.pid, *encoders(service.process.pid)]
    return sum(resident_bytes(pid) for pid in pids)


def test_every_file_gets_its_answer_and_the_service_goes_on(
    service: LiveService,
    rows: list[dict[str, str]],
    shared_data: Path,
    portraits: Mapping[str, Path],
) -> None:
    folder = shared_data / "robustness"
    wrong: list[str] = []
    with service.client() as client:
        for person, file in BASES.items():
            index(client, person, (folder / file).read_bytes()).raise_for_status()
        usual = different_photos(portraits["DEMO-0003"])
        for number in range(40):
            index(client, f"usual-{number}", next(usual)).raise_for_status()
        before = memory(service)

        for number, row in enumerate(rows):
            photo = (folder / row["file"]).read_bytes()
            should = expected(row["service_should_answer"])
            searched = search(client, photo)
            if searched.status_code not in should.search:
                wrong.append(f"{row['file']}: search {searched.status_code} {searched.text[:200]}")
            found = (wrong_count(row, searched), wrong_person(row, searched), timed(searched))
            wrong += [f"{row['file']}: {each}" for each in found if each]
            indexed = index(client, f"odd-{number}", photo)
            if indexed.status_code not in should.index:
                wrong.append(f"{row['file']}: index {indexed.status_code} {indexed.text[:200]}")
            wrong += [f"{row['file']}: index took {each}" for each in (timed(indexed),) if each]
            client.delete(f"/index/odd-{number}")
            assert client.get("/health/ready").json()["status"] == "ready", row["file"]
        time.sleep(1)
        after = memory(service)

    assert wrong == []
    assert after - before < KEPT_BYTES, f"{(after - before) / 2**20:.0f} MiB more than before"


def endless_form() -> Iterator[bytes]:
    """Yield a form whose size nobody announces."""
    yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    for _ in range(30):
        yield bytes(1_000_000)


def test_an_upload_over_the_limit_is_refused_by_its_size(service: LiveService) -> None:
    with service.client() as client:
        refused = [
            index(client, "too-large", bytes(21_000_000)),
            search(client, bytes(21_000_000)),
            client.post("/search", content=endless_form(), headers=FORM),
        ]

    assert [one.status_code for one in refused] == [413, 413, 413]
    assert all("20 MB" in one.json()["detail"] for one in refused)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_a_photo_of_too_many_pixels_is_refused_before_it_is_decoded(
    service: LiveService, form: str
) -> None:
    pixels = (16_000, 3_200) if form == "WEBP" else (9_000, 6_000)
    written = io.BytesIO()
    options = {"compression": "tiff_lzw"} if form == "TIFF" else {}
    mode = "1" if form == "BMP" else "L"
    Image.new(mode, pixels).save(written, form, **options)
    with service.client() as client:
        before = memory(service)
        answers = [
            index(client, "too-many", written.getvalue()),
            search(client, written.getvalue()),
        ]
        after = memory(service)

    for answer in answers:
        assert answer.status_code in {413, 422}
        assert "at most 50" in answer.json()["detail"]
    assert after - before < 64 * 2**20
