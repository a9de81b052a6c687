"""Whole imports of a running service, as an integrator starts and watches them."""

import itertools
import random
import time
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from adapters.photo_store.encrypted.sealed_photo import sealed_size
from tests.e2e.calls import everything_indexed
from tests.e2e.killing import distinct_photos
from tests.e2e.processes import eventually

Json = dict[str, Any]

SECONDS = 300.0
"""In which every import of these tests ends, on a busy machine too."""


STALE = 3.0
"""Seconds for which a busy service may tell counts from before."""


def people(
    portraits: Mapping[str, Path], prefix: str, count: int, seed: int = 7
) -> dict[str, bytes]:
    """Return small photos of which each finds itself first, by their ids."""
    made = distinct_photos(portraits, random.Random(seed))  # noqa: S311 - looks, not secrets
    return {f"{prefix}{n:04d}": photo for n, photo in enumerate(itertools.islice(made, count))}


def nobody(seed: int = 0) -> bytes:
    """Return a picture without a face."""
    written = BytesIO()
    Image.new("RGB", (200, 240), (seed % 251, 90, 120)).save(written, "JPEG")
    return written.getvalue()


def shelve(folder: Path, photos: Mapping[str, bytes]) -> Path:
    """Write each photo under its id."""
    folder.mkdir(parents=True, exist_ok=True)
    for external_image_id, photo in photos.items():
        (folder / f"{external_image_id}.jpg").write_bytes(photo)
    return folder


def asked(location: Path | str, kind: str = "folder", **options: object) -> Json:
    return {"source": {"kind": kind, "location": str(location)}, "faces": "largest"} | options


def start(
    client: httpx.Client, location: Path | str, kind: str = "folder", **options: object
) -> str:
    """Start an import; return its id."""
    answer = client.post("/imports", json=asked(location, kind, **options))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["import_id"])


def change(client: httpx.Client, import_id: str, verb: str) -> Json:
    """Pause, resume or cancel an import."""
    answer = client.post(f"/imports/{import_id}/{verb}")
    assert answer.is_success, answer.text
    changed: Json = answer.json()
    return changed


def told(client: httpx.Client, import_id: str) -> Json:
    """Return how far an import is."""
    answer = client.get(f"/imports/{import_id}").raise_for_status()
    progress: Json = answer.json()
    return progress


def until(
    client: httpx.Client, import_id: str, is_so: Callable[[Json], bool], seconds: float = SECONDS
) -> Json:
    """Wait until an import is as asked; while the service does not answer, wait on."""
    deadline, last = time.monotonic() + seconds, "no answer"
    while time.monotonic() < deadline:
        try:
            answer = client.get(f"/imports/{import_id}")
        except httpx.TransportError as error:
            last = repr(error)
        else:
            last = answer.text
            if answer.is_success and is_so(answer.json()):
                progress: Json = answer.json()
                return progress
        time.sleep(0.1)
    raise AssertionError(f"not so within {seconds:.0f} s: {last}")


def ended(client: httpx.Client, import_id: str, seconds: float = SECONDS) -> Json:
    """Wait until an import is finished; that it paused instead is a failure, told at once."""
    progress = until(client, import_id, lambda one: one["state"] != "running", seconds)
    assert progress["state"] == "finished", progress
    return progress


def under_way(client: httpx.Client, import_id: str, settled: int = 1) -> Json:
    """Wait until some photos are in and others are not."""

    def is_so(one: Json) -> bool:
        return bool(one["counts"]["indexed"] >= settled or one["state"] != "running")

    progress = until(client, import_id, is_so)
    assert progress["state"] == "running", progress
    assert progress["counts"]["waiting"] > 0, "it was over too soon to be disturbed"
    return progress


def at_rest(client: httpx.Client, import_id: str) -> Json:
    """Wait until no worker has anything in hand, and what is told of it has caught up."""
    while True:
        until(client, import_id, lambda one: not any(w["leased"] for w in one["workers"]), 60)
        resting = told(client, import_id)
        time.sleep(STALE)
        later = until(client, import_id, lambda one: one["as_of"] > resting["as_of"], 60)  # noqa: B023 - called at once
        if counts(resting) == counts(later):
            return later


def cancel_open(client: httpx.Client) -> None:
    """End what a test that failed left open, so that the next one can begin."""
    for one in client.get("/imports", params={"limit": "1"}).raise_for_status().json()["items"]:
        if one["state"] in {"running", "paused"}:
            change(client, one["import_id"], "cancel")


def counts(progress: Json) -> dict[str, int]:
    """Return how many photos came to which end: indexed, waiting, or the reason why not."""
    told = progress["counts"]
    numbers = {kind: told[kind] for kind in ("indexed", "waiting") if told[kind]}
    return numbers | {one["reason"]: one["count"] for one in told["reasons"]}


def items(client: httpx.Client, import_id: str, **filters: str) -> dict[str, Json]:
    """Return items by their ids."""
    found: dict[str, Json] = {}
    after = "0"
    while True:
        query = {"after": after, "limit": "100", **filters}
        page = client.get(f"/imports/{import_id}/items", params=query).raise_for_status().json()
        found |= {one["external_image_id"]: one for one in page["items"]}
        after = page["next"]
        if after is None:
            return found


def assert_in_once(client: httpx.Client, external_image_ids: Iterable[str]) -> None:
    """Every one of these ids, and no other, is on record with one face of its own."""
    records = list(everything_indexed(client))
    assert sorted(one["external_image_id"] for one in records) == sorted(external_image_ids)
    faces = [face["face_id"] for one in records for face in one["faces"]]
    assert len(faces) == len(set(faces)) == len(records)


def assert_files(photos: Path, expected: Iterable[bytes]) -> None:
    """The store on disk holds these photos and nothing else, half-written files included."""
    sizes = sorted(sealed_size(len(photo)) for photo in expected)

    def stored() -> list[int]:
        return sorted(path.stat().st_size for path in photos.rglob("*") if path.is_file())

    assert eventually(lambda: stored() == sizes), (len(stored()), len(sizes))
