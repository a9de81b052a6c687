"""A change of the face model while searches run: whether any fails, mixes models or sees neither.

`python -m bench.change_of_model [--photos N]`: LFW is imported with the built-in model, read again
with a network of the tests' own, and switched; two services are searched all the while.
"""

import argparse
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench.importing import shelved, start, watched
from bench.photos import press
from bench.results import Results, results
from tests.face_engine_local.site_networks import network
from tests.live import LiveService, live_service

_PROBES = 8
_FORM = {"purpose": "training_test"}


@dataclass
class Searched:
    """What searches were answered."""

    models: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    mixed: int = 0
    turns: list[tuple[float, str]] = field(default_factory=list)  # when another model answered
    slowest: float = 0.0

    def add(self, answer: dict[str, Any], wanted: str, seconds: float) -> None:
        """Count one answer."""
        model = str(answer["engine"]["model"])
        scales = {one["score_scale"] for one in answer["candidates"]}
        self.models[model] += 1
        self.mixed += bool(scales - {answer["engine"]["scale"]})
        self.slowest = max(self.slowest, seconds)
        if not answer["candidates"] or answer["candidates"][0]["external_image_id"] != wanted:
            self.failed.append(f"{wanted} was not first")
        if not self.turns or self.turns[-1][1] != model:
            self.turns.append((time.monotonic(), model))


def main() -> None:
    """Import, read again, switch; print what the searches met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=5_000)
    with results("change_of_model", parser) as kept, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = press(kept.asked.photos)
        shelf = shelved(photos, folder / "photos")
        with live_service(folder / "data") as service:
            source = {"kind": "folder", "location": str(shelf)}
            told = watched(service, start(service, source, faces="largest"))
        print(f"{told[-1]['counts']['indexed']} photos on record")
        path = network(folder / "county.onnx")
        settings = {"ENGINE__NEXT__MODEL_PATH": str(path), "ENGINE__NEXT__MODEL_NAME": "county-net"}
        with ExitStack() as stack:
            one, other = (
                stack.enter_context(live_service(folder / "data", **settings)) for _ in range(2)
            )
            _changed(kept, one, other, shelf)


def _changed(kept: Results, one: LiveService, other: LiveService, shelf: Path) -> None:
    probes = sorted(shelf.iterdir())[:_PROBES]
    with _searched((one, other), probes) as searches:
        began = time.monotonic()
        told = watched(one, start(one, {"kind": "records"}, mode="force"))
        seconds = time.monotonic() - began
        began = time.monotonic()
        with one.client() as client:
            switched = client.post(
                "/model/switch", json={"accept_loss": told[-1]["counts"]["failed"]}
            )
        switching = time.monotonic() - began
        time.sleep(5)
    moments = [seen.turns[-1][0] for seen in searches]
    apart = max(moments) - min(moments)
    for number, seen in enumerate(searches, 1):
        kept.keep(
            "searches",
            service=number,
            searches=seen.models.total(),
            failed=len(seen.failed),
            mixed=seen.mixed,
            slowest_s=seen.slowest,
        )
    times = {"read_again_s": seconds, "switched_s": switching, "services_apart_s": apart}
    kept.keep("change", photos=told[-1]["counts"]["total"], **times)
    print(f"read again in {seconds:.0f} s: {told[-1]['counts']}")
    print(f"switch: {switched.status_code} in {switching:.2f} s; {switched.text[:300]}")
    for service, seen in zip((one, other), searches, strict=True):
        turns = ", then ".join(model for _, model in seen.turns)
        print(
            f"{service.url}: {seen.models.total()} searches, {len(seen.failed)} failed, "
            f"{seen.mixed} mixed, slowest {seen.slowest:.2f} s; {turns}"
        )
        print(*seen.failed[:3], sep="\n")
    print(f"between the first answer of the new model here and there: {apart:.2f} s")


@contextmanager
def _searched(services: Sequence[LiveService], probes: Sequence[Path]) -> Iterator[list[Searched]]:
    stop = threading.Event()
    seen = [Searched() for _ in services]

    def search(service: LiveService, told: Searched) -> None:
        with service.client() as client:
            while not stop.is_set():
                for probe in probes:
                    _search(client, probe, told)

    with ThreadPoolExecutor(len(services)) as threads:
        for service, told in zip(services, seen, strict=True):
            threads.submit(search, service, told)
        try:
            yield seen
        finally:
            stop.set()


def _search(client: httpx.Client, probe: Path, told: Searched) -> None:
    began = time.monotonic()
    try:
        answer = client.post("/search", data=_FORM, files={"photo": probe.read_bytes()})
    except httpx.TransportError as error:
        told.failed.append(repr(error))
        return
    if answer.is_success:
        told.add(answer.json(), probe.stem, time.monotonic() - began)
    else:
        told.failed.append(answer.text)


if __name__ == "__main__":
    main()
