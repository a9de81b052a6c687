"""What trust costs a search: two services side by side in one run, asked in turns.

With: a key that is checked and counted, the person it asks for, a policy profile with its fields,
the record in the chain, the probe kept encrypted. Without: no keys, the lightest profile, the same
record without number and hash from a chain, no probe. `python -m bench.trust` prints both medians.
"""

import argparse
import asyncio
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from adapters.records.embedded import EmbeddedPostgres
from bench.load import form
from bench.photos import mugshots, probes
from bench.results import Results, results
from tests.live import ROOT, LiveService, child_environment, live_service

SEARCHES = 300
WARM = 20
ENROLLED = 40

_UNCHAINED = """
CREATE SEQUENCE bench_numbers START 1000000;
CREATE FUNCTION number_audit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.number := nextval('bench_numbers'); NEW.hash := ''; RETURN NEW; END $$;
DROP TRIGGER audit_is_a_chain ON audit;
CREATE TRIGGER numbered BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION number_audit();
"""

_SAID = {
    "purpose": "criminal_investigation",
    "case_number": "26-001234",
    "requested_by": "Det. N",
    "offense": "burglary",
    "authority": "warrant",
    "authority_reference": "26-001234",
    "narrative": "A camera at the door.",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--searches", type=int, default=SEARCHES)
    parser.add_argument("--enrolled", type=int, default=ENROLLED)
    with results("trust", parser) as kept, ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        strict = stack.enter_context(live_service(folder / "strict", AUTH__KIND="keys"))
        key = _key(strict)
        light = stack.enter_context(
            live_service(folder / "light", AUTH__KIND="none", PROBES__KEEP_DAYS="0")
        )
        asyncio.run(_without_chain(light))
        for service in (strict, light):
            for at, photo in enumerate(mugshots()[: kept.asked.enrolled]):
                body = form(photo.read_bytes(), external_image_id=f"P{at}")
                _sent(service, "/index", body, key)
        _compared(kept, strict, light, key)


def _compared(kept: Results, strict: LiveService, light: LiveService, key: str) -> None:
    found: dict[str, list[float]] = {"with": [], "without": []}
    photos = probes()
    for at in range(kept.asked.searches + WARM):
        probe = photos[at % len(photos)].read_bytes()
        turns = [("with", strict, form(probe, **_SAID)), ("without", light, form(probe))]
        for name, service, body in turns if at % 2 else reversed(turns):
            found[name].append(_sent(service, "/search", body, key))
    dear, cheap = (statistics.median(each[WARM:]) for each in found.values())
    kept.keep("search", with_ms=dear, without_ms=cheap, more_ms=dear - cheap, ratio=dear / cheap)
    print("| POST /search, median of", kept.asked.searches, "| with | without | difference |")
    print("|---|---|---|---|")
    print(f"| milliseconds | {dear:.2f} | {cheap:.2f} | {dear - cheap:.2f} |")


def _sent(service: LiveService, path: str, body: bytes, key: str) -> float:
    """Return how many milliseconds one call took on a connection of its own."""
    headers = {
        "Content-Type": "multipart/form-data; boundary=candid-bench",
        "Authorization": f"Bearer {key}",
        "X-Candid-On-Behalf-Of": "Det. N",
    }
    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    told = answer.read()
    taken = 1e3 * (time.perf_counter() - began)
    assert answer.status in {200, 201}, told
    connection.close()
    return taken


def _key(service: LiveService) -> str:
    """Make a key with a limit, so that its calls are counted too."""
    run = subprocess.run(
        [sys.executable, "-m", "app", "keys", "create", "bench", "--scope", "search",
         "--scope", "index", "--calls-a-minute", "100000"],
        env=child_environment() | {"CANDID_DATA_DIR": str(service.data_dir)},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return next(word for word in run.stdout.split() if word.startswith("candid_"))


async def _without_chain(service: LiveService) -> None:
    async with EmbeddedPostgres(service.data_dir) as server:
        with psycopg.connect(server.conninfo) as connection:
            connection.execute(_UNCHAINED)


if __name__ == "__main__":
    main()
