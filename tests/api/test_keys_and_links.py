"""Who may ask: keys, and the signed addresses of booking photos."""

import time
from dataclasses import replace

import httpx
import pytest

from app.api.edge import LINK_SECONDS, PhotoLinks
from app.domain.access import new_key
from app.services.recorded import utc_now
from tests.api.applications import (
    ANN,
    EVERYTHING,
    SECRET,
    application,
    index,
    key_of,
    problem,
    search,
)
from tests.jails import Jail

PUBLIC = "https://candid.county.test/"
LINKS = PhotoLinks(PUBLIC, SECRET)
LOOKING = "dispatch (0a1b2c3d)"


async def _booked(jail: Jail) -> None:
    async with application(jail) as client:
        await index(client, "A1")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/index"),
        ("GET", "/index"),
        ("GET", "/index/A1"),
        ("DELETE", "/index/A1"),
        ("POST", "/search"),
        ("GET", "/searches"),
        ("GET", "/searches/S-1"),
        ("POST", "/detect"),
        ("GET", "/bookings/A1"),
        ("GET", "/photos/A1"),
    ],
)
async def test_every_call_needs_a_key_where_keys_are_on(jail: Jail, method: str, path: str) -> None:
    async with application(jail, keys=True) as client:
        response = await client.request(method, path)

    problem(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/docs"])
async def test_operations_need_no_key(jail: Jail, path: str) -> None:
    async with application(jail, keys=True) as client:
        response = await client.get(path)

    assert response.status_code == 200


async def test_a_key_opens_and_its_name_is_recorded(jail: Jail) -> None:
    presented, key = await key_of(jail)
    headers = {"Authorization": f"bearer {presented}", "X-Candid-On-Behalf-Of": "Sgt. O"}

    async with application(jail, keys=True) as client:
        client.headers.update(headers)
        response = await index(client, "A1")

    assert response.status_code == 201
    [entry] = await jail.audit()
    assert entry.actor.name == f"dispatch ({key.prefix})"
    assert (entry.actor.on_behalf_of, entry.actor.address) == ("Sgt. O", "127.0.0.1")
    assert entry.actor.request_id == response.headers["X-Request-ID"]


async def test_a_wrong_a_revoked_and_a_basic_key_are_refused(jail: Jail) -> None:
    presented, _ = await key_of(jail)
    old, key = new_key("old", utc_now(), EVERYTHING)
    async with jail.records.unit() as unit:
        await unit.keys.add(replace(key, revoked_at=utc_now()))

    async with application(jail, keys=True) as client:
        for sent in (f"Bearer {presented}x", f"Bearer {old}", f"Basic {presented}", "Bearer"):
            client.headers["Authorization"] = sent
            for response in (await search(client), await client.get("/index")):
                problem(response, 401, "unauthenticated")
                assert presented not in response.text


async def test_with_keys_a_search_needs_its_purpose_and_case(jail: Jail) -> None:
    presented, _ = await key_of(jail)

    async with application(jail, keys=True) as client:
        client.headers["Authorization"] = f"Bearer {presented}"
        unsaid = await search(client)
        blank = await search(client, purpose="missing_person", case_number="  ")
        said = await search(client, purpose="missing_person", case_number="26-1")

    problem(unsaid, 422, "purpose_required")
    problem(blank, 422, "case_number_required")
    assert (said.status_code, said.json()["probe"]["warnings"]) == (200, [])


async def test_a_signed_address_shows_the_photo_to_whoever_searched(jail: Jail) -> None:
    await _booked(jail)
    presented, key = await key_of(jail)

    async with application(jail, keys=True, public_url=PUBLIC) as client:
        headers = {"Authorization": f"Bearer {presented}"}
        form = {"purpose": "training_test"}
        answer = await client.post("/search", data=form, files={"photo": ANN}, headers=headers)
        address = answer.json()["candidates"][0]["photo_url"]
        shown = await client.get(address.removeprefix(PUBLIC.rstrip("/")))

    assert address.startswith("https://candid.county.test/photos/A1?")
    assert (shown.status_code, shown.content) == (200, ANN)
    assert (await jail.audit())[-1].actor.name == f"dispatch ({key.prefix})"


async def test_an_expired_and_an_altered_address_are_403(jail: Jail) -> None:
    await _booked(jail)
    soon = int(time.time()) + LINK_SECONDS
    good = httpx.URL(LINKS.address("A1", LOOKING))
    altered = (
        good.copy_set_param("caller", "chief"),
        good.copy_set_param("expires", soon + 1000),
        good.copy_set_param("signature", 64 * "0"),
        good.copy_set_param("signature", "é"),
        good.copy_with(path="/photos/A2"),
    )

    async with application(jail, keys=True, public_url=PUBLIC) as client:
        for address in altered:
            problem(await client.get(address.raw_path.decode()), 403, "link_expired")
        assert (await client.get(good.raw_path.decode())).status_code == 200


async def test_an_address_works_until_it_expires(jail: Jail) -> None:
    await _booked(jail)
    past = int(time.time()) - 1
    signature = LINKS.signature("A1", past, LOOKING)
    params: dict[str, str | int] = {"expires": past, "caller": LOOKING, "signature": signature}

    async with application(jail, keys=True, public_url=PUBLIC) as client:
        response = await client.get("/photos/A1", params=params)

    problem(response, 403, "link_expired")
