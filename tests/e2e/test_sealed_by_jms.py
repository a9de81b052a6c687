"""Sealing one booking by event and one by what the JMS answers: shown nowhere, then gone."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.webhooks import secret_of
from tests.api.test_forgetting import script
from tests.e2e.calls import faces_in_gallery, ids_found, index, search, write_bookings
from tests.e2e.commands import ended
from tests.e2e.processes import eventually
from tests.live import LiveService, live_service
from tests.webhooks import body_of, event, signed_headers

PEOPLE = ("DEMO-0001", "DEMO-0002", "DEMO-0003", "DEMO-0004", "DEMO-0005")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification's example


def book(path: Path, **sealed: str) -> None:
    """Write the JMS's export anew, as it is done: by renaming."""
    new = path.with_suffix(".new")
    rows = [
        {
            "external_image_id": one,
            "person_id": f"P-{one}",
            "last_name": "SAMPLE",
            "status": sealed.get(one.replace("-", "_"), "active"),
        }
        for one in PEOPLE
    ]
    write_bookings(new, rows)
    new.replace(path)


@pytest.fixture
def bookings(tmp_path: Path) -> Path:
    path = tmp_path / "bookings.csv"
    book(path)
    return path


@contextmanager
def serving(
    data_dir: Path, bookings: Path, portraits: Mapping[str, Path], delay: int
) -> Iterator[LiveService]:
    """Run a service with five people; what is hidden is removed after some seconds."""
    settings = {
        "JMS__PATH": str(bookings),
        "JMS_EVENTS__SECRETS": json.dumps([SECRET]),
        "JMS_REMOVALS__DELAY_SECONDS": str(delay),
        "JMS_REMOVALS__CONFIRM_SECONDS": "4",  # a file that changed is read within two
        "JMS_REMOVALS__LEAST_A_DAY": "2",
        "IMPORTS__WORKER": "false",
    }
    with live_service(data_dir, **settings) as service:
        with service.client() as client:
            for one in PEOPLE:
                index(client, one, portraits[one].read_bytes()).raise_for_status()
        yield service


def proof_of(client: httpx.Client, name: str) -> dict[str, Any] | None:
    """Return the removal of a photo, once it is proved."""
    rows = client.get("/jms/removals").raise_for_status().json()["items"]
    [one] = [row for row in rows if row["external_image_id"] == name]
    if one["state"] != "removed":
        return None
    removal: dict[str, Any] = client.get(f"/removals/{one['removal_id']}").json()
    return removal if removal["state"] == "proved" else None


def is_shown_anywhere(client: httpx.Client, name: str, photo: bytes, search_id: str) -> list[str]:
    """Return the calls whose answer shows the photo, its booking or its person."""
    shown = [
        path
        for path in (f"/photos/{name}", f"/bookings/{name}", f"/index/{name}")
        if client.get(path).status_code != 404
    ]
    shown += ["/search"] if name in ids_found(client, photo) else []
    shown += ["/index"] if name in client.get("/index").text else []
    for path in (f"/searches/{search_id}", "/searches"):
        told = client.get(path).json()
        answers = told.get("items", [told])
        candidates = [one for answer in answers for one in answer["candidates"]]
        mine = [one for one in candidates if one["external_image_id"] == name]
        bare = all(one["redacted"] and not one["booking"] for one in mine)
        shown += [] if bare and f"P-{name}" not in json.dumps(told) else [path]
    return shown


@pytest.mark.parametrize("way", ["event", "read"])
def test_who_is_sealed_is_shown_nowhere_then_gone_and_the_receipt_verifies(
    bookings: Path, portraits: Mapping[str, Path], tmp_path: Path, way: str
) -> None:
    name = "DEMO-0002"
    photo = portraits[name].read_bytes()
    serves = serving(tmp_path / "data", bookings, portraits, delay=0)
    with serves as service, service.client() as client:
        before = search(client, photo).json()
        assert before["candidates"][0]["external_image_id"] == name
        book(bookings, DEMO_0002="sealed")
        if way == "event":
            body = body_of(event("evt-1", external_image_ids=[name]))
            headers = signed_headers(body, secret_of(SECRET))
            client.post("/jms/events", content=body, headers=headers).raise_for_status()
        else:
            assert eventually(lambda: client.get(f"/bookings/{name}").status_code == 404)

        assert is_shown_anywhere(client, name, photo, before["search_id"]) == []
        assert eventually(lambda: proof_of(client, name) is not None)

        receipt = proof_of(client, name)
        assert receipt is not None
        assert faces_in_gallery(client, photo) == len(PEOPLE) - 1
        assert is_shown_anywhere(client, name, photo, before["search_id"]) == []
    (tmp_path / "photo.jpg").write_bytes(photo)
    key = receipt["signed"]["receipt"]["public_key"]
    code, said = script(tmp_path, receipt, "--key", key, "photo.jpg")
    assert (code, said.splitlines()[-1]) == (0, "0 faults")
    assert receipt["reason"] == "sealed"


def test_a_broken_mapping_hides_everybody_and_loses_nobody(
    bookings: Path, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    serves = serving(tmp_path / "data", bookings, portraits, delay=3600)
    with serves as service, service.client() as client:
        mine = {"DATA_DIR": str(service.data_dir), "CLIENT__URL": service.url}
        book(bookings, **{one.replace("-", "_"): "sealed" for one in PEOPLE})
        for one in PEOPLE:
            assert eventually(lambda one=one: client.get(f"/bookings/{one}").status_code == 404)  # type: ignore[misc]  # bound
        ready = eventually(
            lambda: client.get("/health/ready").json()["parts"]["removals"] == "removals_wait"
        )
        assert ready
        asking = json.loads(ended("jms", "removals", "list", "--json", **mine).stdout)["asking"]
        assert asking["photos"] == len(PEOPLE)
        seen = ended("jms", "removals", "list", **mine)
        assert [one for one in PEOPLE if one not in seen.stdout] == []
        assert f"confirm {asking['digest']}." in seen.stderr
        unseen = ended("jms", "removals", "list", "--state", "waiting", **mine).stderr
        assert "some are not listed here" in unseen
        refused = ended("jms", "removals", "confirm", "0" * 16, **mine)
        assert f"{len(PEOPLE)} removals ask now" in refused.stderr

        book(bookings)
        probe = portraits["DEMO-0001"].read_bytes()
        assert ids_found(client, probe) == []

        def mended() -> bool:
            assert ended("jms", "removals", "read-again", **mine).returncode == 0
            return len(ids_found(client, probe)) == len(PEOPLE)

        assert eventually(mended)
        assert faces_in_gallery(client, probe) == len(PEOPLE)
        assert client.get("/health/ready").json()["parts"]["removals"] == "ok"
