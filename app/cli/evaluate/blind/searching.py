"""Searches of a blind test, as calls of the running service."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx

from app.cli.client import answered
from app.domain.blind_test import BlindProbe, ProbeReturned, Returned
from app.domain.errors import (
    NoFaceError,
    NotIndexedError,
    PhotoTooCostlyError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    RecordWithheldError,
    UnsupportedPhotoError,
)
from app.domain.purpose import Purpose
from app.services.blind_test import Searched
from app.services.blind_test.search_blind import Search

_OF_THE_PHOTO = {
    NoFaceError.code,
    PhotoTooCostlyError.code,
    PhotoTooLargeError.code,
    PhotoUnreadableError.code,
    UnsupportedPhotoError.code,
}
"""Refusals that say something of the probe, and so count; all others end the run."""

_GONE = {NotIndexedError.code, RecordWithheldError.code}
"""What came back was removed, or hidden, before it was looked up."""

_WAIT_SECONDS = 5  # where the service does not say how long


@dataclass(frozen=True, slots=True)
class Searching:
    """What all searches of a test have in common."""

    test_id: str
    candidates: int
    case_number: str | None
    headers: Mapping[bytes, bytes]

    def form(self, note: str) -> dict[str, str]:
        """Return the fields of a search."""
        said = {
            "purpose": Purpose.TRAINING_TEST.value,
            "max_candidates": str(self.candidates),
            "notes": note,
        }
        return said | ({"case_number": self.case_number} if self.case_number else {})


def searcher(client: httpx.Client, asked: Searching, advance: Callable[[], None]) -> Search:
    """Return what searches one probe; CommandError when the service refuses to search at all."""

    def search(probe: BlindProbe, photo: bytes, note: str) -> Searched:
        once = {b"Idempotency-Key": f"blind-{asked.test_id}-{probe.number}".encode()}
        response = _served(
            lambda: client.post(
                "/search",
                data=asked.form(note),
                files={"photo": photo},
                headers={**asked.headers, **once},
            )
        )
        advance()
        if (code := _refused(response)) is not None:
            return Searched(ProbeReturned(probe.number, None, refused=code))
        found = _searched(probe.number, answered(response))
        same_file = _same_file(client, asked.headers, probe, found.returned.candidates)
        return replace(found, returned=replace(found.returned, same_file=same_file))

    return search


def _same_file(
    client: httpx.Client,
    headers: Mapping[bytes, bytes],
    probe: BlindProbe,
    candidates: Sequence[Returned],
) -> str | None:
    """Return the id of an enrolled photo that is the probe byte for byte, if one came back.

    Nothing is more alike than the same file, so only those as alike as the first are looked up.
    """
    for candidate in candidates:
        if candidate.similarity < candidates[0].similarity:
            break
        for external_image_id in candidate.external_image_ids:
            path = f"/index/{external_image_id}"
            response = _served(partial(client.get, path, headers={**headers}))
            if _refusal_in(response) in _GONE:
                continue
            if answered(response)["sha256"] == probe.sha256:
                return external_image_id
    return None


def _served(call: Callable[[], httpx.Response]) -> httpx.Response:
    """Wait where the caller's own limit of calls is reached, as long as the service says."""
    while (response := call()).status_code == HTTPStatus.TOO_MANY_REQUESTS:
        time.sleep(int(response.headers.get("Retry-After", _WAIT_SECONDS)))
    return response


def _refused(response: httpx.Response) -> str | None:
    code = _refusal_in(response)
    return code if code in _OF_THE_PHOTO else None


def _refusal_in(response: httpx.Response) -> str | None:
    if response.is_success or "json" not in response.headers.get("Content-Type", ""):
        return None
    return str(response.json().get("code"))


def _searched(number: int, answer: Mapping[str, Any]) -> Searched:
    engine, policy = answer["engine"], answer["policy"]
    candidates = tuple(map(_returned, answer["candidates"]))
    return Searched(
        ProbeReturned(number, answer["search_id"], candidates, answer["withheld"]),
        (engine["name"], engine["model"], engine["scale"]),
        answer["gallery"]["faces"],
        f"{policy['profile']} {policy['version']}" if policy else None,
    )


def _returned(candidate: Mapping[str, Any]) -> Returned:
    others = (one["external_image_id"] for one in candidate["other_photos"])
    ids = (candidate["external_image_id"], *others)
    return Returned(candidate["rank"], ids, candidate["similarity"])
